/** The second stage: query and paper read together, the best first-stage papers first, as many as the time allows. */
import type { RerankerPort } from "./models/port.ts";

/** Papers read at once; time is looked at in between. */
const AT_ONCE = 8;

export interface RerankOptions {
  /** Milliseconds. No batch is begun that would end later, if it takes as long as the slowest before it. */
  readonly budget: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

/** Scores of the first of `texts`, in order: of all of them, or fewer when time ran out. */
export async function rerankWithin(reranker: RerankerPort, query: string, texts: readonly string[], { budget, now = () => performance.now() }: RerankOptions): Promise<number[]> {
  const began = now();
  const scores: number[] = [];
  let slowest = 0;
  while (scores.length < texts.length && now() - began + slowest <= budget) {
    const started = now();
    const batch = texts.slice(scores.length, scores.length + AT_ONCE);
    const given = await reranker.score(query, batch);
    if (given.length !== batch.length || !given.every(Number.isFinite)) throw new Error(`the reranker "${reranker.id}" gave ${given.length} scores for ${batch.length} texts, or some that are not finite`);
    scores.push(...given);
    slowest = Math.max(slowest, now() - started);
  }
  return scores;
}
