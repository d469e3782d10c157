/** Papers of the family "language-models" about a model's weights, in training or at rest, and about marks in its output. */
import type { Paper } from "../../family.ts";

export const spdf: Paper = {
  slug: "spdf",
  arxiv: "2303.10464",
  title: "SPDF: Sparse Pre-training and Dense Fine-tuning for Large Language Models",
  authors: ["Vithursan Thangarasa", "Abhay Gupta", "William Marshall", "Tianda Li", "Kevin Leong", "Dennis DeCoste", "Sean Lie", "Shreyas Saxena"],
  year: 2023,
  venue: "UAI",
  keywords: ["weight sparsity", "efficient pre-training", "dense fine-tuning", "unstructured pruning", "gpt-3", "training flops"],
  modality: ["text"],
  card: {
    problem: ["Pre-training a large model costs orders of magnitude more than fine-tuning it, yet both stages use every weight."],
    idea: [
      "Give the two stages different capacity.",
      "Before pre-training, up to three quarters of the weights in attention and feed-forward layers are fixed at zero, chosen at random once and for all, and only the rest learns the language.",
      "For fine-tuning the mask is lifted: zeros become ordinary weights, start from zero and learn with the rest.",
      "The expensive stage is thin; the cheap one has full freedom to make up for what sparsity cost.",
    ],
    claims: [
      "GPT-3 XL with 1.3 billion parameters can be pre-trained with 75 % sparsity and 2.5 times fewer FLOPs, without significant loss on downstream tasks.",
      "How much sparsity is tolerated depends on task complexity and dataset size.",
    ],
    checks: [
      "With 75 % zeros, mean score on three tasks within 1.5 points of dense pre-training, and a point above sparse fine-tuning.",
      "On two of the three it must beat a smaller, dense model at equal FLOPs; wall time does not fall without sparse kernels, and the report says so.",
    ],
  },
  diagram: [
    { label: "Large text corpus", kind: "input" },
    { label: "Fixed random mask on weights", kind: "procedure" },
    { label: "Sparse language model", kind: "encoder", from: [0, 1] },
    { label: "Lift the mask", kind: "procedure" },
    { label: "Task data", kind: "input" },
    { label: "Dense fine-tuning", kind: "objective", from: [3, 4] },
    { label: "Cross-entropy", kind: "loss" },
  ],
};

export const reallm: Paper = {
  slug: "reallm",
  arxiv: "2405.13155",
  title: "ReALLM: A general framework for LLM compression and fine-tuning",
  authors: ["Louis Leconte", "Lisa Bedin", "Van Minh Nguyen", "Eric Moulines"],
  year: 2024,
  keywords: ["model compression", "vector quantization", "low-rank adaptation", "post-training quantization", "autoencoder", "efficient fine-tuning"],
  modality: ["text"],
  card: {
    problem: [
      "Below four bits a weight, every quantizer has matrices it handles badly.",
      "Some weight matrices show visible structure, others look like noise, and one method is applied to all.",
    ],
    idea: [
      "Split each matrix in two: a thin low-rank part in full precision, and the bulk.",
      "The bulk is treated like an image: an autoencoder turns it into a small code, the code is vector-quantised, and a shared decoder network unfolds it in a single pass.",
      "Size of the code, bits and rank are chosen per matrix, by what reconstructs it best within the budget.",
      "Scalar and vector quantization as well as quantised LoRA are corner cases of the scheme.",
      "Fine-tuning touches the low-rank part only, so it stays cheap in memory.",
    ],
    claims: [
      "At 3 bits it gives the best language-modelling results on C4 and WikiText-2 without any training.",
      "At 2 bits it is state of the art after fine-tuning on a small calibration set.",
      "Pre-trained matrices show different patterns, and the best shape of code differs between them.",
    ],
    checks: [
      "Smallest increase in bits per byte of six quantizers at 3 and at 2 bits, with codebooks, scales and decoder counted in.",
      "Tuning the low-rank part must win back two fifths of the loss at 2 bits.",
    ],
  },
  diagram: [
    { label: "Weight matrix", kind: "input" },
    { label: "Low-rank part, full precision", kind: "memory" },
    { label: "Encoder of the rest", kind: "encoder", from: [0, 1] },
    { label: "Quantised small code", kind: "memory" },
    { label: "Shared neural decoder", kind: "decoder" },
    { label: "Rebuilt matrix", kind: "output", from: [1, 4] },
    { label: "Fine-tune low rank only", kind: "objective", from: [1, 4] },
    { label: "Language model loss", kind: "loss" },
  ],
};

export const crossAttentionWatermark: Paper = {
  slug: "cross-attention-watermark",
  arxiv: "2401.06829",
  title: "Cross-Attention Watermarking of Large Language Models",
  authors: ["Folco Bertini Baldassini", "Huy H. Nguyen", "Ching-Chung Chang", "Isao Echizen"],
  year: 2024,
  venue: "ICASSP",
  keywords: ["watermarking", "generated text detection", "cross-attention", "steganography", "robustness", "text provenance"],
  modality: ["text"],
  card: {
    problem: [
      "Text from a model should be recognisable as such.",
      "A mark must survive editing and still not disturb what the text says or how it reads.",
    ],
    idea: [
      "The message, a string of bits, becomes a few vectors; one late layer of a frozen language model learns to attend to them and leans its choice of words.",
      "A second network reads finished text and recovers the bits, without prompt or model.",
      "Both are trained together, one loss asking for the right bits and another for unchanged word probabilities.",
      "Where many words would do, there is room to hide; where only one fits, the mark has to stay out.",
    ],
    claims: [
      "Two ways of adding cross-attention are presented that keep the effect on the pre-trained model small.",
      "Training strategies expose a trade-off between robustness of the mark and quality of the text.",
      "The choice of watermark changes output substantially for high-entropy sentences.",
    ],
    checks: [
      "Eight bits in 128 tokens, free-running: 85 % of bits recovered for at most 5 % more bits per byte.",
      "Training with edits must gain five points under edits; a green-list watermark of equal cost is reported beside it.",
    ],
  },
  diagram: [
    { label: "Bits to hide", kind: "input" },
    { label: "Prompt", kind: "input" },
    { label: "Frozen language model", kind: "decoder", from: [1] },
    { label: "Cross-attention to the bits", kind: "decoder", from: [0, 2] },
    { label: "Marked text", kind: "output" },
    { label: "Reader of bits", kind: "encoder", from: [4] },
    { label: "Right bits, same words", kind: "objective", from: [2, 3, 5] },
    { label: "Bit loss + divergence", kind: "loss" },
  ],
};
