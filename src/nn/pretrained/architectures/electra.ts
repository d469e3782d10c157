/** ELECTRA (arXiv 2003.10555): BERT with a narrower embedding, trained to tell replaced tokens. */
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import { encoderHead, EncoderModel, segmentsOf } from "../encoder-model.ts";
import { count } from "../settings.ts";
import { wholeHeads } from "../size-checks.ts";
import { BERT_EMBEDDINGS, BERT_FIELDS, BERT_FIXED, BERT_LAYERS, POSITION_IDS } from "./bert.ts";

export const ELECTRA = defineArchitecture({
  modelType: "electra",
  source: "ELECTRA, arXiv 2003.10555",
  config: {
    fields: { ...BERT_FIELDS, factorWidth: count("embedding_size", 128), width: count("hidden_size", 256), heads: count("num_attention_heads", 4), hidden: count("intermediate_size", 1024) },
    fixed: BERT_FIXED,
    checks: [wholeHeads()],
    ignored: ["classifier_dropout", "summary_activation", "summary_last_dropout", "summary_type", "summary_use_proj"],
  },
  prefix: "electra.",
  names: () => [...BERT_EMBEDDINGS, ["text.embedding.projection.*", "embeddings_project.*"], ...BERT_LAYERS],
  tasks: {
    features: { className: "ElectraModel", names: [], prefixed: false },
    "masked-lm": {
      className: "ElectraForMaskedLM",
      names: [["head.dense.*", "generator_predictions.dense.*"], ["head.norm.*", "generator_predictions.LayerNorm.*"], ["head.weight", "generator_lm_head.weight"], ["head.bias", "generator_lm_head.bias"]],
      copies: [["generator_lm_head.weight", "electra.embeddings.word_embeddings.weight"]],
    },
    "replaced-token-detection": { className: "ElectraForPreTraining", names: [["head.dense.*", "discriminator_predictions.dense.*"], ["head.score.*", "discriminator_predictions.dense_prediction.*"]] },
    "sequence-classification": { className: "ElectraForSequenceClassification", names: [["head.dense.*", "classifier.dense.*"], ["head.score.*", "classifier.out_proj.*"]] },
    "token-classification": { className: "ElectraForTokenClassification", names: [["head.score.*", "classifier.*"]] },
  },
  ignored: POSITION_IDS,
  longest: ({ positions }) => positions,
  width: ({ width }) => width,
  vocabulary: ({ vocabulary }) => vocabulary,
  segments: ({ segments }) => segments > 1,
  build: (settings, { random, task, labels }) => {
    const { vocabulary, width, factorWidth, depth, heads, hidden, activation, dropout, attentionDropout, positions, segments, eps, tied } = settings;
    const text = new TextEncoder({
      random: random.child("text"), vocabulary, width, depth, heads, normPlace: "post", eps, dropout, attentionDropout,
      feedForward: { hidden, activation },
      embedding: { factorWidth, factored: "sum", positions, tables: { segment: segments }, norm: "layer", eps, dropout },
    });
    return new EncoderModel({
      text,
      inputs: (batch) => ({ ids: { segment: segmentsOf(batch) } }),
      head: encoderHead({ random: random.child("head"), task, labels, width, vocabulary, text, transform: { activation: "gelu", eps }, tied, detector: activation, classification: { dense: { activation: "gelu" }, dropout } }),
    });
  },
});
