/** Papers of the family "language-models". */
import type { Family } from "../family.ts";

export const languageModels: Family = {
  name: "language-models",
  title: "Language models",
  papers: [
    { slug: "future-token-prediction", arxiv: "2410.18160", title: "Future Token Prediction -- Causal Language Modelling with Per-Token Semantic State Vector for Multi-Token Prediction" },
    { slug: "cross-attention-watermark", arxiv: "2401.06829", title: "Cross-Attention Watermarking of Large Language Models" },
    { slug: "retro", arxiv: "2112.04426", title: "Improving language models by retrieving from trillions of tokens" },
    { slug: "t-free", arxiv: "2406.19223", title: "T-FREE: Tokenizer-Free Generative LLMs via Sparse Representations for Memory-Efficient Embeddings" },
    { slug: "reallm", arxiv: "2405.13155", title: "ReALLM: A general framework for LLM compression and fine-tuning" },
    { slug: "spdf", arxiv: "2303.10464", title: "SPDF: Sparse Pre-training and Dense Fine-tuning for Large Language Models" },
  ],
};
