/** What all trainers count: the pieces that a tokenizer's own normaliser and pre-tokenizer make of a corpus. */
import { LibraryTokenizer } from "../library.ts";
import { libraryJson } from "../library-json.ts";
import { piecesOf } from "../pieces.ts";
import type { TokenizerJson } from "../tokenizer-json.ts";

/** Texts to train on, one after the other; they need not fit into memory. */
export type Corpus = Iterable<string>;

/** How often each piece occurs. `json` may lack merges and most of its vocabulary: only its first two stages are used. */
export function countPieces(json: TokenizerJson, corpus: Corpus): Map<string, number> {
  const library = new LibraryTokenizer(libraryJson(json), {});
  const { split, spell } = piecesOf(library, json);
  const counts = new Map<string, number>();
  for (const text of corpus) {
    const normalised = library.normalizer === null ? text : library.normalizer(text);
    if (normalised !== "") for (const piece of split(normalised, true)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  }
  counts.delete("");
  if (counts.size === 0) throw new RangeError("training a tokenizer: the corpus holds no text");
  return new Map([...counts].map(([piece, count]) => [spell(piece), count]));
}

/** Characters by frequency, the most frequent `limit` of them, in the order of their code points. */
export function alphabetOf(pieces: ReadonlyMap<string, number>, limit: number): string[] {
  const counts = new Map<string, number>();
  for (const [piece, count] of pieces) for (const character of piece) counts.set(character, (counts.get(character) ?? 0) + count);
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || byCodePoint(a, b))
    .slice(0, limit)
    .map(([character]) => character)
    .sort(byCodePoint);
}

export const byCodePoint = (a: string, b: string): number => (a.codePointAt(0) as number) - (b.codePointAt(0) as number);
