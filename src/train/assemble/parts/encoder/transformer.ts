/** Self-attention layers with every switch of TencentPretrain: BERT's, GPT's, T5's, LLaMA's and ViT's body. */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { alibi, Linear, mask as masks, RelativeBias, rotary, TransformerEncoder, Module } from "../../../../nn/index.ts";
import type { Mode } from "../../../../nn/index.ts";
import type { MaskName, StreamConfig } from "../../config.ts";
import { maskOf } from "../../mask.ts";
import { encoderPart } from "../../part.ts";
import type { EncoderModule } from "../../part.ts";
import { blockOptions, checkTransformer, headWidthOf, NORMS, scoreScale } from "../../transformer-options.ts";

export class Transformer extends Module implements EncoderModule {
  /** From emb_size to hidden_size, of factorised embeddings. */
  readonly projection: Linear | null;
  readonly encoder: TransformerEncoder;
  /** One table for all layers. */
  readonly relative: RelativeBias | null;
  private readonly config: StreamConfig;

  constructor(config: StreamConfig, random: RandomStream) {
    super();
    const { emb_size: emb, hidden_size: width, layers_num: layers, parameter_sharing: shared, heads_num: heads, relative_attention_buckets_num: buckets } = config;
    this.projection = config.factorized_embedding_parameterization ? new Linear(emb, width, { random: random.child("projection") }) : null;
    this.encoder = new TransformerEncoder({ ...blockOptions(config), random: random.child("encoder"), depth: shared ? 1 : layers, order: shared ? new Array<number>(layers).fill(0) : undefined, norm: NORMS[config.layernorm] });
    this.relative = config.relative_position_embedding ? new RelativeBias({ random: random.child("relative"), heads, buckets, bidirectional: true }) : null;
    this.config = config;
  }

  forward(x: Tensor, segments: Tensor, mask: MaskName, mode: Mode): Tensor {
    const { heads_num: heads, rotary_position_embedding: turned, alibi_position_embedding: sloped } = this.config;
    const length = x.dim(1);
    return this.encoder.forward(this.projection?.forward(x) ?? x, mode, {
      mask: masks.and(maskOf(mask, segments), masks.validKeys(segments.greater(0))),
      bias: this.relative?.forward(length) ?? (sloped ? alibi(heads, length) : undefined),
      rotary: turned ? rotary(headWidthOf(this.config), length) : undefined,
      scale: scoreScale(this.config),
      residualAttention: this.config.has_residual_attention,
    }).output;
  }
}

export default encoderPart({
  name: "transformer",
  description: "self-attention and feed-forward layers, under the mask",
  masked: true,
  sees: (_, mask) => ({ fully_visible: "all", causal: "past", causal_with_prefix: "prefix" } as const)[mask],
  check: checkTransformer,
  build: (config, random) => new Transformer(config, random),
});
