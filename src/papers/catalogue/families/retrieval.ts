/** Papers of the family "retrieval". */
import type { Family } from "../family.ts";

export const retrieval: Family = {
  name: "retrieval",
  title: "Retrieval and ranking",
  papers: [
    { slug: "trans-encoder", arxiv: "2109.13059", title: "Trans-Encoder: Unsupervised sentence-pair modelling through self- and mutual-distillations" },
    { slug: "augmented-sbert", arxiv: "2010.08240", title: "Augmented SBERT: Data Augmentation Method for Improving Bi-Encoders for Pairwise Sentence Scoring Tasks" },
    { slug: "uni-encoder", arxiv: "2106.01263", title: "Uni-Encoder: A Fast and Accurate Response Selection Paradigm for Generation-Based Dialogue Systems" },
    { slug: "anncur", arxiv: "2210.12579", title: "Efficient Nearest Neighbor Search for Cross-Encoder Models using Matrix Factorization" },
    { slug: "splade-rerank", arxiv: "2403.10407", title: "A Thorough Comparison of Cross-Encoders and LLMs for Reranking SPLADE" },
    { slug: "semi-siamese", arxiv: "2110.14943", title: "Semi-Siamese Bi-encoder Neural Ranking Model Using Lightweight Fine-Tuning" },
    { slug: "dupmae", arxiv: "2211.08769", title: "RetroMAE v2: Duplex Masked Auto-Encoder For Pre-Training Retrieval-Oriented Language Models" },
    { slug: "universal-embedders", arxiv: "2310.08232", title: "Language Models are Universal Embedders" },
    { slug: "master", arxiv: "2212.07841", title: "MASTER: Multi-task Pre-trained Bottlenecked Masked Autoencoders are Better Dense Retrievers" },
    { slug: "mixencoder", arxiv: "2210.05261", title: "Once is Enough: A Light-Weight Cross-Attention for Fast Sentence Pair Modeling" },
    { slug: "xmen", arxiv: "2310.11275", title: "xMEN: A Modular Toolkit for Cross-Lingual Medical Entity Normalization" },
    { slug: "bert-chatbot-distillation", arxiv: "2004.11045", title: "Distilling Knowledge for Fast Retrieval-based Chat-bots" },
    { slug: "prettr", arxiv: "2004.14255", title: "Efficient Document Re-Ranking for Transformers by Precomputing Term Representations" },
    { slug: "gtr", arxiv: "2112.07899", title: "Large Dual Encoders Are Generalizable Retrievers" },
    { slug: "llm-blender", arxiv: "2306.02561", title: "LLM-Blender: Ensembling Large Language Models with Pairwise Ranking and Generative Fusion" },
  ],
};
