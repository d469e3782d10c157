/** Pairs that a tiny model learns in seconds: the answer names the two words of the query. */
import type { TextData } from "../../../src/tasks/index.ts";

const WORDS = ["red", "green", "blue", "cat", "dog", "horse", "fish", "tree", "stone", "river"];

export const RECORDS = Array.from({ length: 100 }, (_, i) => {
  const [a, b] = [WORDS[i % 10] as string, WORDS[Math.floor(i / 10)] as string];
  return { query: `where is the ${a} ${b}`, positive: `${a} ${b} is here`, negatives: [] as string[] };
});

export const PAIRS: TextData = { kind: "pairs", records: RECORDS };
export const TINY = { vocabulary: 300, width: 32, depth: 1, heads: 2, longest: 32 };
