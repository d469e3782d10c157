/** A learned vector for each place. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { init, LearnedPositions, Module } from "../../../../nn/index.ts";
import type { StreamConfig } from "../../config.ts";
import { embeddingPart } from "../../part.ts";
import type { EmbeddingInputs, EmbeddingModule } from "../../part.ts";

class PositionEmbedding extends Module implements EmbeddingModule {
  readonly table: LearnedPositions;

  constructor({ max_seq_length: length, emb_size: width }: StreamConfig, random: RandomStream) {
    super();
    this.table = new LearnedPositions(length, width, { random: random.child("table"), init: (stream) => init.normal(stream, 0.02) });
  }

  forward({ length = 0 }: EmbeddingInputs): Tensor {
    return this.table.forward(length);
  }
}

export default embeddingPart({
  name: "pos",
  description: "a learned vector for each place, max_seq_length of them",
  reads: [],
  tokens: null,
  build: (config, random) => new PositionEmbedding(config, random),
});
