/** RoBERTa (arXiv 1907.11692) and its multilingual heir XLM-R (arXiv 1911.02116): BERT with positions counted past padding. */
import { TextEncoder } from "../../transformer/text-encoder.ts";
import { defineArchitecture } from "../architecture.ts";
import type { Architecture } from "../architecture.ts";
import { encoderHead, EncoderModel, poolerOf, positionsPastPad, segmentsOf } from "../encoder-model.ts";
import { count } from "../settings.ts";
import { positionsBeyond, wholeHeads } from "../size-checks.ts";
import { BERT_EMBEDDINGS, BERT_FIELDS, BERT_FIXED, BERT_LAYERS, POSITION_IDS } from "./bert.ts";

/** `classes` is the beginning of the names of its classes. */
function robertaLike(modelType: string, classes: string, source: string): Architecture {
  return defineArchitecture({
    modelType,
    source,
    config: { fields: { ...BERT_FIELDS, vocabulary: count("vocab_size", 50265), padId: count("pad_token_id", 1, 0) }, fixed: BERT_FIXED, ignored: ["classifier_dropout"], checks: [wholeHeads(), positionsBeyond("padId")] },
    prefix: "roberta.",
    names: () => [...BERT_EMBEDDINGS, ...BERT_LAYERS],
    pooler: [["pooler.*", "pooler.dense.*"]],
    tasks: {
      features: { className: `${classes}Model`, names: [], prefixed: false },
      "masked-lm": {
        className: `${classes}ForMaskedLM`,
        names: [["head.dense.*", "lm_head.dense.*"], ["head.norm.*", "lm_head.layer_norm.*"], ["head.weight", "lm_head.decoder.weight"], ["head.bias", "lm_head.bias"]],
        copies: [["lm_head.decoder.weight", "roberta.embeddings.word_embeddings.weight"], ["lm_head.decoder.bias", "lm_head.bias"]],
      },
      "sequence-classification": { className: `${classes}ForSequenceClassification`, names: [["head.dense.*", "classifier.dense.*"], ["head.score.*", "classifier.out_proj.*"]] },
      "token-classification": { className: `${classes}ForTokenClassification`, names: [["head.score.*", "classifier.*"]] },
    },
    ignored: POSITION_IDS,
    longest: ({ positions, padId }) => positions - padId - 1,
    width: ({ width }) => width,
    vocabulary: ({ vocabulary }) => vocabulary,
    segments: ({ segments }) => segments > 1,
    build: (settings, { random, task, labels, pooler }) => {
      const { vocabulary, width, depth, heads, hidden, activation, dropout, attentionDropout, positions, segments, eps, tied, padId } = settings;
      const text = new TextEncoder({
        random: random.child("text"), vocabulary, width, depth, heads, normPlace: "post", eps, dropout, attentionDropout,
        feedForward: { hidden, activation },
        embedding: { positions, tables: { segment: segments }, norm: "layer", eps, dropout },
      });
      return new EncoderModel({
        text,
        inputs: (batch) => ({ ids: { segment: segmentsOf(batch) }, positionIds: positionsPastPad(batch.ids, padId) }),
        pooler: pooler && task === "features" ? poolerOf(random, width) : undefined,
        head: encoderHead({ random: random.child("head"), task, labels, width, vocabulary, text, transform: { activation: "gelu", eps }, tied, classification: { dense: { activation: "tanh" }, dropout } }),
      });
    },
  });
}

export const ROBERTA = robertaLike("roberta", "Roberta", "RoBERTa, arXiv 1907.11692");
export const XLM_ROBERTA = robertaLike("xlm-roberta", "XLMRoberta", "XLM-R, arXiv 1911.02116");
export const CAMEMBERT = robertaLike("camembert", "Camembert", "CamemBERT, arXiv 1911.03894");
