/** Trans-Encoder on a user's pairs without labels: an embedder and a reranker that taught each other. */
import type { PlacePair, TaskRecord } from "../../data/index.ts";
import { binaryCrossEntropy, infoNce } from "../../objectives/index.ts";
import { cosineIsScore, defineObjective } from "../../lab/index.ts";
import type { StagedModel, StagedTextRecipe, StageRecords } from "../../lab/index.ts";
import { pairProducts, pairTexts, placesOf, probabilities } from "../../lab/text/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { bothOrders, distilInCycles } from "./trans-encoder-cycles.ts";
import type { Cycles } from "./trans-encoder-cycles.ts";

const CYCLES = 2;

const simCse = defineObjective<"pairs">({
  data: "pairs",
  summary: "a text, encoded twice with other dropout, among the texts of the batch (SimCSE)",
  contrastive: true,
  examples: (records) => records.map(({ query, positive }) => ({ texts: [query, positive], targets: [0] })),
  loss: ([once, again], _targets, { scale }) => {
    const { loss, accuracy } = infoNce(once as Tensor, again as Tensor, { scale, directions: { rows: 1, columns: 0 } });
    return { loss, accuracy };
  },
});

/** Labels as they are, for cosines may lie below 0. */
const softLabels = defineObjective<"scored">({
  data: "scored",
  summary: "the cosines of the bi-encoder as soft labels (binary cross-entropy)",
  examples: (records) => records.map(({ a, b, score }) => ({ texts: [[a, b]], targets: [score] })),
  loss: ([scores], targets) => ({ loss: binaryCrossEntropy(scores as Tensor, targets).loss }),
});

/** Every two texts that the records put side by side. */
const pairsOf = ({ kind, records }: StageRecords): (readonly [string, string])[] =>
  kind === "scored" ? records.map(({ a, b }) => [a, b]) : records.flatMap(({ query, positive, negatives }) => [positive, ...negatives].map((other) => [query, other] as const));

const scored = (texts: readonly string[], pairs: readonly PlacePair[], labels: Float32Array): { readonly kind: "scored"; readonly records: TaskRecord<"scored">[] } => ({
  kind: "scored",
  records: pairTexts({ texts, pairs }).map(([a, b], i) => ({ a, b, score: labels[i] as number })),
});

interface Named {
  readonly name: string;
  readonly model: StagedModel;
}

/** The best of a form: by quality on the evaluation records, without any the last. */
async function best(models: readonly Named[]): Promise<string> {
  let found = { name: "", quality: -Infinity };
  for (const { name, model } of models) {
    const quality = (await model.quality()) ?? found.quality;
    if (quality >= found.quality) found = { name, quality };
  }
  return found.name;
}

export const transEncoderRecipe: StagedTextRecipe = {
  version: 1,
  summary: "an embedder and a reranker from pairs without labels: each is taught by the other",
  data: ["scored", "pairs"],
  async run(data, { train }) {
    const { texts, pairs } = placesOf(pairsOf(data).map(([a, b]) => ({ a, b, score: 0 })));
    const start = { name: "simcse", model: await train({ name: "simcse", task: "features", objective: simCse, data: { kind: "pairs", records: texts.map((text) => ({ query: text, positive: text, negatives: [] })) } }) };
    const { cycles }: Cycles<Named, Named> = await distilInCycles<Named, Named>([{
      start,
      forms: {
        cosines: async ({ model }) => pairProducts(await model.vectors(texts), pairs),
        probabilities: async ({ model }) => probabilities(await model.logits(pairTexts({ texts, pairs }))),
        trainCross: async (cycle, labels) => {
          const [name, doubled] = [`cross-${cycle + 1}`, bothOrders(pairs, labels)];
          return { name, model: await train({ name, task: "sequence-classification", objective: softLabels, data: scored(texts, doubled.pairs, doubled.labels) }) };
        },
        trainBi: async (cycle, labels) => {
          const name = `bi-${cycle + 1}`;
          return { name, model: await train({ name, task: "features", from: "simcse", objective: cosineIsScore, data: scored(texts, pairs, labels) }) };
        },
      },
    }], CYCLES);
    const forms = cycles.map(([only]) => only as { readonly bi: Named; readonly cross: Named });
    return { model: await best(forms.map(({ bi }) => bi)), models: { reranker: await best(forms.map(({ cross }) => cross)) }, records: {} };
  },
};
