/** Bi-encoder (Sentence-BERT, arXiv 1908.10084): a vector for each text, compared by cosine. */
import { differentItems, coSent, infoNce } from "../../../objectives/index.ts";
import { concat, logicalAnd } from "../../../engine/index.ts";
import type { Tensor } from "../../../engine/index.ts";
import { cosineIsScore, defineObjective } from "../../../lab/index.ts";
import type { TextRecipe } from "../../../lab/index.ts";
import { negativesOf } from "./negatives.ts";

/** Numbers texts, equal ones alike, so that a copy of an answer is not taken for a wrong one. Exact in float32 below 2^24. */
function numbering(): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const id = known.get(text) ?? known.size;
    known.set(text, id);
    return id;
  };
}

const NOTHING = -1;

const contrastive = defineObjective<"pairs">({
  data: "pairs",
  summary: "the answer among the answers of the batch and the hard negatives (InfoNCE)",
  contrastive: true,
  examples(records, context) {
    const negatives = negativesOf(records, context);
    const most = negatives.reduce((largest, list) => Math.max(largest, list.length), 0);
    const idOf = numbering();
    return records.map(({ query, positive }, i) => {
      const own = negatives[i] as readonly string[];
      const filled = Array.from({ length: most }, (_, j) => own[j] ?? own[0] ?? positive);
      return { texts: [query, positive, ...filled], targets: [idOf(query), idOf(positive), ...filled.map((text, j) => (j < own.length ? idOf(text) : NOTHING))] };
    });
  },
  loss([queries, positives, ...negatives], targets, { scale }) {
    const column = (i: number): Tensor => targets.select(1, i);
    const answers = differentItems(column(1), column(1));
    // A pair of the same query with another answer is no negative either.
    const candidates = logicalAnd(answers, differentItems(column(0), column(0)));
    const rows = queries as Tensor;
    if (negatives.length === 0) return infoNceLoss(rows, positives as Tensor, { scale, candidates });
    const ids = concat(negatives.map((_, j) => column(2 + j)), 0); // [n k]
    const there = ids.greaterEqual(0).unsqueeze(0);
    return infoNceLoss(rows, positives as Tensor, { scale, candidates, negatives: concat(negatives, 0), negativeCandidates: logicalAnd(differentItems(column(1), ids), there) });
  },
});

const infoNceLoss = (rows: Tensor, columns: Tensor, options: Parameters<typeof infoNce>[2]): { readonly loss: Tensor; readonly accuracy: Tensor } => {
  const { loss, accuracy } = infoNce(rows, columns, options);
  return { loss, accuracy };
};

const order = defineObjective<"scored">({
  data: "scored",
  summary: "cosines in the order of the scores (CoSENT)",
  examples: (records) => records.map(({ a, b, score }) => ({ texts: [a, b], targets: [score] })),
  loss: ([a, b], targets, { scale }) => coSent(a as Tensor, b as Tensor, targets.select(1, 0), { scale }),
});

export const biEncoder: TextRecipe = {
  version: 1,
  summary: "a vector for each text: retrieval, similarity, clustering",
  task: "features",
  objectives: { "info-nce": contrastive, cosent: order, cosine: cosineIsScore },
};
