/** Centred convolutions over tokens. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Module } from "../../../../nn/index.ts";
import type { StreamConfig } from "../../config.ts";
import { Convolutions } from "../../convolutions.ts";
import { encoderPart } from "../../part.ts";
import type { EncoderModule } from "../../part.ts";

class ConvolutionEncoder extends Module implements EncoderModule {
  readonly convolutions: Convolutions;

  constructor(config: StreamConfig, random: RandomStream) {
    super();
    this.convolutions = new Convolutions(config, config.emb_size, random.child("convolutions"));
  }

  forward(x: Tensor, segments: Tensor): Tensor {
    return this.convolutions.forward(x, segments);
  }
}

export default encoderPart({ name: "cnn", description: "centred convolutions of kernel_size with rectifiers", masked: false, sees: () => "all", build: (config, random) => new ConvolutionEncoder(config, random) });
