/** Exact search over a fixture's index, by words and by vectors, and what comes of it: judged rankings and hard negatives. */
import type { Device, HostArray, RandomStream } from "../../engine/index.ts";
import { hardNegatives } from "../../data/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { Bm25, FlatIndex } from "../../data/search/index.ts";
import { encodeTexts } from "./bi-encoder.ts";
import type { BiEncoder } from "./bi-encoder.ts";
import type { SearchTask, TextPairs } from "./fixtures/desc-search.ts";
import { rankRuns } from "./ranking-table.ts";
import type { RankedRun, RankingRun } from "./ranking-table.ts";
import type { MapRowsOptions } from "./rows.ts";

/** Best `depth` documents of each query by BM25, as positions. */
export function bm25Runs(documents: readonly string[], queries: readonly string[], depth = 100): number[][] {
  const index = new Bm25();
  documents.forEach((text, i) => index.add(i, text));
  return queries.map((query) => index.search(query, depth).map(({ id }) => Number(id)));
}

/** Best `depth` documents of each query by inner product, as positions; vectors [n, d] and [m, d]. */
export async function vectorRuns(documents: HostArray, queries: HostArray, { depth = 100, device }: { readonly depth?: number; readonly device?: Device } = {}): Promise<number[][]> {
  const index = new FlatIndex({ width: documents.shape[1] as number, metric: "dot", device });
  try {
    index.add(Array.from({ length: documents.shape[0] as number }, (_, i) => i), documents);
    const found = await index.search(queries, depth);
    return found.map((hits) => hits.map(({ id }) => Number(id)));
  } finally {
    await index.release();
  }
}

/** A search task with BM25's answers, which every arm's table shows. */
export interface JudgedTask {
  readonly task: SearchTask;
  readonly bm25: RankingRun;
}

export const judgedTask = (task: SearchTask): JudgedTask => ({ task, bm25: { name: "BM25", found: bm25Runs(task.documents, task.queries) } });

export interface SearchLengths {
  /** Tokens of a query and of a document, special ones included. */
  readonly query: number;
  readonly document: number;
}

/** How a bi-encoder answers a task: BM25 first, then the model. */
export async function evaluateSearch(model: BiEncoder, name: string, tokenizer: Tokenizer, { task, bm25 }: JudgedTask, lengths: SearchLengths, options: Pick<MapRowsOptions, "device" | "signal"> = {}): Promise<{ readonly bm25: RankedRun; readonly model: RankedRun }> {
  const documents = await encodeTexts(model, "passage", tokenizer, task.documents, { ...options, maximum: lengths.document });
  const queries = await encodeTexts(model, "query", tokenizer, task.queries, { ...options, maximum: lengths.query });
  const [reference, own] = rankRuns(task.relevant, [bm25, { name, found: await vectorRuns(documents, queries, options) }]);
  return { bm25: reference as RankedRun, model: own as RankedRun };
}

/** For each query the best documents by BM25 that are not its own: `count` of them, filled up with random ones where words find fewer. */
export function bm25Negatives({ queries, documents }: TextPairs, pairs: readonly (readonly [query: number, document: number])[], count: number, random: RandomStream): number[][] {
  const found = bm25Runs(documents, pairs.map(([query]) => queries[query] as string), count + 1);
  return hardNegatives(found.map((items) => items.map((id) => ({ id, score: 0 }))), pairs.map(([, document]) => [document]), { count, random }).map((negatives, pair) => {
    const own = pairs[pair]?.[1];
    const list = negatives.map(Number);
    const stream = random.child("fill", pair);
    while (list.length < count) {
      const other = stream.integer(documents.length);
      if (other !== own && !list.includes(other)) list.push(other);
    }
    return list;
  });
}
