/** A classifier of texts, or of two texts read together: one label of several, or any number of them. */
import type { Tensor } from "../../../engine/index.ts";
import { binaryCrossEntropy, crossEntropy } from "../../../objectives/index.ts";
import { defineObjective } from "../../../lab/index.ts";
import type { TextRecipe } from "../../../lab/index.ts";
import { inputOf } from "../score-texts.ts";

const oneLabel = defineObjective<"labelled">({
  data: "labelled",
  summary: "one label for each text (cross-entropy)",
  severalLabels: false,
  examples: (records, { labels }) => records.map((record) => ({ texts: [inputOf(record)], targets: [labels.indexOf(record.labels[0] as string)] })),
  loss: ([scores], targets) => ({ ...crossEntropy(scores as Tensor, targets.select(1, 0).cast("int32")) }),
});

const anyLabels = defineObjective<"labelled">({
  data: "labelled",
  summary: "any number of labels for each text (binary cross-entropy)",
  severalLabels: true,
  examples: (records, { labels }) => records.map((record) => ({ texts: [inputOf(record)], targets: labels.map((label) => Number(record.labels.includes(label))) })),
  loss: ([scores], targets) => ({ ...binaryCrossEntropy(scores as Tensor, targets) }),
});

export const classifier: TextRecipe = {
  version: 1,
  summary: "labels of a text or a pair",
  task: "sequence-classification",
  objectives: { "cross-entropy": oneLabel, binary: anyLabels },
};
