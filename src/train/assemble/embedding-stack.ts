/** The embedding slot: a list of embeddings that are summed in order, then a norm and dropout. */
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { dropout, makeNorm, Module } from "../../nn/index.ts";
import type { Mode, Norm } from "../../nn/index.ts";
import type { StreamConfig } from "./config.ts";
import type { EmbeddingModule, EmbeddingPart, Fields } from "./part.ts";
import EMBEDDINGS from "./registry/embedding.ts";
import { NORMS } from "./transformer-options.ts";

export interface Embedded {
  /** [B, L, emb_size] */
  readonly x: Tensor;
  /** int32 [B, L], 0 for padding. */
  readonly segments: Tensor;
}

export class EmbeddingStack extends Module {
  readonly parts: Readonly<Record<string, EmbeddingModule>>;
  readonly norm: Norm | null;
  private readonly rate: number;

  constructor(config: StreamConfig, random: RandomStream) {
    super();
    this.parts = Object.fromEntries(config.embedding.map((name) => [name, (EMBEDDINGS[name] as EmbeddingPart).build(config, random.child(name))]));
    this.norm = config.remove_embedding_layernorm ? null : makeNorm(NORMS[config.layernorm], config.emb_size, { eps: config.layernorm_eps });
    this.rate = config.dropout;
  }

  /** `words` names the field with the word ids. */
  forward(fields: Fields, words: string, mode: Mode): Embedded {
    const [first, ...rest] = Object.values(this.parts) as [EmbeddingModule, ...EmbeddingModule[]];
    const tokens = first.forward({ fields, words }, mode);
    const segments = first.segments?.({ fields, words });
    if (segments === undefined) throw new Error("internal: the first embedding makes no tokens");
    const sum = rest.reduce((total, part) => total.add(part.forward({ fields, words, length: tokens.dim(1), segments }, mode)), tokens);
    return { x: dropout(this.norm?.forward(sum) ?? sum, this.rate, mode), segments };
  }
}
