/** Convolutions, then a recurrent network (UER). */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Lstm, Module } from "../../../../nn/index.ts";
import type { Mode } from "../../../../nn/index.ts";
import type { MaskName, StreamConfig } from "../../config.ts";
import { Convolutions } from "../../convolutions.ts";
import { encoderPart } from "../../part.ts";
import type { EncoderModule } from "../../part.ts";
import { checkHalves, RecurrentEncoder } from "../../recurrent-encoder.ts";

class ConvolutionsThenRecurrent extends Module implements EncoderModule {
  readonly convolutions: Convolutions;
  readonly recurrent: RecurrentEncoder;

  constructor(config: StreamConfig, random: RandomStream) {
    super();
    this.convolutions = new Convolutions(config, config.emb_size, random.child("convolutions"));
    this.recurrent = new RecurrentEncoder(config, random.child("recurrent"), Lstm, { inputs: config.hidden_size });
  }

  forward(x: Tensor, segments: Tensor, mask: MaskName, mode: Mode): Tensor {
    return this.recurrent.forward(this.convolutions.forward(x, segments), segments, mask, mode);
  }
}

export default encoderPart({ name: "crnn", description: "centred convolutions, then as many LSTM layers", masked: false, sees: () => "all", check: (config) => checkHalves(config, config.bidirectional), build: (config, random) => new ConvolutionsThenRecurrent(config, random) });
