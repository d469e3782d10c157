/** For the reranker: what the first stage finds for a title beside its own passage, by words and by vectors. */
import { Bm25 } from "../../../../data/search/bm25.ts";
import { fuseScores } from "../../../../data/search/fuse-scores.ts";
import { TopPlaces } from "../../../../data/search/hit.ts";
import type { SearchHit } from "../../../../data/search/hit.ts";

/** Depth of each ranking before they are joined. */
const DEPTH = 50;

/** The `k` rows of `documents` [n, width] most similar to a query, best first. */
export function nearestRows(query: Float32Array, documents: readonly Float32Array[], k: number): SearchHit[] {
  const best = new TopPlaces(k);
  documents.forEach((document, place) => {
    let total = 0;
    for (let d = 0; d < query.length; d++) total += (query[d] as number) * (document[d] as number);
    best.offer(place, total);
  });
  return best.sorted().map(({ place, score }) => ({ id: place, score }));
}

/** BM25 over texts, whose ids are their positions. */
export function wordIndex(texts: readonly string[]): Bm25 {
  const index = new Bm25();
  texts.forEach((text, i) => index.add(i, text));
  return index;
}

/** int32 [queries, count]: for query i the best-ranked documents of the joined ranking that are not document i; rows that found too few are filled with random others. */
export function hardCandidates(queries: readonly string[], documents: readonly string[], vectors: { readonly queries: readonly Float32Array[]; readonly documents: readonly Float32Array[] }, count: number, other: () => number): Int32Array {
  const index = wordIndex(documents);
  const found = new Int32Array(queries.length * count);
  queries.forEach((query, i) => {
    const joined = fuseScores({ words: index.search(query, DEPTH), vectors: nearestRows(vectors.queries[i] as Float32Array, vectors.documents, DEPTH) });
    const wrong = joined.map(({ id }) => id as number).filter((id) => id !== i);
    const random = Array.from({ length: Math.max(0, count - wrong.length) }, () => (i + 1 + other()) % documents.length);
    found.set([...wrong.slice(0, count), ...random], i * count);
  });
  return found;
}
