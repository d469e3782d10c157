/** From text to index terms. The rule is plain JSON, so that an index is saved with it. */

export type Analysis =
  /** Runs of letters, marks and digits of any script, in lower case after Unicode compatibility normalisation. */
  | { readonly kind: "words" }
  /** The same, and runs in scripts that are written without blanks between words (Han, kana, Thai, Lao, Khmer, Myanmar) as their characters and pairs of neighbours. */
  | { readonly kind: "words-and-pairs" }
  /** All runs of `n` characters of the lower-case text, with one blank before and after it: for names, typing errors, and scripts without blanks. */
  | { readonly kind: "characters"; readonly n: number };

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** A run within a word whose script has no blanks between words. */
const UNSPACED = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]+/gu;

const normalized = (text: string): string => text.normalize("NFKC").toLowerCase();

const KINDS: { readonly [K in Analysis["kind"]]: (text: string, analysis: Extract<Analysis, { kind: K }>) => string[] } = {
  words: (text) => normalized(text).match(WORD) ?? [],
  "words-and-pairs": (text) => (normalized(text).match(WORD) ?? []).flatMap(withPairs),
  characters: (text, { n }) => characterRuns([...` ${normalized(text).trim().replaceAll(/\s+/gu, " ")} `], n),
};

/** Terms of a text, in order, repeated as often as they occur. A text shorter than one run of characters is one term. */
export function analyze(text: string, analysis: Analysis): string[] {
  const run = (KINDS as Readonly<Record<string, ((text: string, analysis: never) => string[]) | undefined>>)[analysis.kind];
  if (run === undefined) throw new RangeError(`analyze: unknown kind "${analysis.kind}"; choose one of ${Object.keys(KINDS).join(", ")}`);
  return run(text, analysis as never);
}

/** A word, or its parts where a script without blanks begins or ends in it: a run of such a script as characters, then pairs. */
function withPairs(word: string): string[] {
  const terms: string[] = [];
  let end = 0;
  for (const { 0: run, index } of word.matchAll(UNSPACED)) {
    if (index > end) terms.push(word.slice(end, index));
    const characters = [...run];
    terms.push(...characters, ...characters.slice(1).map((character, i) => `${characters[i] as string}${character}`));
    end = index + run.length;
  }
  if (end < word.length) terms.push(word.slice(end));
  return terms;
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
