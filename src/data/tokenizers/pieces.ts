/**
 * Cutting a text into pieces before any vocabulary is asked, so that what a piece becomes can be counted or remembered. For
 * byte-level tokenizers pieces stay as they are in the text and are spelled in bytes only when they are new.
 */
import { byteCharacters } from "./byte-alphabet.ts";
import type { LibraryTokenizer } from "./library.ts";
import type { TokenizerJson } from "./tokenizer-json.ts";

export interface Pieces {
  split(text: string): readonly string[];
  /** What the model is asked for a piece. */
  spell(piece: string): string;
}

export function piecesOf({ normalizer, pre_tokenizer: cut }: LibraryTokenizer, { pre_tokenizer: declared }: TokenizerJson): Pieces {
  const pattern = cut?.pattern;
  if (normalizer === null && pattern && declared?.type === "ByteLevel" && declared["use_regex"] !== false && declared["add_prefix_space"] === false) {
    return { split: (text) => text.match(pattern) ?? [], spell: byteCharacters };
  }
  return {
    split(text) {
      const normalised = normalizer === null ? text : normalizer(text);
      if (normalised === "") return [];
      return cut === null ? [normalised] : cut(normalised, { section_index: 0 });
    },
    spell: (piece) => piece,
  };
}
