/** Semi-siamese tuning on users' own pairs: a vector for each text, of one frozen encoder with a side for queries and one for documents. */
import { concat } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { answerOfBatch, cosineOrder, defineObjective, negativesOf, UselessRecords } from "../../lab/index.ts";
import type { SidedParts, TextRecipe } from "../../lab/index.ts";
import { pairSoftmax } from "../../objectives/index.ts";
import { SidedEncoder } from "./semi-siamese-model.ts";

/** Width between the two maps of a prefix generator. */
const PREFIX_HIDDEN = 64;

/** The paper's loss, on cosines: they are what an index compares. */
const pairs = defineObjective<"pairs">({
  data: "pairs",
  summary: "the answer before each of its hard negatives, hopeless ones forgiven (1 - softmax)",
  examples(records, context) {
    const negatives = negativesOf(records, context);
    const most = negatives.reduce((largest, list) => Math.max(largest, list.length), 0);
    if (most === 0) throw new UselessRecords("train: pair-softmax learns from wrong answers; give negatives, or more pairs and --set negatives=4, or take --loss info-nce");
    return records.map(({ query, positive }, i) => {
      const own = negatives[i] as readonly string[];
      const places = Array.from({ length: most }, (_, j) => j);
      return { texts: [query, positive, ...places.map((j) => own[j] ?? positive)], targets: places.map((j) => Number(j < own.length)) };
    });
  },
  loss([query, positive, ...negatives], there, { scale }) {
    const asked = (query as Tensor).l2Normalize();
    const score = (vectors: Tensor): Tensor => asked.mul(vectors.l2Normalize()).sum(1).unsqueeze(1).mul(scale);
    const [relevant, irrelevant] = [score(positive as Tensor), concat(negatives.map(score), 1)];
    return { ...pairSoftmax(relevant.expand(irrelevant.shape), irrelevant, { bounded: true, weights: there }), accuracy: relevant.greater(irrelevant).cast("float32").mean() };
  },
});

function build({ encoder, width, random, rank, prefix }: SidedParts): SidedEncoder {
  return new SidedEncoder({
    random, encoder, width,
    tuning: {
      ...(rank > 0 ? { lora: { own: "values", rank, alpha: 2 * rank } } : {}),
      ...(prefix > 0 ? { prefix: { sharing: "added", seeds: prefix, hidden: PREFIX_HIDDEN } } : {}),
    },
  });
}

export const semiSiameseRecipe: TextRecipe = {
  version: 1,
  summary: "one frozen encoder that reads queries and documents differently, by small changes of which the sides share a part",
  task: "features",
  objectives: { "pair-softmax": pairs, "info-nce": answerOfBatch, cosent: cosineOrder },
  sides: { version: 1, base: "bert", build, frozen: /^encoder\.(?!.*\.change\.)/, learningRate: 1e-3 },
};
