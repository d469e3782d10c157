/** Causal convolutions with gates (arXiv 1612.08083): h = (X * W + b) sigmoid(X * V + c), with residuals around blocks. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Conv1d, Module } from "../../../../nn/index.ts";
import type { StreamConfig } from "../../config.ts";
import { padded } from "../../convolutions.ts";
import { encoderPart } from "../../part.ts";
import type { EncoderModule } from "../../part.ts";

class GatedCnn extends Module implements EncoderModule {
  readonly layers: readonly { readonly value: Conv1d; readonly gate: Conv1d }[];
  private readonly block: number;

  constructor({ emb_size: emb, hidden_size: width, layers_num: layers, kernel_size: kernel, block_size: block }: StreamConfig, random: RandomStream) {
    super();
    this.layers = Array.from({ length: layers }, (_, i) => {
      const make = (name: string): Conv1d => new Conv1d(i === 0 ? emb : width, width, kernel, { random: random.child(i, name) });
      return { value: make("value"), gate: make("gate") };
    });
    this.block = block;
  }

  forward(x: Tensor): Tensor {
    let skipped: Tensor | null = null; // the result of the block before
    let states = x.transpose([0, 2, 1]);
    this.layers.forEach(({ value, gate }, i) => {
      const read = padded(states, value.weight.dim(2) - 1, 0);
      states = value.forward(read).mul(gate.forward(read).sigmoid());
      if (skipped === null) skipped = states;
      else if (i % this.block === 0) {
        states = states.add(skipped);
        skipped = states;
      }
    });
    return states.transpose([0, 2, 1]);
  }
}

export default encoderPart({ name: "gatedcnn", description: "causal convolutions of kernel_size with gates, a residual around every block_size layers", masked: false, sees: () => "past", build: (config, random) => new GatedCnn(config, random) });
