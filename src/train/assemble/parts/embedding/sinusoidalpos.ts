/** Fixed sines and cosines of the place (arXiv 1706.03762), side by side for each frequency. */
import { tensor } from "../../../../engine/index.ts";
import type { Tensor } from "../../../../engine/index.ts";
import { Module, sinCos1d } from "../../../../nn/index.ts";
import type { StreamConfig } from "../../config.ts";
import { embeddingPart } from "../../part.ts";
import type { EmbeddingInputs, EmbeddingModule } from "../../part.ts";

class SinusoidalPositions extends Module implements EmbeddingModule {
  private readonly width: number;

  constructor({ emb_size: width }: StreamConfig) {
    super();
    this.width = width;
  }

  forward({ length = 0 }: EmbeddingInputs): Tensor {
    return tensor(sinCos1d(length, this.width, { layout: "interleaved" }));
  }
}

export default embeddingPart({
  name: "sinusoidalpos",
  description: "fixed sines and cosines of the place; words and frames are then multiplied by sqrt(emb_size)",
  reads: [],
  tokens: null,
  check: ({ emb_size: width }) => (width % 2 === 0 ? [] : [{ fields: ["embedding", "emb_size"], message: `sines and cosines come in pairs, emb_size ${width} is odd`, fix: `set emb_size to ${width + 1}` }]),
  build: (config) => new SinusoidalPositions(config),
});
