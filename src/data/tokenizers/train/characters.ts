/** Every character is a token; those the corpus does not have are unknown. */
import { SPECIAL_TOKENS } from "../special-tokens.ts";
import { SubwordTokenizer } from "../subword-tokenizer.ts";
import type { TokenizerJson } from "../tokenizer-json.ts";
import { alphabetOf, countPieces } from "./corpus.ts";
import type { Corpus } from "./corpus.ts";
import { specialsFor, vocabularyOf, withSpecials } from "./skeleton.ts";
import type { VocabularyOptions } from "./skeleton.ts";

/** A vocabulary of the corpus' characters (code points), at most `size` with the special ones. */
export function characterTokenizer(corpus: Corpus, options: Omit<VocabularyOptions, "minimum">): SubwordTokenizer {
  const specials = specialsFor(options, 1);
  const letters = alphabetOf(countPieces(characterJson(specials, []), corpus), options.size - specials.length);
  return new SubwordTokenizer(characterJson(specials, letters));
}

function characterJson(specials: readonly string[], letters: readonly string[]): TokenizerJson {
  return withSpecials(specials, {
    normalizer: null,
    pre_tokenizer: null,
    decoder: { type: "Fuse" },
    model: { type: "BPE", dropout: null, unk_token: SPECIAL_TOKENS[4], continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab: vocabularyOf([...specials, ...letters]), merges: [] },
  });
}
