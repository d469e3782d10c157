/** Families by the names people know them by. */
import { FAMILIES } from "../catalogue/catalogue.ts";

const titles: ReadonlyMap<string, string> = new Map(FAMILIES.map(({ name, title }) => [name, title]));

/** The family's name for people; of a family the catalogue does not have, its own name. */
export function familyTitle(family: string): string {
  return titles.get(family) ?? family;
}

/** The names of all families. */
export const FAMILY_NAMES: readonly string[] = [...titles.keys()];
