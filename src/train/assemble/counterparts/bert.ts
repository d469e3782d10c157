/** BERT and RoBERTa: words, positions and segments under post-norm layers. */
import type { NameEntry, NameTable, TextTask } from "../../../nn/pretrained/index.ts";
import { textNames } from "../module-names.ts";
import { activation, dropouts, same, USUAL, written } from "./counterpart.ts";
import type { Counterpart, Layout, Setting } from "./counterpart.ts";

/** The sentence pair's answers stand the other way round: there 0 means that the texts belong together, here 1 does. */
const SWAPPED = { from: [1, 0], of: 2 } as const;

/** Heads over an encoder. */
export const HEADS: NameTable = [
  ["objectives.mlm.head.*", "head.*"],
  ["objectives.sp.head.dense.*", "pairs.dense.*"],
  { ours: "objectives.sp.head.output.weight", theirs: "pairs.score.weight", rows: SWAPPED },
  { ours: "objectives.sp.head.output.bias", theirs: "pairs.score.bias", rows: SWAPPED },
  ["objectives.cls.head.dense.*", "head.dense.*"],
  ["objectives.cls.head.output.*", "head.score.*"],
  ["objectives.ner.head.score.*", "head.score.*"],
];

/**
 * Segments 1 and 2 are token types 0 and 1. What stands here for padding comes third, or is zero and left out; where all
 * tokens have one type, so have both segments.
 */
export const segmentTable = ({ segments }: Layout): NameEntry => ({ ours: "streams.0.embedding.parts.seg.table.weight", theirs: "text.embedding.tables.segment.weight", rows: { from: [segments > 2 ? 2 : null, 0, segments > 1 ? 1 : 0], of: segments } });

export const SEGMENT_TABLE = "text.embedding.tables.segment.weight";

export const encoderTasks: readonly { readonly target: readonly string[]; readonly task: TextTask }[] = [{ target: ["mlm"], task: "masked-lm" }, { target: ["cls"], task: "sequence-classification" }, { target: ["ner"], task: "token-classification" }, { target: [], task: "features" }];

export const BERT_SETTINGS: readonly Setting[] = [
  same("vocab_size", "vocab_size"), same("num_hidden_layers", "layers_num"), same("num_attention_heads", "heads_num"), same("intermediate_size", "feedforward_size"),
  activation("hidden_act"), ...dropouts("hidden_dropout_prob", "attention_probs_dropout_prob"), written("type_vocab_size", ({ segments }) => segments), same("layer_norm_eps", "layernorm_eps"), same("tie_word_embeddings", "tie_weights"),
];

const REQUIRES = { ...USUAL, layernorm_positioning: ["post"], remove_embedding_layernorm: [false] } as const;

export const BERT: Counterpart = {
  name: "BERT",
  modelType: "bert",
  embedding: ["word", "pos"],
  spare: "seg",
  mask: "fully_visible",
  tasks: [...encoderTasks, { target: ["mlm", "sp"], task: "pre-training" }],
  requires: REQUIRES,
  settings: [...BERT_SETTINGS, same("hidden_size", "hidden_size", "emb_size"), same("max_position_embeddings", "max_seq_length")],
  names: (layout) => [segmentTable(layout), ...textNames({ embedding: "text.embedding", encoder: "text.encoder" }), ...HEADS],
  zeros: [SEGMENT_TABLE],
};

/** Positions that no token of a text has, before the first. */
const before = ({ padId }: Layout): number => padId + 1;

/** As BERT, with positions counted past the id of padding. What it can be, BERT can be too, so it is read and never written. */
export const ROBERTA: Counterpart = {
  ...BERT,
  name: "RoBERTa",
  modelType: "roberta",
  tasks: encoderTasks,
  requires: { ...REQUIRES, hidden_act: ["gelu"] },
  settings: [
    ...BERT_SETTINGS,
    same("hidden_size", "hidden_size", "emb_size"),
    written("pad_token_id", ({ padId }) => padId),
    { theirs: "max_position_embeddings", write: (layout) => layout.stream.max_seq_length + before(layout), read: (value, { pad_token_id: padId }) => ({ max_seq_length: Number(value) - Number(padId) - 1 }) },
  ],
  names: (layout) => [
    { ours: "streams.0.embedding.parts.pos.table.weight", theirs: "text.embedding.position.weight", rows: { from: Array.from({ length: layout.stream.max_seq_length }, (_, i) => i + before(layout)), of: layout.stream.max_seq_length + before(layout) } },
    ...BERT.names(layout),
  ],
};
