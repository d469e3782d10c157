/** Whether two segments belong together: the next sentence, their order, an image and its text. Read from the first token. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Module } from "../../../../nn/index.ts";
import { crossEntropy } from "../../../../objectives/index.ts";
import type { AssembleConfig } from "../../config.ts";
import { objectivePart, streamOf } from "../../part.ts";
import type { ObjectiveInputs, ObjectiveModule } from "../../part.ts";
import { checkPooling, oneStream, VectorHead } from "../../vector-head.ts";

class SentencePair extends Module implements ObjectiveModule {
  readonly head: VectorHead;

  constructor(config: AssembleConfig, random: RandomStream) {
    super();
    this.head = new VectorHead(streamOf(config).hidden_size, 2, "first", random.child("head"));
  }

  forward({ states, segments, fields }: ObjectiveInputs): { readonly loss: Tensor; readonly accuracy: Tensor } {
    return crossEntropy(this.head.forward(states[0] as Tensor, segments[0] as Tensor), fields.get("follows"));
  }
}

export default objectivePart({
  name: "sp",
  description: "whether two segments belong together, from the first token",
  reads: () => ["follows"],
  mask: () => "fully_visible",
  words: "either",
  ofDecoder: false,
  check: (_, context) => [
    ...oneStream("sp", context),
    ...(context.sights.some((sight) => sight === "prefix") ? [{ fields: ["target", "mask"], message: "the first token does not see segment 2", fix: 'use the mask "fully_visible"' }] : []),
    ...checkPooling("sp", ["first"], context).map((problem) => ({ ...problem, fix: "use an encoder that sees all, or leave sp out" })),
    ...(context.tokens === "words" || context.tokens === "words and patches" ? [] : [{ fields: ["target", "embedding"], message: `${context.tokens ?? "nothing"} are no pair`, fix: 'start embedding with "word" or "word_patch", or use the target "cls"' }]),
  ],
  build: (config, random) => new SentencePair(config, random),
});
