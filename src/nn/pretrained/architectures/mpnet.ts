/** MPNet (arXiv 2004.09297): post-norm encoder with learned positions and a table of relative positions shared by all layers. */
import { RelativeBias } from "../../positions/relative-bias.ts";
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import { encoderHead, EncoderModel, poolerOf, positionsPastPad } from "../encoder-model.ts";
import { count } from "../settings.ts";
import { positionsBeyond, wholeHeads } from "../size-checks.ts";
import { BERT_FIELDS, BERT_FIXED, POSITION_IDS } from "./bert.ts";

const { segments: _none, ...FIELDS } = BERT_FIELDS;
/** Fixed in the model, whatever the config says. */
const PAD_ID = 1;
/** Most buckets: rows beyond these are never looked up, whatever the config says. */
const BUCKETS = 32;

export const MPNET = defineArchitecture({
  modelType: "mpnet",
  source: "MPNet, arXiv 2004.09297",
  config: { fields: { ...FIELDS, vocabulary: count("vocab_size", 30527), buckets: count("relative_attention_num_buckets", BUCKETS, 4, BUCKETS) }, fixed: BERT_FIXED, checks: [wholeHeads(), positionsBeyond(PAD_ID)] },
  prefix: "mpnet.",
  names: () => [
    ["text.embedding.word.*", "embeddings.word_embeddings.*"],
    ["text.embedding.position.*", "embeddings.position_embeddings.*"],
    ["text.embedding.norm.*", "embeddings.LayerNorm.*"],
    ["relative.weight", "encoder.relative_attention_bias.weight"],
    ["text.encoder.blocks.#.attention.query.*", "encoder.layer.#.attention.attn.q.*"],
    ["text.encoder.blocks.#.attention.key.*", "encoder.layer.#.attention.attn.k.*"],
    ["text.encoder.blocks.#.attention.value.*", "encoder.layer.#.attention.attn.v.*"],
    ["text.encoder.blocks.#.attention.output.*", "encoder.layer.#.attention.attn.o.*"],
    ["text.encoder.blocks.#.attentionNorm.*", "encoder.layer.#.attention.LayerNorm.*"],
    ["text.encoder.blocks.#.feedForward.up.*", "encoder.layer.#.intermediate.dense.*"],
    ["text.encoder.blocks.#.feedForward.down.*", "encoder.layer.#.output.dense.*"],
    ["text.encoder.blocks.#.feedForwardNorm.*", "encoder.layer.#.output.LayerNorm.*"],
  ],
  pooler: [["pooler.*", "pooler.dense.*"]],
  tasks: {
    features: { className: "MPNetModel", names: [], prefixed: false },
    "masked-lm": {
      className: "MPNetForMaskedLM",
      names: [["head.dense.*", "lm_head.dense.*"], ["head.norm.*", "lm_head.layer_norm.*"], ["head.weight", "lm_head.decoder.weight"], ["head.bias", "lm_head.bias"]],
      copies: [["lm_head.decoder.weight", "mpnet.embeddings.word_embeddings.weight"], ["lm_head.decoder.bias", "lm_head.bias"]],
    },
    "sequence-classification": { className: "MPNetForSequenceClassification", names: [["head.dense.*", "classifier.dense.*"], ["head.score.*", "classifier.out_proj.*"]] },
    "token-classification": { className: "MPNetForTokenClassification", names: [["head.score.*", "classifier.*"]] },
  },
  ignored: POSITION_IDS,
  longest: ({ positions }) => positions - PAD_ID - 1,
  width: ({ width }) => width,
  vocabulary: ({ vocabulary }) => vocabulary,
  build: (settings, { random, task, labels, pooler }) => {
    const { vocabulary, width, depth, heads, hidden, activation, dropout, attentionDropout, positions, eps, tied, buckets } = settings;
    const text = new TextEncoder({
      random: random.child("text"), vocabulary, width, depth, heads, normPlace: "post", eps, dropout, attentionDropout,
      feedForward: { hidden, activation },
      embedding: { positions, norm: "layer", eps, dropout },
    });
    const relative = new RelativeBias({ random: random.child("relative"), heads, buckets, maxDistance: 128 });
    return new EncoderModel({
      text,
      relative,
      inputs: ({ ids }) => ({ positionIds: positionsPastPad(ids, PAD_ID), bias: relative.forward(ids.dim(1)) }),
      pooler: pooler && task === "features" ? poolerOf(random, width) : undefined,
      head: encoderHead({ random: random.child("head"), task, labels, width, vocabulary, text, transform: { activation: "gelu", eps }, tied, classification: { dense: { activation: "tanh" }, dropout } }),
    });
  },
});
