/** How bi- and cross-encoders learn scored pairs, on whatever scale people score: what several text recipes share. */
import type { TaskRecord } from "../data/index.ts";
import { binaryCrossEntropy, cosineRegression } from "../objectives/index.ts";
import type { Tensor } from "../engine/index.ts";
import { defineObjective } from "./text-recipe.ts";
import { UselessRecords } from "./useless-records.ts";

/** The lowest score becomes 0, the highest 1. Scores that lie in 0..1 already are kept. Throws `UselessRecords` when all are equal. */
export function unitScores(records: readonly TaskRecord<"scored">[]): number[] {
  const [low, high] = records.reduce(([a, b], { score }) => [Math.min(a, score), Math.max(b, score)] as const, [Infinity, -Infinity] as const);
  if (low >= 0 && high <= 1) return records.map(({ score }) => score);
  if (low === high) throw new UselessRecords(`train: every score is ${low}; there is nothing to learn from it`);
  return records.map(({ score }) => (score - low) / (high - low));
}

/** For vectors: the cosine of two texts is their score. */
export const cosineIsScore = defineObjective<"scored">({
  data: "scored",
  summary: "the cosine of two texts is their score, brought to 0..1 (squared error)",
  examples: (records) => unitScores(records).map((score, i) => ({ texts: [records[i]?.a ?? "", records[i]?.b ?? ""], targets: [score] })),
  loss: ([a, b], targets) => cosineRegression(a as Tensor, b as Tensor, targets.select(1, 0)),
});

/** For a cross-encoder: the probability of a pair is its score. */
export const probabilityIsScore = defineObjective<"scored">({
  data: "scored",
  summary: "the score of two texts, brought to 0..1 (binary cross-entropy with soft targets)",
  examples: (records) => unitScores(records).map((score, i) => ({ texts: [[records[i]?.a ?? "", records[i]?.b ?? ""]], targets: [score] })),
  loss: ([scores], targets) => ({ loss: binaryCrossEntropy(scores as Tensor, targets).loss }),
});
