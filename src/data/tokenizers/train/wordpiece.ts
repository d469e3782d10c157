/** WordPiece as BERT uses it: words at spaces and punctuation, longest match first, `##` before what continues a word. */
import { specialLayout, SPECIAL_TOKENS } from "../special-tokens.ts";
import { SubwordTokenizer } from "../subword-tokenizer.ts";
import type { TokenizerJson } from "../tokenizer-json.ts";
import { alphabetOf, countPieces } from "./corpus.ts";
import type { Corpus } from "./corpus.ts";
import { learnMerges } from "./merges.ts";
import { specialsFor, VocabularyTooSmall, vocabularyOf, withSpecials } from "./skeleton.ts";
import type { VocabularyOptions } from "./skeleton.ts";

export interface WordPieceOptions extends VocabularyOptions {
  /** Also strips accents, as BERT's uncased models do. */
  readonly lowercase?: boolean;
  /** Characters that get tokens, the most frequent first; words with others are unknown. */
  readonly alphabet?: number;
}

const PREFIX = "##";

export function trainWordPiece(corpus: Corpus, options: WordPieceOptions): SubwordTokenizer {
  const specials = specialsFor(options, 1);
  const lowercase = options.lowercase ?? true;
  const pieces = countPieces(wordPieceJson(specials, [], lowercase), corpus);
  const letters = alphabetOf(pieces, options.alphabet ?? 1000);
  const continued = letters.map((letter) => PREFIX + letter);
  const alphabet = [...letters, ...continued];
  const room = options.size - specials.length;
  if (room < alphabet.length) {
    const least = specials.length + alphabet.length;
    throw new VocabularyTooSmall(`trainWordPiece: size ${options.size} has no room for ${letters.length} characters, each alone and as "${PREFIX}": use at least ${least}, or fewer characters with alphabet`, { least, characters: letters.length });
  }
  const idOf = new Map(alphabet.map((symbol, id) => [symbol, id]));
  const words = [...pieces].flatMap(([piece, count]) => {
    const symbols = [...piece].map((letter, i) => idOf.get(i === 0 ? letter : PREFIX + letter));
    return symbols.every((id) => id !== undefined) ? [{ symbols, count }] : [];
  });
  const { symbols } = learnMerges(words, { symbols: alphabet, size: room, minimum: options.minimum ?? 2, join: (left, right) => left + right.slice(PREFIX.length) });
  return new SubwordTokenizer(wordPieceJson(specials, symbols, lowercase), { do_lower_case: lowercase });
}

/** The tokenizer of a vocabulary chosen elsewhere, such as the words that vectors are known of: `symbols` in the order of their ids, which begin after the special tokens. */
export function wordPieceOf(symbols: readonly string[], { lowercase = true }: Pick<WordPieceOptions, "lowercase"> = {}): SubwordTokenizer {
  return new SubwordTokenizer(wordPieceJson(specialLayout({}), symbols, lowercase), { do_lower_case: lowercase });
}

function wordPieceJson(specials: readonly string[], symbols: readonly string[], lowercase: boolean): TokenizerJson {
  return withSpecials(specials, {
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase },
    pre_tokenizer: { type: "BertPreTokenizer" },
    decoder: { type: "WordPiece", prefix: PREFIX, cleanup: false },
    model: { type: "WordPiece", unk_token: SPECIAL_TOKENS[4], continuing_subword_prefix: PREFIX, max_input_chars_per_word: 100, vocab: vocabularyOf([...specials, ...symbols]) },
  });
}
