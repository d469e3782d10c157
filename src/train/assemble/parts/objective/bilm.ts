/** Language models of both directions over the halves of the state, with one output map (ELMo, arXiv 1802.05365; UER). */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { LmHead, Module } from "../../../../nn/index.ts";
import { crossEntropy } from "../../../../objectives/index.ts";
import type { AssembleConfig } from "../../config.ts";
import { objectivePart, streamOf } from "../../part.ts";
import type { ObjectiveInputs, ObjectiveModule } from "../../part.ts";

class BothWays extends Module implements ObjectiveModule {
  readonly head: LmHead;

  constructor(config: AssembleConfig, random: RandomStream) {
    super();
    const { hidden_size: width, vocab_size: vocabulary = 0 } = streamOf(config);
    this.head = new LmHead({ random: random.child("head"), width: width / 2, vocabulary, bias: config.has_lmtarget_bias });
  }

  forward({ states, fields }: ObjectiveInputs): { readonly loss: Tensor; readonly forward: Tensor; readonly backward: Tensor } {
    const [hidden, words, segments] = [states[0] as Tensor, fields.get("tokens"), fields.get("segments")];
    const [length, half] = [words.dim(1), hidden.dim(2) / 2];
    const side = (from: number, reads: number, predicts: number): Tensor => {
      const part = hidden.sliceAxis(2, from, from + half).sliceAxis(1, reads, reads + length - 1);
      const counted = segments.greater(0).cast("float32").sliceAxis(1, 1, length); // pairs of neighbours, both real
      return crossEntropy(this.head.forward(part), words.sliceAxis(1, predicts, predicts + length - 1), { weights: counted }).loss;
    };
    const [forward, backward] = [side(0, 0, 1), side(half, 1, 0)];
    return { loss: forward.add(backward), forward, backward };
  }
}

export default objectivePart({
  name: "bilm",
  description: "the next word from the first half of the state, the word before from the second",
  reads: () => ["tokens", "segments"],
  mask: () => "fully_visible",
  words: "clean",
  ofDecoder: false,
  check: (config, { sights, tokens, encoder }) => [
    ...(sights.length === 1 && sights[0] !== "sides" ? [{ fields: ["target", "encoder"], message: `bilm needs a state whose halves each saw one side; ${encoder}'s does not`, fix: "use birnn, bilstm or bigru" }] : []),
    ...(sights.length > 1 ? [{ fields: ["target", "encoder"], message: "bilm reads one stream, dual models have two", fix: 'use the target "clr", or one stream' }] : []),
    ...(tokens === "words" ? [] : [{ fields: ["target", "embedding"], message: `${tokens ?? "nothing"} have no next word`, fix: 'start embedding with "word"' }]),
    ...(config.tie_weights ? [{ fields: ["tie_weights", "target"], message: "bilm's output map is never tied", fix: "leave tie_weights out" }] : []),
  ],
  build: (config, random) => new BothWays(config, random),
});
