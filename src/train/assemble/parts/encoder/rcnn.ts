/** A recurrent network, then convolutions (UER). */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Lstm, Module } from "../../../../nn/index.ts";
import type { Mode } from "../../../../nn/index.ts";
import type { MaskName, StreamConfig } from "../../config.ts";
import { Convolutions } from "../../convolutions.ts";
import { encoderPart } from "../../part.ts";
import type { EncoderModule } from "../../part.ts";
import { checkHalves, RecurrentEncoder } from "../../recurrent-encoder.ts";

class RecurrentThenConvolutions extends Module implements EncoderModule {
  readonly recurrent: RecurrentEncoder;
  readonly convolutions: Convolutions;

  constructor(config: StreamConfig, random: RandomStream) {
    super();
    this.recurrent = new RecurrentEncoder(config, random.child("recurrent"), Lstm);
    this.convolutions = new Convolutions(config, config.hidden_size, random.child("convolutions"));
  }

  forward(x: Tensor, segments: Tensor, mask: MaskName, mode: Mode): Tensor {
    return this.convolutions.forward(this.recurrent.forward(x, segments, mask, mode), segments);
  }
}

export default encoderPart({ name: "rcnn", description: "LSTM layers, then as many centred convolutions", masked: false, sees: () => "all", check: (config) => checkHalves(config, config.bidirectional), build: (config, random) => new RecurrentThenConvolutions(config, random) });
