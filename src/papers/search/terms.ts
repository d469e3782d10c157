/**
 * Words of texts and queries as index terms: lower case, without accents, Greek letters by name, plural as singular. A word
 * with hyphens gives its parts and the whole without hyphens, so that "pre-training" meets "pretraining".
 */

/** A term and the part of the text it stands for, in UTF-16 units. */
export interface Token {
  readonly term: string;
  readonly start: number;
  readonly end: number;
}

const PART = /[\p{L}\p{M}\p{N}]+/gu;
const COMPOUND = /[\p{L}\p{M}\p{N}]+(?:[-\u2010\u2011][\p{L}\p{M}\p{N}]+)+/gu;
const GREEK_NAMES = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega".split(" ");
const GREEK = /[\u03b1-\u03c9]/gu;
const FIRST_GREEK = 0x3b1;
/** Longer runs of letters are no words; they would only fill the vocabulary. */
const LONGEST = 64;

/** English words that say nothing about what is searched. */
const STOP_WORDS = new Set("a about all also am an and any are as at be been but by can could do does for from had has have how i if in into is it its me more most my no not of on only or our out should so some such than that the their them then there these they this to up us using very via was we were what when where which while who why will with without would you your".split(" "));

export function isStopWord(term: string): boolean {
  return STOP_WORDS.has(term);
}

/** The parts of a text in order: what phrases are compared by, and what is marked. */
export function tokensOf(text: string): Token[] {
  return [...text.matchAll(PART)].flatMap(({ 0: word, index }) => tokenOf(word, word, index));
}

/** Words with hyphens as one term each. */
export function compoundsOf(text: string): Token[] {
  return [...text.matchAll(COMPOUND)].flatMap(({ 0: word, index }) => tokenOf(word, word.replaceAll(/[-\u2010\u2011]/gu, ""), index));
}

/** All terms of a text, repeated as often as they occur. */
export function termsOf(text: string): string[] {
  return [...tokensOf(text), ...compoundsOf(text)].map(({ term }) => term);
}

/** Nothing for what is too long, or has marks only. */
function tokenOf(word: string, letters: string, start: number): Token[] {
  const term = word.length > LONGEST ? "" : termOf(letters);
  return term === "" ? [] : [{ term, start, end: start + word.length }];
}

/** Folds a word to letters and digits. Plurals by the rules of Harman 1991, "How effective is suffixing?", table 1. */
export function termOf(word: string): string {
  const folded = word.normalize("NFKD").replaceAll(/[^\p{L}\p{N}]/gu, "").toLowerCase().replaceAll(GREEK, (letter) => GREEK_NAMES[letter.charCodeAt(0) - FIRST_GREEK] ?? letter);
  if (folded.length < 4 || !folded.endsWith("s")) return folded;
  if (/(?<![ea])ies$/u.test(folded)) return `${folded.slice(0, -3)}y`;
  if (/(?<![aeo])es$/u.test(folded)) return folded.slice(0, -1);
  return /[us]s$/u.test(folded) ? folded : folded.slice(0, -1);
}

/** Where `wanted`, one or more terms, stands in `terms` in that order without a gap; -1 if nowhere. */
export function phraseAt(terms: readonly string[], wanted: readonly string[]): number {
  for (let start = 0; start + wanted.length <= terms.length; start++) {
    if (wanted.every((term, i) => terms[start + i] === term)) return start;
  }
  return -1;
}
