/** Texts that go with a passage where nobody wrote any: queries out of its rare phrases and a neighbour's title, and rows of both. */
import { normalisedWords } from "../../data/dedupe.ts";
import { Bm25 } from "../../data/search/index.ts";
import type { Encoding, Tokenizer } from "../../data/index.ts";
import type { RowSet, TextPairs } from "../../lab/text/index.ts";

export interface PseudoQueryOptions {
  /** Phrases of two words for each passage. */
  readonly phrases?: number;
  /** Titled texts; a passage also gets the title of the text that its phrases find first, never its own. */
  readonly library: TextPairs;
}

/** Words or pairs of neighbouring words, each once. */
const pairsOf = (words: readonly string[]): string[] => [...new Set(words.slice(1).map((word, i) => `${words[i] as string} ${word}`))];

function documentFrequency(lists: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const list of lists) for (const item of new Set(list)) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/**
 * For each passage its rarest phrases that another passage has too - the highest sum of both words' ln(N / document frequency),
 * no word twice - and then the neighbour's title.
 */
export function pseudoQueries(passages: readonly string[], { phrases: count = 3, library }: PseudoQueryOptions): string[][] {
  const words = passages.map(normalisedWords);
  const [ofWord, ofPair] = [documentFrequency(words), documentFrequency(words.map(pairsOf))];
  const rarity = (word: string): number => Math.log(passages.length / (ofWord.get(word) ?? 1));
  const index = new Bm25();
  library.documents.forEach((text, i) => index.add(i, text));
  return passages.map((passage, i) => {
    const ranked = pairsOf(words[i] as string[])
      .filter((pair) => (ofPair.get(pair) ?? 0) > 1)
      .map((pair) => ({ pair, score: pair.split(" ").reduce((sum, word) => sum + rarity(word), 0) }))
      .sort((a, b) => b.score - a.score);
    const chosen: string[] = [];
    for (const { pair } of ranked) if (chosen.length < count && !pair.split(" ").some((word) => chosen.join(" ").split(" ").includes(word))) chosen.push(pair);
    const neighbour = index.search(chosen.length > 0 ? chosen.join(" ") : passage, 2).map(({ id }) => Number(id)).find((id) => library.documents[id] !== passage);
    return neighbour === undefined ? chosen : [...chosen, library.queries[neighbour] as string];
  });
}

/** Each list of texts as one row, separated as two texts are. */
export function joinedRows(lists: readonly (readonly string[])[], tokenizer: Tokenizer, maximum: number): RowSet {
  const { sep, pad = 0 } = tokenizer.special;
  if (sep === undefined) throw new RangeError("joinedRows: the tokenizer has no separator");
  const rows = lists.map((list): Encoding => {
    const ids = list.flatMap((text, i) => [...(i === 0 ? [] : [sep]), ...tokenizer.encode(text)]);
    return tokenizer.assemble(Int32Array.from(ids), undefined, maximum);
  });
  return { rows, pad };
}
