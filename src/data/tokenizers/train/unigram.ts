/**
 * Unigram vocabularies (Kudo, arXiv 1804.10959): from many candidate pieces the least useful are dropped, while expectation
 * maximisation fits the probability of those that stay. Words are counted once, so a pass costs as much as there are
 * different words.
 */
import { SPECIAL_TOKENS } from "../special-tokens.ts";
import { SubwordTokenizer } from "../subword-tokenizer.ts";
import type { TokenizerJson } from "../tokenizer-json.ts";
import { alphabetOf, countPieces } from "./corpus.ts";
import type { Corpus } from "./corpus.ts";
import { specialsFor, withSpecials } from "./skeleton.ts";
import type { VocabularyOptions } from "./skeleton.ts";
import { addExpectedCounts, bestPath, PieceTree } from "./unigram-lattice.ts";

export interface UnigramOptions extends VocabularyOptions {
  /** Longest piece in characters. */
  readonly longest?: number;
  /** Characters that get pieces. */
  readonly alphabet?: number;
}

const SPACE = "\u2581";
/** Share of the pieces that survive a round. */
const SURVIVE = 0.75;
const PASSES = 2;
/** Candidates per piece wanted. */
const CANDIDATES = 10;
/** Longer words are noise, and their spellings too many. */
const LONGEST_WORD = 100;

export function trainUnigram(corpus: Corpus, options: UnigramOptions): SubwordTokenizer {
  const specials = specialsFor(options, 1);
  const { size, longest = 16, minimum = 2 } = options;
  const counted = countPieces(unigramJson(specials, []), corpus);
  const letters = alphabetOf(counted, options.alphabet ?? 1000);
  const room = size - specials.length;
  if (room < letters.length) throw new RangeError(`trainUnigram: size ${size} has no room for ${letters.length} characters; use at least ${specials.length + letters.length}, or fewer with alphabet`);
  const numberOf = new Map(letters.map((letter, number) => [letter, number]));
  const words = [...counted].flatMap(([word, count]): Word[] => {
    const row = [...word].map((letter) => numberOf.get(letter) ?? -1);
    return row.includes(-1) || row.length > LONGEST_WORD ? [] : [{ letters: row, count }];
  });
  let pieces = candidates(words, letters.length, room * CANDIDATES, longest, minimum);
  for (;;) {
    for (let pass = 0; pass < PASSES; pass++) pieces = reestimated(words, pieces);
    if (pieces.length <= room) break;
    pieces = pruned(words, pieces, Math.max(room, Math.floor(pieces.length * SURVIVE)));
  }
  const spelled = pieces.map(({ letters: row, score }): [string, number] => [row.map((letter) => letters[letter]).join(""), score]);
  return new SubwordTokenizer(unigramJson(specials, spelled.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))));
}

interface Word {
  readonly letters: readonly number[];
  readonly count: number;
}

interface Piece {
  readonly letters: readonly number[];
  /** Log probability. */
  readonly score: number;
}

const treeOf = (pieces: readonly Piece[]): PieceTree => new PieceTree(pieces.map(({ letters }) => letters), Float64Array.from(pieces, ({ score }) => score));

/** Substrings of words worth a piece, by count times length, after all single letters. */
function candidates(words: readonly Word[], letters: number, most: number, longest: number, minimum: number): Piece[] {
  const counts = new Map<string, number>(); // keyed by letters as characters: shorter than any list
  for (const { letters: word, count } of words) {
    const spelled = String.fromCodePoint(...word.map((letter) => letter + 1));
    for (let start = 0; start < spelled.length; start++) {
      for (let end = start + 1; end <= Math.min(spelled.length, start + longest); end++) {
        const piece = spelled.slice(start, end);
        counts.set(piece, (counts.get(piece) ?? 0) + count);
      }
    }
  }
  const long = [...counts].filter(([piece, count]) => piece.length > 1 && count >= minimum).sort(([a, x], [b, y]) => y * b.length - x * a.length || (a < b ? -1 : 1));
  const single = Array.from({ length: letters }, (_, letter): [string, number] => [String.fromCodePoint(letter + 1), counts.get(String.fromCodePoint(letter + 1)) ?? 1]);
  return normalised([...single, ...long.slice(0, most)].map(([piece, count]) => ({ letters: [...piece].map((unit) => (unit.codePointAt(0) as number) - 1), count })));
}

function normalised(weighted: readonly { readonly letters: readonly number[]; readonly count: number }[]): Piece[] {
  const total = weighted.reduce((sum, { count }) => sum + count, 0);
  return weighted.map(({ letters, count }) => ({ letters, score: Math.log(count / total) }));
}

/** One step of expectation maximisation; pieces expected less than half a time are dropped, letters never. */
function reestimated(words: readonly Word[], pieces: readonly Piece[]): Piece[] {
  const tree = treeOf(pieces);
  const expected = new Float64Array(pieces.length);
  for (const { letters, count } of words) addExpectedCounts(tree, letters, count, expected);
  const kept = pieces.map(({ letters }, i) => ({ letters, count: expected[i] as number })).filter(({ letters, count }) => count >= 0.5 || letters.length === 1);
  return normalised(kept.map(({ letters, count }) => ({ letters, count: Math.max(count, 1e-3) })));
}

/** Keeps the pieces whose loss would cost most: how often they are used, times what spelling them with others costs. */
function pruned(words: readonly Word[], pieces: readonly Piece[], size: number): Piece[] {
  const tree = treeOf(pieces);
  const used = new Float64Array(pieces.length);
  for (const { letters, count } of words) for (const piece of bestPath(tree, letters)?.pieces ?? []) used[piece] = (used[piece] as number) + count;
  const losses = pieces.map(({ letters, score }, i) => (letters.length === 1 ? Infinity : (used[i] as number) * (score - (bestPath(tree, letters, i)?.score ?? -Infinity))));
  const ranked = [...pieces.keys()].sort((a, b) => (losses[a] === losses[b] ? a - b : (losses[b] as number) - (losses[a] as number)));
  const stay = new Set(ranked.slice(0, size));
  return pieces.filter((_, i) => stay.has(i));
}

/** Words are cut at white space, which begins a word as U+2581; several spaces count as one. */
function unigramJson(specials: readonly string[], pieces: readonly (readonly [string, number])[]): TokenizerJson {
  const space = { replacement: SPACE, prepend_scheme: "always" };
  return withSpecials(specials, {
    normalizer: { type: "NFKC" },
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, { type: "Metaspace", ...space }] },
    decoder: { type: "Metaspace", ...space },
    model: { type: "Unigram", unk_id: specials.indexOf(SPECIAL_TOKENS[4]), byte_fallback: false, vocab: [...specials.map((special) => [special, 0]), ...pieces] },
  });
}
