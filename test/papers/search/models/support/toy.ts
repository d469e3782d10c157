/** A vocabulary of a few words with vectors that one can reckon with, and small models over it. */
import { RandomStream } from "../../../../../src/engine/index.ts";
import { SearchEncoder } from "../../../../../src/papers/search/models/encoder-module.ts";
import type { TowerSettings } from "../../../../../src/papers/search/models/encoder-module.ts";
import { SearchReranker } from "../../../../../src/papers/search/models/reranker-module.ts";
import { buildVocabulary, countWords } from "../../../../../src/papers/search/models/training/vocabulary.ts";
import type { Vocabulary } from "../../../../../src/papers/search/models/training/vocabulary.ts";

export const WIDTH = 8;
export const WORDS = ["the", "of", "image", "images", "speech", "search", "fast", "code", "encode", "encoder", "text", "paper"] as const;

/** Word i has a 1 at place i modulo the width, and i / 10 at the place after. */
export const vectorOf = (word: (typeof WORDS)[number]): number[] => {
  const i = WORDS.indexOf(word);
  return Array.from({ length: WIDTH }, (_, d) => (d === i % WIDTH ? 1 : d === (i + 1) % WIDTH ? i / 10 : 0));
};

const glove = { words: WORDS, width: WIDTH, vectors: Float32Array.from(WORDS.flatMap(vectorOf)), provenance: { id: "vec/glove", version: 1, sha256: {} } };

export const TEXTS = ["the search of the text", "images of speech", "an encoder", "recoder recoder"] as const;

export const toyVocabulary = (): Vocabulary => buildVocabulary(countWords(TEXTS), glove, RandomStream.of(0, "vocabulary"), { general: 12, known: 1, unknown: 5, pieces: 20 });

const SETTINGS: Omit<TowerSettings, "vocabulary"> = { wordWidth: WIDTH, width: 16, depth: 1, heads: 2, hidden: 16, longest: 24 };

export const toyEncoder = ({ tokenizer, table }: Vocabulary): SearchEncoder => new SearchEncoder({ ...SETTINGS, vocabulary: tokenizer.vocabularySize }, table, RandomStream.of(0, "encoder"));
export const toyReranker = ({ tokenizer, table }: Vocabulary): SearchReranker => new SearchReranker({ ...SETTINGS, vocabulary: tokenizer.vocabularySize }, table, RandomStream.of(0, "reranker"));
