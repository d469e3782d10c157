/**
 * Words as tokens: those of the training texts that are common enough have an id of their own, all others are spelled
 * letter by letter, so that no word is lost. Case, accents and punctuation are.
 */
import { hostArray } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";

const PADDING = 0;
/** Stands for a letter outside the alphabet. */
const OTHER = 1;
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const FIRST_WORD = OTHER + 1 + LETTERS.length;

/** Lower-case words of a text, in order, without accents. */
export const wordsOf = (text: string): string[] => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

export class WordVocabulary {
  readonly words: readonly string[];
  private readonly ids: ReadonlyMap<string, number>;

  constructor(words: readonly string[]) {
    this.words = words;
    this.ids = new Map([...[...LETTERS].map((letter, i) => [letter, OTHER + 1 + i] as const), ...words.map((word, i) => [word, FIRST_WORD + i] as const)]);
  }

  /**
   * Words that occur under at least `minimum` different keys, in alphabetical order. A key stands for what a text is
   * about, so that copies of one text do not make its words common.
   */
  static of(texts: readonly { readonly text: string; readonly key: string }[], minimum: number): WordVocabulary {
    const keysOf = new Map<string, Set<string>>();
    for (const { text, key } of texts) for (const word of wordsOf(text)) keysOf.set(word, (keysOf.get(word) ?? new Set()).add(key));
    return new WordVocabulary([...keysOf].filter(([word, keys]) => word.length > 1 && keys.size >= minimum).map(([word]) => word).sort());
  }

  /** Number of ids, padding included. */
  get size(): number {
    return FIRST_WORD + this.words.length;
  }

  /** Ids of a text's tokens. */
  encode(text: string): number[] {
    return wordsOf(text).flatMap((word) => {
      const id = this.ids.get(word);
      return id === undefined ? [...word].map((letter) => this.ids.get(letter) ?? OTHER) : [id];
    });
  }

  /** int32 [texts, length]; longer texts are cut, shorter ones filled up with 0. */
  encodeAll(texts: readonly string[], length: number): HostArray {
    const ids = new Int32Array(texts.length * length).fill(PADDING);
    texts.forEach((text, row) => ids.set(this.encode(text).slice(0, length), row * length));
    return hostArray(ids, [texts.length, length]);
  }
}
