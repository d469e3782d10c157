/** How the reranker's scores change a ranking. */
import { fuseScores } from "../../../data/search/fuse-scores.ts";
import type { SearchHit } from "../../../data/search/hit.ts";

/** How many of the first are worth reading again. */
export const RERANKED = 30;
/** Weight of the reranker's score beside that of the first stage, both in standard deviations; chosen on the development split. */
export const RERANKER_WEIGHT = 1;

/** The ranking with its first items in a new order; `scores` are the reranker's for them, the rest keeps its place. */
export function rerankedOrder(hits: readonly SearchHit[], scores: Float32Array, weight = RERANKER_WEIGHT): SearchHit[] {
  if (scores.length > hits.length) throw new RangeError(`rerankedOrder: ${scores.length} scores for ${hits.length} items`);
  const top = hits.slice(0, scores.length);
  const read = top.map(({ id }, i) => ({ id, score: scores[i] as number })).sort((a, b) => b.score - a.score);
  const joined = fuseScores({ first: top, reranker: read }, { kind: "zScore", weights: { first: 1, reranker: weight } });
  const floor = Math.min(...joined.map(({ score }) => score));
  return [...joined, ...hits.slice(scores.length).map(({ id }, i) => ({ id, score: floor - i - 1 }))];
}
