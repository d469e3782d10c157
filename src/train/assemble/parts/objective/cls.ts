/** Classes of whole sequences: supervised pre-training, and fine-tuning. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Module } from "../../../../nn/index.ts";
import { crossEntropy } from "../../../../objectives/index.ts";
import type { AssembleConfig } from "../../config.ts";
import { objectivePart, streamOf } from "../../part.ts";
import type { ObjectiveInputs, ObjectiveModule } from "../../part.ts";
import { checkPooling, classCount, oneStream, VectorHead } from "../../vector-head.ts";

export class Classes extends Module implements ObjectiveModule {
  readonly head: VectorHead;

  constructor(config: AssembleConfig, random: RandomStream) {
    super();
    const { hidden_size: width, pooling } = streamOf(config);
    this.head = new VectorHead(width, config.labels_num ?? 0, pooling, random.child("head"));
  }

  forward(inputs: ObjectiveInputs): { readonly loss: Tensor; readonly accuracy: Tensor } {
    return crossEntropy(this.logits(inputs), inputs.fields.get("classes"));
  }

  /** [B, labels_num] */
  logits({ states, segments }: Pick<ObjectiveInputs, "states" | "segments">): Tensor {
    return this.head.forward(states[0] as Tensor, segments[0] as Tensor);
  }
}

export default objectivePart({
  name: "cls",
  description: "the class of the whole sequence, from a pooled vector",
  reads: () => ["classes"],
  mask: () => "fully_visible",
  words: "either",
  ofDecoder: false,
  check: (config, context) => [...oneStream("cls", context), ...classCount("cls", config), ...checkPooling("cls", [streamOf(config).pooling], context)],
  build: (config, random) => new Classes(config, random),
});
