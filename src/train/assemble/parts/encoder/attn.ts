/** Self-attention layers without feed-forward networks, each in a residual branch with a norm behind it (UER). */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Attention, dropout, makeNorm, mask as masks, Module } from "../../../../nn/index.ts";
import type { Mode, Norm } from "../../../../nn/index.ts";
import type { MaskName, StreamConfig } from "../../config.ts";
import { maskOf } from "../../mask.ts";
import { encoderPart } from "../../part.ts";
import type { EncoderModule } from "../../part.ts";
import { checkTransformer, NORMS } from "../../transformer-options.ts";

class AttentionOnly extends Module implements EncoderModule {
  readonly layers: readonly { readonly attention: Attention; readonly norm: Norm }[];
  private readonly rate: number;

  constructor({ hidden_size: width, heads_num: heads, layers_num: layers, layernorm, layernorm_eps: eps, dropout: rate }: StreamConfig, random: RandomStream) {
    super();
    this.layers = Array.from({ length: layers }, (_, i) => ({ attention: new Attention(width, { random: random.child(i), heads, dropout: rate }), norm: makeNorm(NORMS[layernorm], width, { eps }) }));
    this.rate = rate;
  }

  forward(x: Tensor, segments: Tensor, mask: MaskName, mode: Mode): Tensor {
    const visible = masks.and(maskOf(mask, segments), masks.validKeys(segments.greater(0)));
    return this.layers.reduce((states, { attention, norm }) => norm.forward(states.add(dropout(attention.forward(states, mode, { mask: visible }).output, this.rate, mode))), x);
  }
}

export default encoderPart({
  name: "attn",
  description: "self-attention layers without feed-forward networks, under the mask",
  masked: true,
  sees: (_, mask) => ({ fully_visible: "all", causal: "past", causal_with_prefix: "prefix" } as const)[mask],
  check: (config) => [
    ...checkTransformer({ ...config, factorized_embedding_parameterization: false }),
    ...(["factorized_embedding_parameterization", "parameter_sharing", "relative_position_embedding", "rotary_position_embedding", "alibi_position_embedding", "remove_attention_scale"] as const).filter((key) => config[key]).map((key) => ({ fields: [key, "encoder"], message: "attn has no such switch", fix: `leave ${key} out, or use the encoder transformer` })),
  ],
  build: (config, random) => new AttentionOnly(config, random),
});
