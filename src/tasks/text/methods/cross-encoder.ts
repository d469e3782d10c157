/** Cross-encoder (monoBERT, arXiv 1901.04085): query and text read together, one score. */
import { arange, concat, where } from "../../../engine/index.ts";
import type { Tensor } from "../../../engine/index.ts";
import { binaryCrossEntropy, listwiseSoftmax } from "../../../objectives/index.ts";
import { defineObjective, negativesOf, probabilityIsScore } from "../../../lab/index.ts";
import type { ObjectiveContext, PairRecord, TextExample, TextRecipe } from "../../../lab/index.ts";
import { RequestError } from "../../request-error.ts";

/** The query with its answer, then with each negative; targets say which places hold one. */
function candidateLists(records: readonly PairRecord[], context: ObjectiveContext): TextExample[] {
  const negatives = negativesOf(records, context);
  const most = negatives.reduce((largest, list) => Math.max(largest, list.length), 0);
  if (most === 0) throw new RequestError("train: a cross-encoder learns from wrong answers too; give negatives, or more pairs and --set negatives=4");
  return records.map(({ query, positive }, i) => {
    const own = negatives[i] as readonly string[];
    const candidates = [positive, ...Array.from({ length: most }, (_, j) => own[j] ?? positive)];
    return { texts: candidates.map((text) => [query, text] as const), targets: candidates.map((_, j) => (j <= own.length ? 1 : 0)) };
  });
}

/** Scores [B, 1] of each place side by side, [B, C]. */
const sideBySide = (outputs: readonly Tensor[]): Tensor => concat(outputs, 1);

const listwise = defineObjective<"pairs">({
  data: "pairs",
  summary: "the answer before its hard negatives (softmax over the list)",
  examples: candidateLists,
  loss(outputs, there) {
    const scores = sideBySide(outputs);
    const gold = arange(scores.dim(0)).mul(0);
    const { loss, accuracy } = listwiseSoftmax(scores, gold, { candidates: there.greater(0) });
    return { loss, accuracy };
  },
});

const pointwise = defineObjective<"pairs">({
  data: "pairs",
  summary: "each candidate on its own: an answer or none (binary cross-entropy)",
  examples: candidateLists,
  loss(outputs, there) {
    const scores = sideBySide(outputs);
    const right = where(arange(scores.dim(1)).equal(0).unsqueeze(0).expand(scores.shape), 1, 0);
    return { ...binaryCrossEntropy(scores, right, { weights: there }) };
  },
});

export const crossEncoder: TextRecipe = {
  version: 1,
  summary: "a score for two texts read together: reranking, similarity at its most accurate",
  task: "sequence-classification",
  objectives: { listwise, pointwise, graded: probabilityIsScore },
};
