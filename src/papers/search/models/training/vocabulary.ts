/**
 * A WordPiece vocabulary of words whose vectors are known, and of what the corpus has beside them, with the rows that a
 * model starts from. Pieces that continue a word get the mean of what they add: v(word) - v(first piece).
 */
import type { RandomStream } from "../../../../engine/index.ts";
import type { WordVectors } from "../../../../data/sources/glove.ts";
import { SPECIAL_TOKENS } from "../../../../data/tokenizers/special-tokens.ts";
import type { SubwordTokenizer } from "../../../../data/tokenizers/subword-tokenizer.ts";
import { wordPieceOf } from "../../../../data/tokenizers/train/wordpiece.ts";
import type { WordTable } from "../encoder-module.ts";

export interface Vocabulary {
  readonly tokenizer: SubwordTokenizer;
  readonly table: WordTable;
}

export interface VocabularySizes {
  /** Words by frequency among those of the vectors. */
  readonly general: number;
  /** Words of the corpus that have a vector need this many occurrences, others that many. */
  readonly known: number;
  readonly unknown: number;
  /** Pieces that continue a word. */
  readonly pieces: number;
}

export const SIZES: VocabularySizes = { general: 36_000, known: 4, unknown: 15, pieces: 3000 };

const WORD = /^[\p{L}\p{N}]+$/u;
const RUNS = /[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu;
const CHARACTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
const MARKS = [...`!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`];
/** Words of the corpus and vectors that are cut into pieces to see which pieces are needed. */
const LONGEST_WORD = 24;
/** a of the weight a / (a + p) of a word of share p (Arora et al. 2017, "A simple but tough-to-beat baseline for sentence embeddings"). */
const RARITY = 1e-3;
const UNKNOWN_DEVIATION = 0.2;

/** How often each word and mark occurs. */
export function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) for (const [word] of text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().matchAll(RUNS)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

export function buildVocabulary(counts: ReadonlyMap<string, number>, glove: WordVectors, random: RandomStream, sizes: VocabularySizes = SIZES): Vocabulary {
  const rowOf = new Map(glove.words.map((word, row) => [word, row]));
  const general = glove.words.filter((word) => WORD.test(word)).slice(0, sizes.general);
  const own = [...counts].filter(([word, count]) => WORD.test(word) && word.length <= LONGEST_WORD && count >= (rowOf.has(word) ? sizes.known : sizes.unknown)).map(([word]) => word);
  const words = [...new Set([...MARKS, ...CHARACTERS, ...general, ...own])];
  const inVocabulary = new Set(words);
  const rests = restsOf([...counts.keys(), ...glove.words], inVocabulary, (word) => counts.get(word) ?? 1);
  const pieces = [...rests].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1)).map(([piece]) => piece).filter((piece) => piece.length > 1).slice(0, sizes.pieces);
  const continued = [...CHARACTERS, ...pieces];
  const tokenizer = wordPieceOf([...words, ...continued.map((piece) => `##${piece}`)]);
  const vectors = new Float32Array(tokenizer.vocabularySize * glove.width);
  const vectorOf = (word: string): Float32Array | null => {
    const row = rowOf.get(word);
    return row === undefined ? null : glove.vectors.subarray(row * glove.width, (row + 1) * glove.width);
  };
  const mean = meanVector(glove, counts, rowOf);
  const rowAt = (token: string): Float32Array => vectors.subarray((tokenizer.idOf(token) as number) * glove.width, ((tokenizer.idOf(token) as number) + 1) * glove.width);
  for (const word of words) {
    const vector = vectorOf(word);
    rowAt(word).set(vector === null ? noise(random, glove.width) : vector.map((value, i) => value - (mean[i] as number)));
  }
  for (const piece of continued) rowAt(`##${piece}`).set(addedBy(piece, rests.get(piece)?.examples ?? [], vectorOf) ?? noise(random, glove.width));
  return { tokenizer, table: { vectors, importance: importanceOf(tokenizer, counts) } };
}

interface Rest {
  count: number;
  /** Words with the first piece before this rest. */
  readonly examples: (readonly [word: string, first: string])[];
}

const EXAMPLES = 50;

/** What is left of words outside the vocabulary after their longest first piece. */
function restsOf(candidates: readonly string[], inVocabulary: ReadonlySet<string>, countOf: (word: string) => number): Map<string, Rest> {
  const rests = new Map<string, Rest>();
  for (const word of new Set(candidates)) {
    if (inVocabulary.has(word) || !/^[a-z0-9]+$/.test(word) || word.length > LONGEST_WORD) continue;
    for (let end = word.length - 1; end > 0; end--) {
      const first = word.slice(0, end);
      if (!inVocabulary.has(first)) continue;
      const rest = rests.get(word.slice(end)) ?? { count: 0, examples: [] };
      rest.count += Math.min(countOf(word), 20); // one frequent word is one reason only
      if (rest.examples.length < EXAMPLES) rest.examples.push([word, first]);
      rests.set(word.slice(end), rest);
      break;
    }
  }
  return rests;
}

/** Mean over examples of v(word) - v(first piece); the vector of the piece itself for words such as `##code`; null when neither is known. */
function addedBy(piece: string, examples: readonly (readonly [string, string])[], vectorOf: (word: string) => Float32Array | null): Float32Array | null {
  const own = piece.length > 3 ? vectorOf(piece) : null;
  if (own !== null) return own;
  const differences = examples.flatMap(([word, first]) => {
    const [whole, part] = [vectorOf(word), vectorOf(first)];
    return whole === null || part === null ? [] : [whole.map((value, i) => value - (part[i] as number))];
  });
  const [first] = differences;
  return first === undefined ? null : first.map((_, i) => differences.reduce((total, difference) => total + (difference[i] as number), 0) / differences.length);
}

/** Mean vector of the running text of the corpus: common to all texts, and no information. */
function meanVector(glove: WordVectors, counts: ReadonlyMap<string, number>, rowOf: ReadonlyMap<string, number>): Float64Array {
  const mean = new Float64Array(glove.width);
  let total = 0;
  for (const [word, count] of counts) {
    const row = rowOf.get(word);
    if (row === undefined) continue;
    total += count;
    for (let i = 0; i < glove.width; i++) mean[i] = (mean[i] as number) + count * (glove.vectors[row * glove.width + i] as number);
  }
  return mean.map((value) => value / Math.max(1, total));
}

/** ln(a / (a + p)) of each token's share p of the corpus; special tokens weigh as little as the commonest word. */
function importanceOf(tokenizer: SubwordTokenizer, counts: ReadonlyMap<string, number>): Float32Array {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const importance = Float32Array.from({ length: tokenizer.vocabularySize }, (_, id) => {
    const token = tokenizer.tokenOf(id);
    const count = counts.get(token) ?? 0;
    return Math.log(RARITY / (RARITY + count / total)) - (MARKS.includes(token) ? 2 : 0);
  });
  const least = importance.reduce((least_, value) => Math.min(least_, value), 0);
  SPECIAL_TOKENS.forEach((token) => (importance[tokenizer.idOf(token) as number] = least));
  return importance;
}

const noise = (random: RandomStream, width: number): Float32Array => Float32Array.from({ length: width }, () => random.normal(0, UNKNOWN_DEVIATION));
