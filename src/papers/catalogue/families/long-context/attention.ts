/** Papers of the family "long-context" that change how attention sees positions, or how much of it is kept. */
import type { Paper } from "../../family.ts";

export const cable: Paper = {
  slug: "cable",
  arxiv: "2503.08067",
  title: "Context-aware Biases for Length Extrapolation",
  year: 2025,
  code: "https://github.com/axiomlab/Cable",
  keywords: ["length extrapolation", "position encoding", "alibi", "attention bias", "long context", "language model"],
  modality: ["text"],
  card: {
    problem: ["Models stumble on texts longer than those they were trained on, and the best cures apply one fixed penalty for distance to every text."],
    idea: [
      "In each layer and head every token emits a small positive step, computed from its own content; the distance between two tokens is the sum of steps between them.",
      "That sum is subtracted from the attention score, as ALiBi does with a plain count.",
      "A full stop can push the past far away, a comma barely.",
      "A running total is all it takes, so each token costs one extra number per head, and no other position signal is needed.",
    ],
    claims: [
      "Trained on 512 tokens and tested on 1,024, a GPT-3 Medium has 0.65 lower perplexity than a sinusoidal one trained on 1,024.",
      "It does so with 48 % less memory and 3.5 % more training time.",
      "Extrapolation on Edu-FineWeb10B and WikiText-103 improves notably on earlier relative encodings.",
    ],
    checks: [
      "Trained on 64 tokens and tested on 128, perplexity must match a sinusoidal model trained on 128.",
      "At 512 tokens it must stay within 2 % of its value at 64 and not exceed ALiBi's; rotary and no positions are further arms.",
    ],
  },
  diagram: [
    { label: "Tokens, no positions", kind: "input" },
    { label: "Step size per token and head", kind: "encoder" },
    { label: "Running sum as distance", kind: "procedure" },
    { label: "Attention minus distance", kind: "decoder", from: [0, 2] },
    { label: "Next-token cross-entropy", kind: "loss" },
  ],
};

export const etc: Paper = {
  slug: "etc",
  arxiv: "2004.08483",
  title: "ETC: Encoding Long and Structured Inputs in Transformers",
  authors: ["Joshua Ainslie", "Santiago Ontañón", "Chris Alberti", "Vaclav Cvicek", "Zachary Fisher", "Philip Pham", "Anirudh Ravula", "Sumit Sanghai", "Qifan Wang", "Li Yang"],
  year: 2020,
  venue: "EMNLP",
  code: "https://github.com/google-research/google-research",
  keywords: ["long documents", "global-local attention", "structured input", "relative position", "contrastive predictive coding", "question answering"],
  modality: ["text"],
  card: {
    problem: [
      "Full attention grows with the square of the length, so documents get cut off.",
      "Web pages and candidate lists are not even sequences, but a flat encoder reads them as such.",
    ],
    idea: [
      "Add a few global tokens, one per sentence or paragraph, and let them do the long-distance work.",
      "Ordinary tokens see their neighbourhood and all global tokens; global tokens see everything; cost is linear in length.",
      "Relations take the place of positions: a label on each pair says how far apart they are, or that one belongs to the other, or that order has no meaning here.",
      "Global tokens learn their job by contrastive prediction, telling a hidden sentence from others by its surroundings.",
      "Weights of BERT or RoBERTa can be lifted in as a start.",
    ],
    claims: [
      "It is state of the art on four datasets with long or structured input.",
      "Global-local attention addresses length; relative labels with contrastive pre-training make structure encodable.",
    ],
    checks: [
      "Questions whose two clues stand far apart in 384 tokens: ten points above truncated full attention and five above windows without global tokens.",
      "It must come within two points of full attention for 40 % of its attention FLOPs.",
    ],
  },
  diagram: [
    { label: "Long document", kind: "input" },
    { label: "One global token a sentence", kind: "input" },
    { label: "Structure as pair labels", kind: "procedure", from: [0, 1] },
    { label: "Global-local attention", kind: "encoder", from: [0, 1, 2] },
    { label: "Masked words", kind: "objective" },
    { label: "Recognise hidden sentences", kind: "objective", from: [3] },
    { label: "Weighted sum", kind: "loss", from: [4, 5] },
  ],
};

export const yoco: Paper = {
  slug: "yoco",
  arxiv: "2405.05254",
  title: "You Only Cache Once: Decoder-Decoder Architectures for Language Models",
  authors: ["Yutao Sun", "Li Dong", "Yi Zhu", "Shaohan Huang", "Wenhui Wang", "Shuming Ma", "Quanlu Zhang", "Jianyong Wang", "Furu Wei"],
  year: 2024,
  venue: "NeurIPS",
  code: "https://github.com/microsoft/unilm",
  keywords: ["kv cache", "decoder-decoder", "long context", "gated retention", "efficient inference", "needle in a haystack"],
  modality: ["text"],
  card: {
    problem: [
      "To generate from a long prompt, a transformer keeps keys and values of every token in every layer.",
      "At a million tokens that cache outgrows the model itself.",
    ],
    idea: [
      "Keep one cache for all layers.",
      "The lower half of the network is a cheap decoder whose own memory does not grow, a sliding window or a gated recurrence; its output is turned once into keys and values.",
      "The upper half only cross-attends to that single cache, so each layer still looks at the entire past.",
      "Reading a prompt can stop half-way up, as the upper layers are needed for the last token alone, and the output stays exactly the same.",
    ],
    claims: [
      "Quality is favourable compared with transformers as model size and training tokens grow.",
      "Extended to one million tokens, it retrieves hidden needles almost perfectly.",
      "Inference memory, prefill latency and throughput improve by orders of magnitude.",
    ],
    checks: [
      "Equal parameters, six layers: loss within 0.02 bits of a transformer, with a sixth of its cache and at most 60 % of the prefill FLOPs.",
      "Finding a planted fact must succeed 30 points more often than with windows alone.",
    ],
  },
  diagram: [
    { label: "Prompt", kind: "input" },
    { label: "Self-decoder, constant memory", kind: "encoder" },
    { label: "One key-value cache", kind: "memory" },
    { label: "Cross-decoder layers", kind: "decoder", from: [1, 2] },
    { label: "Next-token cross-entropy", kind: "loss" },
  ],
};
