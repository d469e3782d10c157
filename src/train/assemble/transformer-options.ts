/** What encoder and decoder read out of the configuration alike. */
import type { Activation, BlockOptions, NormKind } from "../../nn/index.ts";
import type { StreamConfig } from "./config.ts";
import type { Problem } from "./part.ts";

export const ACTIVATIONS: Readonly<Record<StreamConfig["hidden_act"], Activation>> = { gelu: "gelu", gelu_fast: "gelu-tanh", relu: "relu", silu: "silu", linear: "linear" };
export const NORMS: Readonly<Record<StreamConfig["layernorm"], NormKind>> = { normal: "layer", t5: "rms", rms: "rms", uer: "deviation" };

export function blockOptions(config: StreamConfig): Omit<BlockOptions, "random"> {
  const { hidden_size: width, heads_num: heads, local_kv_heads_num: kvHeads, attention_head_size: headWidth, feedforward_size: hidden, hidden_act: act, feed_forward: kind, remove_transformer_bias: unbiased, layernorm, layernorm_positioning: normPlace, layernorm_eps: eps, dropout } = config;
  return { width, heads, kvHeads, headWidth, bias: !unbiased, feedForward: { hidden, activation: ACTIVATIONS[act], gated: kind === "gated", bias: !unbiased }, norm: NORMS[layernorm], normPlace, eps, dropout, attentionDropout: dropout };
}

/** Factor on scores; undefined for the usual one. */
export const scoreScale = ({ remove_attention_scale: unscaled }: StreamConfig): number | undefined => (unscaled ? 1 : undefined);

export const headWidthOf = ({ hidden_size: width, heads_num: heads, attention_head_size: given }: StreamConfig): number => given ?? width / heads;

export function checkTransformer(config: StreamConfig): Problem[] {
  const { emb_size: emb, hidden_size: width, heads_num: heads, local_kv_heads_num: kvHeads = heads, attention_head_size: given, factorized_embedding_parameterization: factorized } = config;
  const positions = (["relative_position_embedding", "rotary_position_embedding", "alibi_position_embedding"] as const).filter((key) => config[key]);
  const problems: Problem[] = [];
  if (given === undefined && width % heads !== 0) problems.push({ fields: ["hidden_size", "heads_num"], message: `${width} does not divide into ${heads} heads`, fix: "choose heads_num that divides hidden_size, or give attention_head_size" });
  if (heads % kvHeads !== 0) problems.push({ fields: ["heads_num", "local_kv_heads_num"], message: `${heads} heads cannot share ${kvHeads} evenly`, fix: `choose local_kv_heads_num that divides ${heads}` });
  if (!factorized && emb !== width) problems.push({ fields: ["emb_size", "hidden_size"], message: `embeddings [L, ${emb}] meet layers [L, ${width}]`, fix: `set emb_size to ${width}, or factorized_embedding_parameterization to true` });
  if (factorized && emb === width) problems.push({ fields: ["factorized_embedding_parameterization", "emb_size", "hidden_size"], message: `a factor of the same width ${emb} saves nothing`, fix: "make emb_size smaller than hidden_size, or leave factorized_embedding_parameterization out" });
  if (positions.length > 1) problems.push({ fields: positions, message: "each is a way to tell attention about positions", fix: "keep one" });
  if (config.rotary_position_embedding && headWidthOf(config) % 2 !== 0) problems.push({ fields: ["rotary_position_embedding", "heads_num"], message: `components are turned in pairs, a head has ${headWidthOf(config)}`, fix: "choose an even head width" });
  if (config.layer_number_scale && config.remove_attention_scale) problems.push({ fields: ["layer_number_scale", "remove_attention_scale"], message: "scores that are not scaled would grow with the number of the layer", fix: "keep one" });
  return problems;
}
