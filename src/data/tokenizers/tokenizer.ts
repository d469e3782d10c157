/**
 * The port of everything that reads or writes text: a tokenizer turns a text into ids and back, knows its special ids,
 * and puts one or two texts into the template its models were trained with.
 */
import type { TokenizerJson } from "./tokenizer-json.ts";

/** Ids with a role. What a published tokenizer does not have is undefined. */
export interface SpecialIds {
  readonly pad?: number;
  /** Begins a text; the same as bos. */
  readonly cls?: number;
  /** Ends a text and separates two; the same as eos. */
  readonly sep?: number;
  readonly mask?: number;
  readonly unk?: number;
}

/** Ids of a text with the part of the text that each stands for. */
export interface TokenSpans {
  /** int32 [n] */
  readonly ids: Int32Array;
  /** int32 [n], first UTF-16 unit of each token. Leading and trailing spaces are left out of a token that has more than them. */
  readonly starts: Int32Array;
  /** int32 [n], unit after the last. Tokens that share a character have the same span. */
  readonly ends: Int32Array;
}

/** Ids in the template, before padding. */
export interface Encoding {
  /** int32 [n] */
  readonly ids: Int32Array;
  /** int32 [n], segment (token type) of each id. */
  readonly segments: Int32Array;
  /** uint8 [n], 1 where the template put a special token: never masked, never scored. */
  readonly special: Uint8Array;
}

export interface Tokenizer {
  /** Number of ids; a table of embeddings needs as many rows. */
  readonly vocabularySize: number;
  readonly special: SpecialIds;
  /** All ids that stand for no text, sentinels included. */
  readonly specialIds: ReadonlySet<number>;
  /** Ids of span corruption's sentinels, `<extra_id_0>` first; may be none. */
  readonly sentinels: readonly number[];
  /** uint8 [vocabularySize], 1 where a token begins a word. Special tokens begin one. */
  readonly wordStarts: Uint8Array;
  /** Ids of a text, without special tokens around it. */
  encode(text: string): Int32Array;
  encodeWithOffsets(text: string): TokenSpans;
  /** Puts ids of one or two texts into the template; cuts the longer one first until all fit into `maximum`. */
  assemble(a: Int32Array, b?: Int32Array, maximum?: number): Encoding;
  /** `assemble` of the ids of one or two texts. */
  encodePair(a: string, b?: string, maximum?: number): Encoding;
  /** Text of ids; special tokens are left out unless `keepSpecial`. */
  decode(ids: ArrayLike<number>, options?: { readonly keepSpecial?: boolean }): string;
  /** The token with this id. Throws on ids that are not in the vocabulary. */
  tokenOf(id: number): string;
  idOf(token: string): number | undefined;
  /** The Hugging Face `tokenizer.json` that gives the same ids. */
  toJson(): TokenizerJson;
  /** The `tokenizer_config.json` beside it. */
  toConfigJson(): TokenizerConfigJson;
}

/** The fields of `tokenizer_config.json` that are read and written. */
export interface TokenizerConfigJson {
  readonly [key: string]: unknown;
}
