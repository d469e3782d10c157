/** A tag for each word, told at its first token: names, parts of speech. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Module, TokenTagger } from "../../../../nn/index.ts";
import type { Mode } from "../../../../nn/index.ts";
import { crossEntropy } from "../../../../objectives/index.ts";
import type { AssembleConfig } from "../../config.ts";
import { objectivePart, streamOf } from "../../part.ts";
import type { ObjectiveInputs, ObjectiveModule } from "../../part.ts";
import { classCount, oneStream, wordsOnly } from "../../vector-head.ts";

export class Tags extends Module implements ObjectiveModule {
  readonly head: TokenTagger;

  constructor(config: AssembleConfig, random: RandomStream) {
    super();
    const { hidden_size: width, dropout } = streamOf(config);
    this.head = new TokenTagger({ random: random.child("head"), width, labels: config.labels_num ?? 0, dropout });
  }

  forward(inputs: ObjectiveInputs, mode: Mode): { readonly loss: Tensor; readonly accuracy: Tensor } {
    return crossEntropy(this.logits(inputs, mode), inputs.fields.get("tags"), { weights: inputs.fields.get("tagWeights") });
  }

  /** [B, L, labels_num] */
  logits({ states }: Pick<ObjectiveInputs, "states">, mode: Mode): Tensor {
    return this.head.forward(states[0] as Tensor, mode);
  }
}

export default objectivePart({
  name: "ner",
  description: "a tag for each word, at its first token",
  reads: () => ["tags", "tagWeights"],
  mask: () => "fully_visible",
  words: "either",
  ofDecoder: false,
  fineTuning: true,
  check: (config, context) => [...oneStream("ner", context), ...wordsOnly("ner", context), ...classCount("ner", config)],
  build: (config, random) => new Tags(config, random),
});
