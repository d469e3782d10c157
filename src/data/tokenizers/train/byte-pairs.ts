/**
 * Byte-level byte-pair encoding: every text has ids and comes back from them exactly, whatever its script. The pieces are
 * GPT-2's (words with the space before them); with `digits: "single"` numbers fall into their digits.
 */
import { BYTE_CHARACTERS, byteCharacters } from "../byte-alphabet.ts";
import { specialLayout } from "../special-tokens.ts";
import { SubwordTokenizer } from "../subword-tokenizer.ts";
import type { TokenizerJson } from "../tokenizer-json.ts";
import { byCodePoint, countPieces } from "./corpus.ts";
import type { Corpus } from "./corpus.ts";
import { learnMerges } from "./merges.ts";
import { specialsFor, vocabularyOf, withSpecials } from "./skeleton.ts";
import type { VocabularyOptions } from "./skeleton.ts";

export interface BytePairOptions extends VocabularyOptions {
  readonly digits?: "grouped" | "single";
  /** Words that must be single tokens, alone and after a space, however rare they are. */
  readonly forced?: readonly string[];
}

/** Alphabet of all bytes in the order of their characters, which is that of other trainers. */
const ALPHABET = [...BYTE_CHARACTERS].sort(byCodePoint);

/** More than any pair of a corpus occurs, so that forced words are joined first; a power of two, sums stay exact. */
const FORCED = 2 ** 40;

export function trainBytePairs(corpus: Corpus, options: BytePairOptions): SubwordTokenizer {
  const specials = specialsFor(options, ALPHABET.length);
  const empty = bytePairJson(specials, [], [], options.digits ?? "grouped");
  const pieces = countPieces(empty, corpus);
  for (const word of options.forced ?? []) for (const spelled of [word, ` ${word}`]) pieces.set(byteCharacters(spelled), FORCED);
  const idOf = new Map(ALPHABET.map((character, id) => [character, id]));
  const words = [...pieces].map(([piece, count]) => ({ symbols: [...piece].map((character) => idOf.get(character) as number), count })); // all 256 bytes are there
  const { symbols, merges } = learnMerges(words, { symbols: ALPHABET, size: options.size - specials.length, minimum: options.minimum ?? 2, join: (left, right) => left + right });
  const tokenizer = new SubwordTokenizer(bytePairJson(specials, symbols.slice(ALPHABET.length), merges, options.digits ?? "grouped"));
  const split = (options.forced ?? []).find((word) => tokenizer.encode(word).length > 1 || tokenizer.encode(` ${word}`).length > 1);
  if (split !== undefined) throw new RangeError(`trainBytePairs: forced: "${split}" is not one token; a vocabulary of ${options.size} has no room for all, or the word is several pieces`);
  return tokenizer;
}

/** Every byte is a token: UTF-8 without any vocabulary. */
export function byteTokenizer(options: Omit<VocabularyOptions, "size" | "minimum"> = {}): SubwordTokenizer {
  return new SubwordTokenizer(bytePairJson(specialLayout(options), [], [], "grouped"));
}

function bytePairJson(specials: readonly string[], products: readonly string[], merges: readonly (readonly [string, string])[], digits: "grouped" | "single"): TokenizerJson {
  const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return withSpecials(specials, {
    normalizer: null,
    pre_tokenizer: digits === "single" ? { type: "Sequence", pretokenizers: [{ type: "Digits", individual_digits: true }, bytes] } : bytes,
    decoder: { ...bytes },
    model: { type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab: vocabularyOf([...specials, ...ALPHABET, ...products]), merges },
  });
}
