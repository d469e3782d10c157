/** Which sentences of a paper speak for a hit, and which words in them match. */
import type { Passage } from "./port.ts";

/** A text that may be shown as a reason, with the part of the paper it stands in. */
export interface Candidate {
  readonly field: string;
  readonly text: string;
}

/** The candidates with the most different matching words, best first, at most `limit`. `terms` are matching words in lower case. */
export function bestPassages(candidates: readonly Candidate[], terms: readonly string[], limit: number): Passage[] {
  const wanted = new Set(terms);
  return candidates
    .map(({ field, text }) => ({ field, text, ...matches(text, wanted) }))
    .filter(({ marks }) => marks.length > 0)
    .sort((a, b) => b.different - a.different || a.text.length - b.text.length)
    .slice(0, limit)
    .map(({ field, text, marks }) => ({ field, text, marks }));
}

function matches(text: string, wanted: ReadonlySet<string>): { readonly marks: [number, number][]; readonly different: number } {
  const found = [...text.matchAll(/[\p{L}\p{N}]+/gu)].filter(([word]) => wanted.has(word.toLowerCase()));
  return { marks: found.map(({ 0: word, index }) => [index, index + word.length]), different: new Set(found.map(([word]) => word.toLowerCase())).size };
}
