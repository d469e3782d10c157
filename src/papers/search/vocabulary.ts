/** The words an index knows, and the nearest of them to a misspelt one. */
import leven from "leven";
import { TfIdf } from "../../data/search/index.ts";

/** By length of the word: how many letters may be wrong. Words shorter than the first are not corrected. */
const TOLERANCE = [
  { from: 8, errors: 2 },
  { from: 4, errors: 1 },
] as const;
/** Words that share the most pairs of letters; the right one is nearly always among them. */
const CANDIDATES = 60;
const MOST_CORRECTIONS = 3;

export class Vocabulary {
  /** In how many items each word stands. */
  private readonly counts = new Map<string, number>();
  private readonly letters = new TfIdf({ analysis: { kind: "characters", n: 2 } });

  get size(): number {
    return this.counts.size;
  }

  has(word: string): boolean {
    return this.counts.has(word);
  }

  /** Takes in the different words of an item. */
  add(words: ReadonlySet<string>): void {
    for (const word of words) {
      const count = this.counts.get(word) ?? 0;
      this.counts.set(word, count + 1);
      if (count === 0) this.letters.add(word, word);
    }
  }

  /** Takes back what `add` took in. */
  remove(words: ReadonlySet<string>): void {
    for (const word of words) {
      const count = this.counts.get(word) ?? 0;
      if (count > 1) this.counts.set(word, count - 1);
      else if (this.counts.delete(word)) this.letters.remove(word);
    }
  }

  /**
   * Known words at the smallest distance from an unknown one, the commonest first; none when all are too far away, or the
   * word has digits: a number is not a misspelling of another. The first letter counts like any other.
   */
  corrections(word: string): string[] {
    const errors = TOLERANCE.find(({ from }) => word.length >= from)?.errors;
    if (errors === undefined || /\p{N}/u.test(word)) return [];
    const near = this.letters
      .searchByOverlap(word, CANDIDATES)
      .map(({ id }) => String(id))
      .filter((candidate) => Math.abs(candidate.length - word.length) <= errors && !/\p{N}/u.test(candidate))
      .map((candidate) => ({ candidate, distance: distanceOf(word, candidate, errors) }))
      .filter(({ distance }) => distance <= errors);
    const smallest = Math.min(...near.map(({ distance }) => distance));
    return near
      .filter(({ distance }) => distance === smallest)
      .sort((a, b) => (this.counts.get(b.candidate) ?? 0) - (this.counts.get(a.candidate) ?? 0))
      .slice(0, MOST_CORRECTIONS)
      .map(({ candidate }) => candidate);
  }
}

/** Edits, where two neighbouring letters that changed places are one (the commonest slip of the fingers). */
function distanceOf(word: string, candidate: string, most: number): number {
  if (word.length === candidate.length) {
    const first = [...word].findIndex((_, i) => word[i] !== candidate[i]);
    const swapped = `${word.slice(0, first)}${word[first + 1] ?? ""}${word[first] ?? ""}${word.slice(first + 2)}`;
    if (first >= 0) return Math.min(swapped === candidate ? 1 : Infinity, leven(word, candidate, { maxDistance: most + 1 }));
  }
  return leven(word, candidate, { maxDistance: most + 1 });
}
