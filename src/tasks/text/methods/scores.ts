/** Scores on whatever scale people use, brought to 0..1. */
import type { TaskRecord } from "../../../data/index.ts";
import { RequestError } from "../../request-error.ts";

/** The lowest score becomes 0, the highest 1. Scores that lie in 0..1 already are kept. Throws when all are equal. */
export function unitScores(records: readonly TaskRecord<"scored">[]): number[] {
  const [low, high] = records.reduce(([a, b], { score }) => [Math.min(a, score), Math.max(b, score)] as const, [Infinity, -Infinity] as const);
  if (low >= 0 && high <= 1) return records.map(({ score }) => score);
  if (low === high) throw new RequestError(`train: every score is ${low}; there is nothing to learn from it`);
  return records.map(({ score }) => (score - low) / (high - low));
}
