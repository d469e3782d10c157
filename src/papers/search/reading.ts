/** How a query is read: unknown words as the known ones they are misspellings of. */
import type { SearchableLexical } from "./lexical.ts";
import type { SearchFilters } from "./port.ts";
import type { ParsedQuery } from "./query.ts";
import { tokensOf } from "./terms.ts";
import { suggestion } from "../../lab/suggestion.ts";

export interface Reading {
  /** Known terms to search for; of a misspelt word all it may stand for. */
  readonly terms: readonly string[];
  /** The query as a sentence, misspellings replaced by the likeliest word. */
  readonly text: string;
  readonly notices: readonly string[];
}

/** Reads a query by the vocabulary of the papers. Words nothing is near to are left to the dense stage. */
export async function readQuery(lexical: SearchableLexical, { text, terms }: Pick<ParsedQuery, "text" | "terms">): Promise<Reading> {
  const known = new Set<string>();
  const corrected = new Map<string, string>();
  for (const term of terms) {
    const spellings = await lexical.spellings(term);
    for (const spelling of spellings) known.add(spelling);
    const [first] = spellings;
    if (first !== undefined && first !== term) corrected.set(term, first);
  }
  const words = tokensOf(text);
  const replaced = words.filter(({ term }) => corrected.has(term));
  return {
    terms: [...known],
    text: replaced.reduceRight((whole, { term, start, end }) => `${whole.slice(0, start)}${corrected.get(term)}${whole.slice(end)}`, text),
    notices: [...new Set(replaced.map(({ term, start, end }) => `"${text.slice(start, end)}" is in no paper; read as "${corrected.get(term)}"`))],
  };
}

/** Messages for families and modalities that no paper has. */
export async function unknownChoices(lexical: SearchableLexical, { family, modality }: SearchFilters): Promise<string[]> {
  if (family === undefined && modality === undefined) return [];
  const { families, modalities } = await lexical.choices();
  const message = (kind: string, name: string | undefined, names: readonly string[]): string[] => (name === undefined || names.includes(name) ? [] : [`no paper has the ${kind} "${name}"${suggestion(name, names)}; there are ${names.join(", ") || "none"}`]);
  return [...message("family", family, families), ...message("modality", modality, modalities)];
}
