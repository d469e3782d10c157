/** Papers of the family "translation". */
import type { Family } from "../family.ts";

export const translation: Family = {
  name: "translation",
  title: "Translation",
  papers: [
    { slug: "context-aware-cross-attention", arxiv: "2011.00770", title: "Context-Aware Cross-Attention for Non-Autoregressive Translation" },
    { slug: "sixt", arxiv: "2104.08757", title: "Zero-shot Cross-lingual Transfer of Neural Machine Translation with Multilingual Pretrained Encoders" },
    { slug: "unsupervised-nmt-objectives", arxiv: "2106.05634", title: "Exploring Unsupervised Pretraining Objectives for Machine Translation" },
    { slug: "sixt-plus", arxiv: "2110.08547", title: "Towards Making the Most of Multilingual Pretraining for Zero-Shot Neural Machine Translation" },
    { slug: "nmt-scaling-laws", arxiv: "2109.07740", title: "Scaling Laws for Neural Machine Translation" },
    { slug: "cross-attention-finetuning", arxiv: "2104.08771", title: "Cross-Attention is All You Need: Adapting Pretrained Transformers for Machine Translation" },
    { slug: "pretraining-back-translation", arxiv: "2110.01811", title: "On the Complementarity between Pre-Training and Back-Translation for Neural Machine Translation" },
    { slug: "xlm-t", arxiv: "2012.15547", title: "XLM-T: Scaling up Multilingual Machine Translation with Pretrained Cross-lingual Transformer Encoders" },
    { slug: "cross-lingual-position", arxiv: "2004.13310", title: "Self-Attention with Cross-Lingual Position Representation" },
    { slug: "semantics-aware-attention", arxiv: "2110.06920", title: "Semantics-aware Attention Improves Neural Machine Translation" },
  ],
};
