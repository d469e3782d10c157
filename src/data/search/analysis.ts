/** From text to index terms. The rule is plain JSON, so that an index is saved with it. */

export type Analysis =
  /** Runs of letters, marks and digits of any script, in lower case after Unicode compatibility normalisation. */
  | { readonly kind: "words" }
  /** All runs of `n` characters of the lower-case text, with one blank before and after it: for names, typing errors, and scripts without blanks. */
  | { readonly kind: "characters"; readonly n: number };

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

const normalized = (text: string): string => text.normalize("NFKC").toLowerCase();

const KINDS: { readonly [K in Analysis["kind"]]: (text: string, analysis: Extract<Analysis, { kind: K }>) => string[] } = {
  words: (text) => normalized(text).match(WORD) ?? [],
  characters: (text, { n }) => characterRuns([...` ${normalized(text).trim().replaceAll(/\s+/gu, " ")} `], n),
};

/** Terms of a text, in order, repeated as often as they occur. A text shorter than one run of characters is one term. */
export function analyze(text: string, analysis: Analysis): string[] {
  const run = (KINDS as Readonly<Record<string, ((text: string, analysis: never) => string[]) | undefined>>)[analysis.kind];
  if (run === undefined) throw new RangeError(`analyze: unknown kind "${analysis.kind}"; choose one of ${Object.keys(KINDS).join(", ")}`);
  return run(text, analysis as never);
}

function characterRuns(characters: readonly string[], n: number): string[] {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`analyze: characters: n: expected a whole number above 0, got ${n}`);
  if (characters.length <= 2) return []; // only the blanks around
  if (characters.length <= n) return [characters.join("")];
  return Array.from({ length: characters.length - n + 1 }, (_, i) => characters.slice(i, i + n).join(""));
}

/** How often each term occurs. */
export function countTerms(terms: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
