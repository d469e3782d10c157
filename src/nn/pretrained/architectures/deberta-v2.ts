/** DeBERTa-v2 and v3 (arXiv 2006.03654, 2111.09543): post-norm encoder with disentangled attention. */
import type { Tensor } from "../../../engine/index.ts";
import type { AttentionInputs } from "../../attention/attention.ts";
import { DisentangledAttention, RelativeVectors } from "../../attention/disentangled.ts";
import type { DisentangledOptions, RelativePositions } from "../../attention/disentangled.ts";
import { perExample } from "../../attention/mask.ts";
import { FeedForward } from "../../feed-forward.ts";
import { Module } from "../../module.ts";
import type { Mode } from "../../module.ts";
import { makeNorm } from "../../norm.ts";
import type { Norm } from "../../norm.ts";
import { residual } from "../../transformer/encoder-block.ts";
import type { BlockOptions, TransformerBlock } from "../../transformer/encoder-block.ts";
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import { encoderHead, EncoderModel, segmentsOf } from "../encoder-model.ts";
import { choice, count, distance, flag, layers } from "../settings.ts";
import type { Field } from "../settings.ts";
import { wholeHeads } from "../size-checks.ts";
import { BERT_FIELDS, BERT_LAYERS, BERT_EMBEDDINGS, POSITION_IDS } from "./bert.ts";

/** norm(x + attention(x)), norm(x + feedForward(x)) */
class DisentangledBlock extends Module implements TransformerBlock {
  readonly attention: DisentangledAttention;
  readonly attentionNorm: Norm;
  readonly feedForward: FeedForward;
  readonly feedForwardNorm: Norm;
  private readonly rates: { readonly dropout: number; readonly dropPath: number };
  private readonly positions: (length: number) => RelativePositions;

  constructor({ random, width, heads, eps, feedForward, dropout = 0, attentionDropout, dropPath = 0 }: BlockOptions, kinds: Omit<DisentangledOptions, "random" | "heads" | "dropout">, positions: (length: number) => RelativePositions) {
    super();
    this.attention = new DisentangledAttention(width, { ...kinds, random: random.child("attention"), heads, dropout: attentionDropout });
    this.attentionNorm = makeNorm("layer", width, { eps });
    this.feedForward = new FeedForward(width, { ...feedForward, random: random.child("feedForward") });
    this.feedForwardNorm = makeNorm("layer", width, { eps });
    this.rates = { dropout, dropPath };
    this.positions = positions;
  }

  forward(x: Tensor, mode: Mode, { mask }: AttentionInputs = {}): Tensor {
    const attended = this.attention.forward(x, this.positions(x.dim(1)), mode, mask);
    const middle = this.attentionNorm.forward(residual(x, attended, null, this.rates, mode));
    return this.feedForwardNorm.forward(residual(middle, this.feedForward.forward(middle, mode), null, this.rates, mode));
  }
}

/** "p2c|c2p", or the same as a list. */
const KINDS: Field<readonly string[]> = {
  key: "pos_att_type",
  read: (value) => {
    const names = typeof value === "string" ? value.split("|").map((name) => name.trim().toLowerCase()).filter((name) => name !== "") : Array.isArray(value) ? (value as unknown[]) : [null];
    if (!names.every((name) => name === "c2p" || name === "p2c")) throw new TypeError(`expected c2p, p2c or both, got ${JSON.stringify(value)}`);
    return names as string[];
  },
  write: (value) => value,
  fallback: [],
};

export const DEBERTA_V2 = defineArchitecture({
  modelType: "deberta-v2",
  source: "DeBERTa, arXiv 2006.03654; DeBERTaV3, arXiv 2111.09543",
  config: {
    fields: {
      ...BERT_FIELDS, vocabulary: count("vocab_size", 128100), width: count("hidden_size", 1536), depth: layers("num_hidden_layers", 24), heads: count("num_attention_heads", 24), hidden: count("intermediate_size", 6144),
      segments: count("type_vocab_size", 0, 0), eps: { ...BERT_FIELDS.eps, fallback: 1e-7 }, longest: distance("max_relative_positions", -1, -1), buckets: count("position_buckets", -1, -1), kinds: KINDS,
      sharedProjections: flag("share_att_key", false), normedPositions: choice("norm_rel_ebd", { layer_norm: true, none: false }, false), positionInput: flag("position_biased_input", true),
    },
    checks: [wholeHeads(), ({ size, key }) => (size("buckets") === 1 ? `${key("buckets")}: expected -1 for none, or at least 2, got 1` : undefined)],
    fixed: { relative_attention: [true], conv_kernel_size: [0], pooler_hidden_act: ["gelu"] },
    ignored: ["conv_act", "conv_groups", "legacy", "pooler_dropout", "pooler_hidden_size", "cls_dropout"],
  },
  prefix: "deberta.",
  names: () => [
    ...BERT_EMBEDDINGS,
    ["relative.weight", "encoder.rel_embeddings.weight"],
    ["relative.norm.*", "encoder.LayerNorm.*"],
    ["text.encoder.blocks.#.attention.query.*", "encoder.layer.#.attention.self.query_proj.*"],
    ["text.encoder.blocks.#.attention.key.*", "encoder.layer.#.attention.self.key_proj.*"],
    ["text.encoder.blocks.#.attention.value.*", "encoder.layer.#.attention.self.value_proj.*"],
    ["text.encoder.blocks.#.attention.positionKey.*", "encoder.layer.#.attention.self.pos_key_proj.*"],
    ["text.encoder.blocks.#.attention.positionQuery.*", "encoder.layer.#.attention.self.pos_query_proj.*"],
    ...BERT_LAYERS.slice(3),
  ],
  tasks: {
    features: { className: "DebertaV2Model", names: [], prefixed: false },
    "masked-lm": {
      className: "DebertaV2ForMaskedLM",
      names: [["head.dense.*", "cls.predictions.transform.dense.*"], ["head.norm.*", "cls.predictions.transform.LayerNorm.*"], ["head.weight", "cls.predictions.decoder.weight"], ["head.bias", "cls.predictions.bias"]],
      copies: [["cls.predictions.decoder.weight", "deberta.embeddings.word_embeddings.weight"], ["cls.predictions.decoder.bias", "cls.predictions.bias"]],
    },
    "sequence-classification": { className: "DebertaV2ForSequenceClassification", names: [["head.dense.*", "pooler.dense.*"], ["head.score.*", "classifier.*"]] },
    "token-classification": { className: "DebertaV2ForTokenClassification", names: [["head.score.*", "classifier.*"]] },
  },
  // The published checkpoints keep the heads of their own pre-training.
  ignored: [...POSITION_IDS, /^(lm_predictions|mask_predictions)\./],
  longest: ({ positions, positionInput }) => (positionInput ? positions : null),
  width: ({ width }) => width,
  vocabulary: ({ vocabulary }) => vocabulary,
  segments: ({ segments }) => segments > 1,
  build: (settings, { random, task, labels }) => {
    const { vocabulary, width, depth, heads, hidden, activation, dropout, attentionDropout, positions, segments, eps, tied, kinds, sharedProjections, normedPositions, positionInput } = settings;
    const longest = settings.longest > 0 ? settings.longest : positions;
    const relative = new RelativeVectors({ random: random.child("relative"), width, span: settings.buckets > 0 ? settings.buckets : longest, longest, norm: normedPositions, eps });
    const scores = { contentToPosition: kinds.includes("c2p"), positionToContent: kinds.includes("p2c"), sharedProjections };
    const text = new TextEncoder({
      random: random.child("text"), vocabulary, width, depth, heads, normPlace: "post", eps, dropout, attentionDropout,
      feedForward: { hidden, activation },
      embedding: { positions: positionInput ? positions : undefined, tables: segments > 0 ? { segment: segments } : {}, norm: "layer", eps, dropout },
      makeBlock: (block) => new DisentangledBlock(block, scores, (length) => relative.forward(length)),
    });
    return new EncoderModel({
      text,
      relative,
      inputs: (batch) => {
        const { valid } = batch;
        const [batchSize, length] = valid.shape as [number, number];
        const pairs = valid.reshape([batchSize, 1, length, 1]).logicalAnd(valid.reshape([batchSize, 1, 1, length]));
        return { valid: undefined, mask: perExample(pairs), ...(segments > 0 ? { ids: { segment: segmentsOf(batch) } } : {}) };
      },
      head: encoderHead({ random: random.child("head"), task, labels, width, vocabulary, text, transform: { activation, eps }, tied, classification: { dense: { activation: "gelu" }, dropout } }),
    });
  },
});
