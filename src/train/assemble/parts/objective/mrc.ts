/** Where the answer to a question begins and ends in a text: machine reading comprehension. */
import { where } from "../../../../engine/index.ts";
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Linear, Module } from "../../../../nn/index.ts";
import { crossEntropy } from "../../../../objectives/index.ts";
import type { AssembleConfig } from "../../config.ts";
import { objectivePart, streamOf } from "../../part.ts";
import type { ObjectiveInputs, ObjectiveModule } from "../../part.ts";
import { oneStream, wordsOnly } from "../../vector-head.ts";

/** The text, behind the question. */
const TEXT = 2;
/** Score of tokens where no answer can be. */
const NEVER = -1e4;

export class AnswerSpan extends Module implements ObjectiveModule {
  readonly head: Linear;

  constructor(config: AssembleConfig, random: RandomStream) {
    super();
    this.head = new Linear(streamOf(config).hidden_size, 2, { random: random.child("head") });
  }

  forward(inputs: ObjectiveInputs): { readonly loss: Tensor; readonly accuracy: Tensor } {
    const { starts, ends } = this.logits(inputs);
    const [first, last] = [crossEntropy(starts, inputs.fields.get("starts")), crossEntropy(ends, inputs.fields.get("ends"))];
    return { loss: first.loss.add(last.loss).div(2), accuracy: first.accuracy.add(last.accuracy).div(2) };
  }

  /** Scores of the first and the last token, [B, L] each; tokens outside the text get none. */
  logits({ states, segments }: Pick<ObjectiveInputs, "states" | "segments">): { readonly starts: Tensor; readonly ends: Tensor } {
    const scores = this.head.forward(states[0] as Tensor);
    const ofText = (segments[0] as Tensor).equal(TEXT);
    const side = (index: number): Tensor => where(ofText, scores.select(2, index), NEVER);
    return { starts: side(0), ends: side(1) };
  }
}

export default objectivePart({
  name: "mrc",
  description: "where the answer to a question begins and ends in the text behind it",
  reads: () => ["starts", "ends"],
  mask: () => "fully_visible",
  words: "either",
  ofDecoder: false,
  fineTuning: true,
  check: (_, context) => [...oneStream("mrc", context), ...wordsOnly("mrc", context)],
  build: (config, random) => new AnswerSpan(config, random),
});
