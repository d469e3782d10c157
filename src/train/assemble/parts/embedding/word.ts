/** Words by id. Scaled by sqrt(emb_size) beside sinusoidal positions, as in the transformer of arXiv 1706.03762. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Embedding, init, Module } from "../../../../nn/index.ts";
import type { Mode } from "../../../../nn/index.ts";
import { makeSubencoder } from "../../subencoder.ts";
import type { StreamConfig } from "../../config.ts";
import { embeddingPart } from "../../part.ts";
import type { EmbeddingInputs, EmbeddingModule, SubencoderModule } from "../../part.ts";

export class WordEmbedding extends Module implements EmbeddingModule {
  table: Embedding;
  readonly subencoder: SubencoderModule | null;
  private readonly scale: number;

  constructor(config: StreamConfig, random: RandomStream) {
    super();
    const { vocab_size: vocabulary = 0, emb_size: width, embedding } = config;
    this.table = new Embedding(vocabulary, width, { random: random.child("table"), init: (stream) => init.normal(stream, 0.02) });
    this.subencoder = makeSubencoder(config, random.child("subencoder"));
    this.scale = embedding.includes("sinusoidalpos") ? Math.sqrt(width) : 1;
  }

  forward({ fields, words }: EmbeddingInputs, mode: Mode): Tensor {
    const rows = this.table.forward(fields.get(words));
    const named = this.scale === 1 ? rows : rows.mul(this.scale);
    return this.subencoder === null ? named : named.add(this.subencoder.forward(fields.get("characters"), mode));
  }

  wordTable(): Embedding {
    return this.table;
  }

  shareWords(table: Embedding): void {
    this.table = table;
  }

  segments({ fields, words }: EmbeddingInputs): Tensor {
    return fields.get(words === "target" ? "targetSegments" : "segments");
  }
}

export default embeddingPart({
  name: "word",
  description: "a vector for each word id",
  reads: ["segments"],
  tokens: "words",
  length: () => "L",
  check: ({ vocab_size: vocabulary }) => (vocabulary === undefined ? [{ fields: ["vocab_size", "embedding"], message: "the word table needs to know how many words there are", fix: 'add "vocab_size", such as 30522, or give a tokenizer' }] : []),
  build: (config, random) => new WordEmbedding(config, random),
});
