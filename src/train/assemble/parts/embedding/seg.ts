/** A vector for each segment. Three rows: 0 is padding, 1 and 2 are the segments, as UER counts them. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Embedding, init, Module } from "../../../../nn/index.ts";
import type { StreamConfig } from "../../config.ts";
import { embeddingPart } from "../../part.ts";
import type { EmbeddingInputs, EmbeddingModule } from "../../part.ts";

class SegmentEmbedding extends Module implements EmbeddingModule {
  readonly table: Embedding;

  constructor({ emb_size: width }: StreamConfig, random: RandomStream) {
    super();
    this.table = new Embedding(3, width, { random: random.child("table"), init: (stream) => init.normal(stream, 0.02) });
  }

  forward({ segments }: EmbeddingInputs): Tensor {
    return this.table.forward(segments as Tensor); // never the first of a list
  }
}

export default embeddingPart({
  name: "seg",
  description: "a vector for each of the segments 1 and 2, and for padding",
  reads: [],
  tokens: null,
  build: (config, random) => new SegmentEmbedding(config, random),
});
