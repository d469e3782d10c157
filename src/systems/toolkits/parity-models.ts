/** The configurations whose models are held against hand-written ones, and copying weights between the two. */
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { assemble, parseConfig } from "../../train/assemble/index.ts";
import type { Assembled } from "../../train/assemble/index.ts";
import { bert, clip, gpt2, t5, vit } from "./hand-written.ts";
import type { HandWritten } from "./hand-written.ts";

const SIZES = { version: 1, emb_size: 32, hidden_size: 32, feedforward_size: 64, heads_num: 4, layers_num: 2, max_seq_length: 32, dropout: 0 } as const;
const IMAGE = { image_height: 64, image_width: 64, patch_size: 16, max_seq_length: 17, remove_embedding_layernorm: true, layernorm_positioning: "pre" } as const;

/** By name: keys beside the sizes, and the hand-written model. */
export const PARITY = {
  BERT: { config: { ...SIZES, embedding: ["word", "pos", "seg"], encoder: "transformer", target: ["mlm"], tie_weights: true }, byHand: bert },
  "GPT-2": { config: { ...SIZES, hidden_act: "gelu_fast", embedding: ["word", "pos"], remove_embedding_layernorm: true, encoder: "transformer", mask: "causal", layernorm_positioning: "pre", target: ["lm"], tie_weights: true }, byHand: gpt2 },
  T5: { config: { ...SIZES, hidden_act: "gelu_fast", feed_forward: "gated", embedding: ["word"], tgt_embedding: ["word"], remove_embedding_layernorm: true, encoder: "transformer", decoder: "transformer", layernorm: "t5", layernorm_positioning: "pre", layernorm_eps: 1e-5, relative_position_embedding: true, remove_attention_scale: true, remove_transformer_bias: true, share_embedding: true, tie_weights: true, target: ["lm"], data_processor: "t5" }, byHand: t5 },
  ViT: { config: { ...SIZES, ...IMAGE, embedding: ["patch", "pos"], encoder: "transformer", target: ["cls"] }, byHand: vit },
  CLIP: { config: { ...SIZES, embedding: ["dual"], encoder: "dual", projection: true, feature_size: 16, target: ["clr"], stream_0: { embedding: ["word", "pos"], encoder: "transformer", pooling: "mean" }, stream_1: { ...IMAGE, embedding: ["patch", "pos"], encoder: "transformer", pooling: "first" } }, byHand: clip },
} as const satisfies Readonly<Record<string, { readonly config: object; readonly byHand: (...args: Parameters<typeof bert>) => HandWritten }>>;

export type ParityName = keyof typeof PARITY;

/** An assembled model and the hand-written one with the same weights. */
export function twins(name: ParityName, sizes: { readonly vocab_size: number; readonly labels_num?: number }, random: RandomStream): { readonly assembled: Assembled; readonly byHand: HandWritten } {
  const config = parseConfig({ ...PARITY[name].config, ...sizes });
  const assembled = assemble(config, { random });
  const byHand = PARITY[name].byHand(config, random.child("by hand"));
  const source = assembled.stateDict();
  const zeros = byHand.extra.map((extra): [string, HostArray] => {
    const { shape } = byHand.module.namedParameters().get(extra) as { readonly shape: readonly number[] };
    return [extra, hostArray(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape)];
  });
  byHand.module.loadStateDict(new Map([...[...source].map(([key, value]): [string, HostArray] => [byHand.nameOf(key), value]), ...zeros]));
  return { assembled, byHand };
}
