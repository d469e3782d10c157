/** How encoders that give a vector for each text learn pairs and scored pairs: what several text recipes share. */
import { differentItems, coSent, infoNce } from "../objectives/index.ts";
import { concat, logicalAnd } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";
import { negativesOf } from "./pair-negatives.ts";
import { UselessRecords } from "./useless-records.ts";
import { defineObjective } from "./text-recipe.ts";

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

/** For vectors: the answer of a query among those of its batch and hard negatives. Copies of the answer, and other answers to the same query, are none. */
export const answerOfBatch = defineObjective<"pairs">({
  data: "pairs",
  summary: "the answer among the answers of the batch and the hard negatives (InfoNCE)",
  contrastive: true,
  examples(records, context) {
    const negatives = negativesOf(records, context);
    const most = negatives.reduce((largest, list) => Math.max(largest, list.length), 0);
    const differs = (of: (record: (typeof records)[number]) => string): boolean => new Set(records.map(of)).size > 1;
    if (most === 0 && !(differs(({ query }) => query) && differs(({ positive }) => positive))) throw new UselessRecords("no record has a wrong answer to learn from: give negatives, or pairs that differ in query and answer");
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

/** For vectors: their cosines lie in the order of the scores. */
export const cosineOrder = defineObjective<"scored">({
  data: "scored",
  summary: "cosines in the order of the scores (CoSENT)",
  examples: (records) => records.map(({ a, b, score }) => ({ texts: [a, b], targets: [score] })),
  loss: ([a, b], targets, { scale }) => coSent(a as Tensor, b as Tensor, targets.select(1, 0), { scale }),
});
