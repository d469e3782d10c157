/** Exact search over a fixture's index: by words, and by vectors. */
import type { Device, HostArray } from "../../engine/index.ts";
import { Bm25, FlatIndex } from "../../data/search/index.ts";

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
