/** Papers of the family "translation" that study how translation models learn and grow. */
import type { Paper } from "../../family.ts";

export const unsupervisedNmtObjectives: Paper = {
  slug: "unsupervised-nmt-objectives",
  arxiv: "2106.05634",
  title: "Exploring Unsupervised Pretraining Objectives for Machine Translation",
  authors: ["Christos Baziotis", "Ivan Titov", "Alexandra Birch", "Barry Haddow"],
  year: 2021,
  venue: "ACL Findings",
  code: "https://github.com/cbaziotis/nmt-pretraining-objectives",
  keywords: ["pre-training objectives", "unsupervised translation", "denoising", "back-translation", "low-resource"],
  modality: ["text"],
  card: {
    problem: [
      "Translators are pre-trained by masking words, so they read blanks that no real sentence has.",
      "Whether that matters was unclear.",
    ],
    idea: [
      "Compare masking with damage that still looks like language.",
      "Words are replaced by the guesses of a small generator trained alongside, or shuffled within a few places, or both.",
      "The decoder always rebuilds the original.",
      "Each model is then tuned with translations, or taught without any by translating back and forth.",
      "Probes look inside: alignment of languages, how much the decoder copies, how much it listens to the encoder.",
    ],
    claims: [
      "With parallel data the choice of objective makes surprisingly little difference.",
      "Without it the differences are large.",
      "A strong decoder is enough for the first case; the second also needs a model strong across languages.",
    ],
    checks: [
      "Masking, replacing, shuffling, the last two together, and nothing are each followed by both kinds of training.",
      "The spread between objectives must be at least twice as wide without parallel data.",
      "If no unsupervised run gets going, the report says so instead of ranking noise.",
    ],
  },
  diagram: [
    { label: "Monolingual text", kind: "input" },
    { label: "Mask, replace or shuffle", kind: "procedure" },
    { label: "Encoder", kind: "encoder" },
    { label: "Decoder", kind: "decoder" },
    { label: "Rebuild the sentence", kind: "loss" },
    { label: "With or without parallel data", kind: "objective", from: [3] },
    { label: "Which objective matters when", kind: "output" },
  ],
};

export const nmtScalingLaws: Paper = {
  slug: "nmt-scaling-laws",
  arxiv: "2109.07740",
  title: "Scaling Laws for Neural Machine Translation",
  authors: ["Behrooz Ghorbani", "Orhan Firat", "Markus Freitag", "Ankur Bapna", "Maxim Krikun", "Xavier Garcia", "Ciprian Chelba", "Colin Cherry"],
  year: 2022,
  venue: "ICLR",
  keywords: ["scaling laws", "machine translation", "encoder-decoder", "power law", "compute allocation"],
  modality: ["text"],
  card: {
    problem: [
      "Language models improve with size along a known curve.",
      "A translator has two sizes, encoder and decoder, and one curve cannot tell which of them to grow.",
    ],
    idea: [
      "Train many translators, growing the encoder alone, the decoder alone, both, and the width.",
      "Fit one formula: loss falls as a power of the encoder size times a power of the decoder size, down to a floor.",
      "The two exponents differ, so the formula says how to split a budget.",
      "Then ask what the floor depends on: was the text written by people in that language, or translated into it?",
      "Loss and translation quality are compared for both kinds of test.",
    ],
    claims: [
      "One formula predicts all ways of growing, across languages; total parameter count alone does not.",
      "Naturally written target text rewards size.",
      "Where tests were translated from the source, loss keeps falling while BLEU stops improving.",
    ],
    checks: [
      "Nine tiny translators are trained, the law is fitted on six and must predict the other three better than a law of total size.",
      "Targets rewritten by a small model should flatten the curve.",
      "From made-up losses the fit must recover the numbers that made them.",
    ],
  },
  diagram: [
    { label: "Translators of many sizes", kind: "input" },
    { label: "Measure test loss", kind: "procedure" },
    { label: "Fit the two-size law", kind: "procedure" },
    { label: "Best split of a budget", kind: "output" },
    { label: "Separate natural text", kind: "procedure", from: [1] },
    { label: "Where size stops helping", kind: "output" },
  ],
};

export const pretrainingBackTranslation: Paper = {
  slug: "pretraining-back-translation",
  arxiv: "2110.01811",
  title: "On the Complementarity between Pre-Training and Back-Translation for Neural Machine Translation",
  authors: ["Xuebo Liu", "Longyue Wang", "Derek F. Wong", "Liang Ding", "Lidia S. Chao", "Shuming Shi", "Zhaopeng Tu"],
  year: 2021,
  venue: "EMNLP Findings",
  code: "https://github.com/SunbowLiu/PTvsBT",
  keywords: ["back-translation", "pre-training", "monolingual data", "tagged back-translation", "mbart"],
  modality: ["text"],
  card: {
    problem: [
      "Monolingual text can help a translator in two ways, by pre-training or by machine-made sentence pairs.",
      "Do the two help with the same thing?",
    ],
    idea: [
      "Take each apart.",
      "For pre-training, load the weights into the encoder only, or the decoder only.",
      "For back-translation, let the synthetic pairs update the encoder only, or the decoder only.",
      "If they help different halves, they should add up.",
      "A tag on synthetic sources tells the model which sentences are translated, and can be given at test time.",
    ],
    claims: [
      "Pre-training mainly serves the encoder, back-translation the decoder.",
      "Together they set the best results on WMT16 English-Romanian and English-Russian, and with tags they reach 41.6 BLEU into Romanian.",
    ],
    checks: [
      "A base, each technique, both, and both with tags are trained on the same real pairs, plus the four half-model probes.",
      "Test sentences are split by the language they were first written in.",
      "A half that is frozen for a batch must not change, nor its optimiser state.",
    ],
  },
  diagram: [
    { label: "Real pairs", kind: "input" },
    { label: "Target-side text", kind: "input" },
    { label: "Translate back and tag", kind: "procedure" },
    { label: "Pre-trained encoder", kind: "encoder", from: [0, 2] },
    { label: "Pre-trained decoder", kind: "decoder" },
    { label: "Translation loss", kind: "loss" },
    { label: "Translation", kind: "output", from: [4] },
    { label: "Which half gains", kind: "output", from: [3, 4] },
  ],
};
