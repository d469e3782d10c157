/** Papers of the family "retrieval" about the ranking of a short list: comparisons, toolkits, ensembles. */
import type { Paper } from "../../family.ts";

export const spladeRerank: Paper = {
  slug: "splade-rerank",
  arxiv: "2403.10407",
  title: "A Thorough Comparison of Cross-Encoders and LLMs for Reranking SPLADE",
  authors: ["Hervé Déjean", "Stéphane Clinchant", "Thibault Formal"],
  year: 2024,
  code: "https://github.com/naver/splade",
  keywords: ["reranking", "splade", "cross-encoder", "llm reranker", "sparse retrieval", "listwise ranking", "beir"],
  modality: ["text"],
  card: {
    problem: [
      "Large language models are praised as rerankers, mostly on top of weak first stages.",
      "Whether they are worth their price after a strong one was unclear.",
    ],
    idea: [
      "The study fills in a whole grid: type of reranker, number of passages and domain all vary, and each cell is measured alike.",
      "In front stands SPLADE, which turns a masked-word head into sparse word weights and searches them in an inverted index.",
      "Behind it come cross-encoders of several sizes, and language models that sort numbered passages in sliding windows without any training.",
    ],
    claims: [
      "On MS MARCO, cross-encoders of different kinds can hardly be told apart once SPLADE has retrieved.",
      "Out of domain, on BEIR and LoTTE, both the type of reranker and the number of passages matter.",
      "GPT-4 ranks impressively without training, while traditional cross-encoders stay very competitive.",
    ],
    checks: [
      "A tiny SPLADE followed by a cross-encoder must gain two nDCG points in domain.",
      "The spread between three cross-encoder sizes must be wider out of domain than in it.",
      "A language model without ranking training must lose to a cross-encoder that costs as many FLOPs; GPT-4 is left out.",
    ],
  },
  diagram: [
    { label: "Query", kind: "input" },
    { label: "SPLADE encoder", kind: "encoder" },
    { label: "Inverted index", kind: "memory" },
    { label: "Cross-encoder", kind: "encoder", from: [0, 2] },
    { label: "Listwise language model", kind: "decoder", from: [0, 2] },
    { label: "Quality against cost", kind: "output", from: [2, 3, 4] },
  ],
};

export const xmen: Paper = {
  slug: "xmen",
  arxiv: "2310.11275",
  title: "xMEN: A Modular Toolkit for Cross-Lingual Medical Entity Normalization",
  authors: ["Florian Borchert", "Ignacio Llorca", "Roland Roller", "Bert Arnrich", "Matthieu-P. Schapranow"],
  year: 2023,
  code: "https://github.com/hpi-dhc/xmen",
  keywords: ["entity linking", "medical terminology", "cross-lingual", "candidate generation", "cross-encoder", "weak supervision", "umls"],
  modality: ["text"],
  card: {
    problem: [
      "A clinical note in German names a disease that the terminology lists mainly in English.",
      "Outside English both synonyms and annotated notes are scarce.",
    ],
    idea: [
      "Search first in every language at hand, then decide with care.",
      "One generator compares character triples of names, another compares meanings with a multilingual encoder; English aliases join those of the target language and the lists are merged by best score.",
      "A cross-encoder reads the mention in its sentence against each candidate and may also answer that none fits.",
      "A penalty keeps its scores near the generators' ranking, so that training on little data does not throw away a good list.",
      "Where no annotations exist it learns from machine-translated ones.",
    ],
    claims: [
      "It improves the state of the art over a wide range of multilingual benchmarks.",
      "Cross-encoders trained by weak supervision work for tasks that have no training data.",
      "Rank regularization in the loss matters; expressions of several words remain difficult.",
    ],
    checks: [
      "Linking names of countries, languages and emoji in five languages: English aliases must add five points of recall at 64, and the ensemble must equal its best member or better.",
      "The weakly trained reranker is compared with and without rank regularization.",
    ],
  },
  diagram: [
    { label: "Terminology with aliases", kind: "input" },
    { label: "Mention in its sentence", kind: "input" },
    { label: "Character n-gram index", kind: "memory", from: [0] },
    { label: "Dense multilingual index", kind: "memory", from: [0] },
    { label: "Merge candidates", kind: "procedure", from: [1, 2, 3] },
    { label: "Cross-encoder, may say none", kind: "encoder", from: [1, 4] },
    { label: "Ranking loss near the merge", kind: "loss", from: [4, 5] },
    { label: "Concept identifier", kind: "output", from: [5] },
  ],
};

export const llmBlender: Paper = {
  slug: "llm-blender",
  arxiv: "2306.02561",
  title: "LLM-Blender: Ensembling Large Language Models with Pairwise Ranking and Generative Fusion",
  authors: ["Dongfu Jiang", "Xiang Ren", "Bill Yuchen Lin"],
  year: 2023,
  venue: "ACL",
  code: "https://github.com/yuchenlin/LLM-Blender",
  keywords: ["llm ensemble", "pairwise ranking", "best-of-n", "generative fusion", "reward model", "instruction following"],
  modality: ["text"],
  card: {
    problem: [
      "No single language model gives the best answer to every question; which one does changes from prompt to prompt.",
      "Scoring answers one by one misses the small differences that decide.",
    ],
    idea: [
      "Compare answers two at a time.",
      "A cross-encoder reads the instruction with both candidates side by side and says which is better, as it would be easier for a person too.",
      "Every pair is asked in both orders, for such judges have a bias towards a position, and the wins are added up; a cheaper tournament finds just the top one.",
      "The best three then go to a small text-to-text model, which writes one answer out of them.",
    ],
    claims: [
      "Of all rankers tested, the pairwise one correlates best with a ranking made by ChatGPT.",
      "Ranked and fused, the ensemble significantly outperforms each single model and the baselines on several metrics.",
      "A benchmark, MixInstruct, holds 100,000 training instructions with answers of 11 open models, and 5,000 each to validate and test.",
    ],
    checks: [
      "Six cheap summary writers: the answers chosen by pairs must beat the best single writer by one chrF point and a pointwise ranker by half a point.",
      "The tournament with 2(n - 1) comparisons must stay within half a point of all pairs.",
    ],
  },
  diagram: [
    { label: "Instruction", kind: "input" },
    { label: "Answers of several models", kind: "input" },
    { label: "Pairs in both orders", kind: "procedure", from: [0, 1] },
    { label: "Pairwise cross-encoder", kind: "encoder" },
    { label: "Add up the wins", kind: "procedure" },
    { label: "Fuse the best three", kind: "decoder", from: [0, 1, 4] },
    { label: "One answer", kind: "output" },
  ],
};
