/** GPT-2 and LLaMA: pre-norm layers that see the past. */
import type { NameTable, TextTask } from "../../../nn/pretrained/index.ts";
import { textNames } from "../module-names.ts";
import { headWidthOf } from "../transformer-options.ts";
import { activation, dropouts, only, same, USUAL } from "./counterpart.ts";
import type { Counterpart } from "./counterpart.ts";

const NAMES: NameTable = [...textNames({ embedding: "text.embedding", encoder: "text.encoder" }), ["objectives.lm.head.*", "head.*"]];
const TASKS: readonly { readonly target: readonly string[]; readonly task: TextTask }[] = [{ target: ["lm"], task: "causal-lm" }, { target: [], task: "features" }];

export const GPT2: Counterpart = {
  name: "GPT-2",
  modelType: "gpt2",
  embedding: ["word", "pos"],
  mask: "causal",
  tasks: TASKS,
  requires: { ...USUAL, layernorm_positioning: ["pre"], remove_embedding_layernorm: [true] },
  settings: [
    same("vocab_size", "vocab_size"), same("n_embd", "hidden_size", "emb_size"), same("n_layer", "layers_num"), same("n_head", "heads_num"), same("n_positions", "max_seq_length"),
    { theirs: "n_inner", write: ({ stream }) => stream.feedforward_size, read: (value, { n_embd: width }) => ({ feedforward_size: value ?? 4 * Number(width) }), loose: true },
    activation("activation_function"), same("layer_norm_epsilon", "layernorm_eps"), ...dropouts("resid_pdrop", "embd_pdrop", "attn_pdrop"), same("tie_word_embeddings", "tie_weights"),
  ],
  names: () => NAMES,
};

/** Base of rotary positions. */
const BASE = 10000;

export const LLAMA: Counterpart = {
  name: "LLaMA",
  modelType: "llama",
  embedding: ["word"],
  mask: "causal",
  tasks: TASKS,
  requires: {
    ...USUAL, layernorm_positioning: ["pre"], remove_embedding_layernorm: [true], layernorm: ["rms", "t5"], feed_forward: ["gated"], remove_transformer_bias: [true], rotary_position_embedding: [true],
  },
  ownHeadWidth: true,
  sharedKeys: true,
  settings: [
    same("vocab_size", "vocab_size"), same("hidden_size", "hidden_size", "emb_size"), same("intermediate_size", "feedforward_size"), same("num_hidden_layers", "layers_num"), same("num_attention_heads", "heads_num"),
    { theirs: "num_key_value_heads", write: ({ stream }) => stream.local_kv_heads_num ?? stream.heads_num, read: (value, { num_attention_heads: heads }) => ({ local_kv_heads_num: value ?? heads }), loose: true },
    { theirs: "head_dim", write: ({ stream }) => headWidthOf(stream), read: (value, { hidden_size: width, num_attention_heads: heads }) => ({ attention_head_size: value ?? Number(width) / Number(heads) }), loose: true },
    activation("hidden_act"), same("max_position_embeddings", "max_seq_length"), same("rms_norm_eps", "layernorm_eps"), only("rope_theta", BASE), only("attention_bias", false), only("mlp_bias", false), ...dropouts("attention_dropout"), same("tie_word_embeddings", "tie_weights"),
  ],
  names: () => NAMES,
};
