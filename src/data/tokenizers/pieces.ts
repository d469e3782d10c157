/**
 * Cutting a normalised text into pieces before any vocabulary is asked, so that what a piece becomes can be counted or
 * remembered. For byte-level tokenizers pieces stay as they are in the text and are spelled in bytes only when they are new.
 */
import { byteCharacters } from "./byte-alphabet.ts";
import { BYTE_LEVEL_WORDS } from "./library-json.ts";
import type { LibraryTokenizer } from "./library.ts";
import type { TokenizerJson } from "./tokenizer-json.ts";

export interface Pieces {
  /** `first`: whether the whole text begins here; some vocabularies mark its first word as they mark others. */
  split(text: string, first: boolean): readonly string[];
  /** What the model is asked for a piece. */
  spell(piece: string): string;
}

const WORDS = new RegExp(BYTE_LEVEL_WORDS, "gu");

export function piecesOf({ pre_tokenizer: cut }: LibraryTokenizer, { pre_tokenizer: declared }: TokenizerJson): Pieces {
  if (declared?.type === "ByteLevel" && declared["use_regex"] !== false && declared["add_prefix_space"] === false) {
    return { split: (text) => text.match(WORDS) ?? [], spell: byteCharacters };
  }
  return { split: (text, first) => (cut === null ? [text] : cut(text, { section_index: first ? 0 : 1 })), spell: (piece) => piece };
}
