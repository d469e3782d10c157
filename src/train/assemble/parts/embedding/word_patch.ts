/** Words, then the patches of an image, in one sequence (ViLT, arXiv 2102.03334). Words are segment 1, patches segment 2. */
import { concat } from "../../../../engine/index.ts";
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Module } from "../../../../nn/index.ts";
import type { Embedding, Mode } from "../../../../nn/index.ts";
import type { StreamConfig } from "../../config.ts";
import { embeddingPart } from "../../part.ts";
import type { EmbeddingInputs, EmbeddingModule } from "../../part.ts";
import { checkImage, imageTokens, PatchEmbedding } from "./patch.ts";
import words, { WordEmbedding } from "./word.ts";

class WordPatchEmbedding extends Module implements EmbeddingModule {
  readonly word: WordEmbedding;
  readonly patch: PatchEmbedding;

  constructor(config: StreamConfig, random: RandomStream) {
    super();
    this.word = new WordEmbedding(config, random.child("word"));
    this.patch = new PatchEmbedding(config, random.child("patch"));
  }

  forward(inputs: EmbeddingInputs, mode: Mode): Tensor {
    return concat([this.word.forward(inputs, mode), this.patch.forward(inputs)], 1);
  }

  wordTable(): Embedding {
    return this.word.table;
  }

  segments(inputs: EmbeddingInputs): Tensor {
    return concat([this.word.segments(inputs), this.patch.segments(inputs).mul(2)], 1);
  }
}

export default embeddingPart({
  name: "word_patch",
  description: "words and behind them the patches of an image, in one sequence",
  reads: ["segments", "images"],
  tokens: "words and patches",
  length: (config) => `L + ${imageTokens(config)}`,
  check: (config) => [...(words.check?.(config) ?? []), ...checkImage(config, 1)],
  build: (config, random) => new WordPatchEmbedding(config, random),
});
