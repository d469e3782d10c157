/** The largest response of windows of three characters. */
import { concat, zeros } from "../../../../engine/index.ts";
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Conv1d, Module } from "../../../../nn/index.ts";
import { Characters, perWord } from "../../characters.ts";
import type { StreamConfig } from "../../config.ts";
import { subencoderPart } from "../../part.ts";
import type { SubencoderModule } from "../../part.ts";

const KERNEL = 3;

class Windows extends Module implements SubencoderModule {
  readonly characters: Characters;
  readonly convolution: Conv1d;

  constructor(config: StreamConfig, random: RandomStream) {
    super();
    this.characters = new Characters(config, random.child("characters"));
    this.convolution = new Conv1d(config.emb_size, config.emb_size, KERNEL, { random: random.child("convolution") });
  }

  forward(characters: Tensor): Tensor {
    const { vectors, valid } = this.characters.forward(characters);
    const kept = vectors.mul(valid.cast("float32").unsqueeze(-1)).transpose([0, 2, 1]); // [B L, d, C]
    const edge = zeros([kept.dim(0), kept.dim(1), KERNEL - 1]); // short words have a window too
    return perWord(this.convolution.forward(concat([edge, kept, edge], 2)).relu().max(2), characters);
  }
}

export default subencoderPart({ name: "cnn", description: "largest response of windows of three characters", build: (config, random) => new Windows(config, random) });
