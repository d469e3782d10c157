/**
 * Which sightings are of the same paper. The answer depends on the set of sightings only, never on the order in which
 * they came.
 *
 * 1. The same arXiv identifier: the same paper. The same DOI too, unless the arXiv identifiers differ.
 * 2. The same title key, and the same first author's family name (years at most three apart, if both are known) or, where
 *    one source knows no author, years at most one apart: the same paper, unless both sides have arXiv identifiers or
 *    both have DOIs, which then differ. Titles shorter than twelve letters ("Introduction") need name and year.
 *    Where title, name and year are the same or equally unknown, nothing tells the papers apart: the same paper.
 */
import { createHash } from "node:crypto";
import { familyName, titleKey } from "./identifiers.ts";
import type { Sighting } from "./sighting.ts";

const SHORT_TITLE = 12;
/** From preprint to journal. */
const YEARS_WITH_NAME = 3;
const YEARS_WITHOUT_NAME = 1;

/** What identity looks at. */
export interface Traits {
  readonly arxiv: string | null;
  readonly doi: string | null;
  readonly titleKey: string;
  readonly family: string | null;
  readonly year: number | null;
}

export function traitsOf({ facts }: Sighting): Traits {
  const { arxiv, doi, title, authors, year, published } = facts;
  return { arxiv, doi, titleKey: titleKey(title), family: familyName(authors[0]), year: year ?? (published === null ? null : new Date(published).getUTCFullYear()) };
}

/** Whether titles, names and years say it is the same paper; identifiers are not asked. */
export function agree(a: Traits, b: Traits): boolean {
  if (a.titleKey !== b.titleKey) return false;
  if (a.family === b.family && a.year === b.year) return true;
  const gap = a.year === null || b.year === null ? undefined : Math.abs(a.year - b.year);
  const sameName = a.family === null || b.family === null ? undefined : a.family === b.family;
  if (a.titleKey.length < SHORT_TITLE) return sameName === true && gap !== undefined && gap <= YEARS_WITHOUT_NAME;
  if (sameName === undefined) return gap !== undefined && gap <= YEARS_WITHOUT_NAME;
  return sameName && (gap === undefined || gap <= YEARS_WITH_NAME);
}

/** The sightings of each paper. Groups and their members come in an order of their own, whatever the order given. */
export function groupSightings<S extends Sighting>(sightings: readonly S[]): S[][] {
  const sorted = [...sightings].sort(byName);
  const traits = sorted.map(traitsOf);
  const groups = new Groups(traits);
  for (const key of ["arxiv", "doi"] as const) {
    for (const [first = 0, ...others] of grouped(traits, (item, index) => item[key] ?? index)) {
      for (const other of others) if (groups.compatible(first, other, ["arxiv"])) groups.join(first, other);
    }
  }
  for (const indices of grouped(traits, ({ titleKey: key }) => key)) {
    for (const [place, a] of indices.entries()) {
      for (const b of indices.slice(place + 1)) {
        if (agree(at(traits, a), at(traits, b)) && groups.compatible(a, b, ["arxiv", "doi"])) groups.join(a, b);
      }
    }
  }
  return grouped(sorted, (_, index) => groups.root(index)).map((indices) => indices.map((index) => at(sorted, index)));
}

/** Indices of the items of each key, in the order of first appearance. */
function grouped<T>(items: readonly T[], keyOf: (item: T, index: number) => string | number): number[][] {
  const groups = new Map<string | number, number[]>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item, index);
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  }
  return [...groups.values()];
}

/** Disjoint sets of sightings, each with its arXiv identifiers and DOIs. */
class Groups {
  readonly #parent: number[];
  readonly #identifiers: Readonly<Record<"arxiv" | "doi", Set<string>[]>>;

  constructor(traits: readonly Traits[]) {
    this.#parent = traits.map((_, index) => index);
    const setsOf = (key: "arxiv" | "doi"): Set<string>[] => traits.map(({ [key]: value }) => new Set(value === null ? [] : [value]));
    this.#identifiers = { arxiv: setsOf("arxiv"), doi: setsOf("doi") };
  }

  root(index: number): number {
    let root = index;
    while (at(this.#parent, root) !== root) root = at(this.#parent, root);
    this.#parent[index] = root;
    return root;
  }

  join(a: number, b: number): void {
    const [keep, drop] = [this.root(a), this.root(b)].sort((x, y) => x - y) as [number, number];
    if (keep === drop) return;
    this.#parent[drop] = keep;
    for (const sets of Object.values(this.#identifiers)) for (const value of at(sets, drop)) at(sets, keep).add(value);
  }

  /** Whether the identifiers `kinds` do not speak against it: one side has none, or they have one in common. */
  compatible(a: number, b: number, kinds: readonly ("arxiv" | "doi")[]): boolean {
    const [x, y] = [this.root(a), this.root(b)];
    return kinds.every((kind) => {
      const [left, right] = [at(this.#identifiers[kind], x), at(this.#identifiers[kind], y)];
      return left.size === 0 || right.size === 0 || [...left].some((value) => right.has(value));
    });
  }
}

/** The name of a paper without identifiers, made of what identity looks at. */
export function titleIdentifier({ titleKey: key, family, year }: Traits): string {
  return `title:${createHash("sha256").update(JSON.stringify([key, family, year])).digest("hex").slice(0, 20)}`;
}

function byName(a: Sighting, b: Sighting): number {
  return compare(a.source, b.source) || compare(a.externalId, b.externalId);
}

/** By code units: the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`internal: no element ${index} of ${list.length}`);
  return value;
}
