/** The fields of the subscription and preference forms, and what they wish for. */
import { z } from "zod";
import type { Profile, ProfileChanges } from "../../papers/people/people.ts";
import { DEFAULT_PREFERENCES, FREQUENCIES } from "../../papers/people/subscriber.ts";
import type { Preferences } from "../../papers/people/subscriber.ts";

export interface PreferenceFields extends Preferences {
  readonly families: readonly string[];
  readonly authors: readonly string[];
  readonly searches: readonly string[];
}

/** Fields arrive as text, as lists, or not at all; a list in one text has an item a line. */
const whole = z.coerce.number().int();
const list = z.union([z.array(z.string()), z.string()]).transform((value) => (typeof value === "string" ? value.split("\n") : value).map((item) => item.trim()).filter((item) => item !== ""));
const wishes = z.object({
  frequency: z.enum(FREQUENCIES).optional(),
  weekday: whole.optional(),
  hour: whole.optional(),
  timeZone: z.string().max(100).optional(),
  paperCount: whole.optional(),
  families: list.optional(),
  authors: list.optional(),
  searches: list.optional(),
});

/** What a form wishes for. Throws ZodError naming the fields that cannot be read. */
export function wishesOf(fields: Readonly<Record<string, unknown>>): ProfileChanges {
  return wishes.parse(withoutEmpty(fields));
}

/** What a request to subscribe says: an address, and what is wished for it. */
export const subscriptionShape = wishes.extend({ address: z.string() }).strict();

/** The same from fields as they arrive. Throws ZodError, for fields that nobody knows too. */
export function subscriptionOf(fields: Readonly<Record<string, unknown>>): ProfileChanges & { readonly address: string } {
  return subscriptionShape.parse(withoutEmpty(fields));
}

/** What was typed, so that a mistake loses nothing; a field that cannot be read shows its default. */
export function preferenceForm(fields: Readonly<Record<string, unknown>> = {}): PreferenceFields {
  const read = Object.entries(wishes.shape).flatMap(([name, shape]) => {
    const parsed = shape.safeParse(withoutEmpty(fields)[name]);
    return parsed.success && parsed.data !== undefined ? [[name, parsed.data] as const] : [];
  });
  return { ...DEFAULT_PREFERENCES, families: [], authors: [], searches: [], ...Object.fromEntries(read) };
}

/** A profile as the form shows it. */
export function preferenceFields({ preferences, following: { families, authors, searches } }: Profile): PreferenceFields {
  return { ...preferences, families, authors, searches: searches.map(({ query }) => query) };
}

/** An empty number field is one that was left out; an empty list is a list. */
function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const lists = new Set(["families", "authors", "searches"]);
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== "" || lists.has(name)));
}
