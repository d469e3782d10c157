/** Papers of the family "text-encoders" that look below the subword: characters and bytes. */
import type { Paper } from "../../family.ts";

export const charbert: Paper = {
  slug: "charbert",
  arxiv: "2011.01513",
  title: "CharBERT: Character-aware Pre-trained Language Model",
  authors: ["Wentao Ma", "Yiming Cui", "Chenglei Si", "Ting Liu", "Shijin Wang", "Guoping Hu"],
  year: 2020,
  venue: "COLING",
  code: "https://github.com/wtma/CharBERT",
  keywords: ["character-aware model", "robustness", "misspelling", "noisy language model", "bert", "adversarial text"],
  modality: ["text"],
  card: {
    problem: ["One typo splits a word into unfamiliar pieces, and a subword model no longer recognises it."],
    idea: [
      "Run a second channel beside the subwords, made of letters.",
      "A recurrent network reads all characters, and each subword takes the states at its first and last letter.",
      "Both channels pass through the same transformer layers; after each layer a convolution mixes them and every channel keeps its own residue.",
      "The letter channel has an exercise of its own: some words are garbled by dropping, adding or swapping letters and it has to name the original.",
      "Letters of masked words are blanked out, lest they give the answer away.",
    ],
    claims: [
      "Over BERT, SQuAD 2.0 rises from 73.7 to 75.7 exact match and from 76.3 to 78.6 F1.",
      "Named entities on CoNLL rise from 91.24 to 91.81.",
      "Gains are larger when test words are misspelt on purpose.",
    ],
    checks: [
      "Part-of-speech tags with a typo in 30 % of the words: two points better than a BERT that trained on the same garbled text.",
      "Clean text may cost 0.3 points.",
    ],
  },
  diagram: [
    { label: "Letters, some garbled", kind: "input" },
    { label: "Subwords, some masked", kind: "input" },
    { label: "Recurrent letter reader", kind: "encoder", from: [0] },
    { label: "Shared layers, two channels", kind: "encoder", from: [1, 2] },
    { label: "Mix after each layer", kind: "encoder" },
    { label: "Masked words", kind: "objective" },
    { label: "Restore garbled words", kind: "objective", from: [4] },
    { label: "Sum of both losses", kind: "loss", from: [5, 6] },
  ],
};

export const xrayemb: Paper = {
  slug: "xrayemb",
  arxiv: "2108.00391",
  title: "Learning to Look Inside: Augmenting Token-Based Encoders with Character-Level Information",
  authors: ["Yuval Pinter", "Amanda Stent", "Mark Dredze", "Jacob Eisenstein"],
  year: 2021,
  code: "https://github.com/yuvalpinter/xrayemb",
  keywords: ["character-level", "vocabulary mismatch", "subword tokenization", "retrofitting", "out-of-vocabulary", "noisy text"],
  modality: ["text"],
  card: {
    problem: [
      "A tokenizer is fixed before training and then meets slang, product names and typos, which it shatters.",
      "Character models avoid that, but would have to replace every model already trained.",
    ],
    idea: [
      "Retrofit: bolt a reader of letters onto the model one has.",
      "It spells a word and produces a single vector, in the model's own embedding space, that stands in for all the pieces.",
      "A twin goes the other way and spells a word from a vector.",
      "During a second pre-training the reader imitates known embeddings and the writer spells masked words.",
      "Loops from word to vector to word keep the two consistent.",
      "The writer is dropped for use; the reader is called for words the tokenizer would cut up.",
    ],
    claims: [
      "The added vectors help masked models and autoregressive ones.",
      "Sequence-level and tagging tasks gain, non-standard English in particular.",
    ],
    checks: [
      "Tagging with edits in 20 % of the words: 1.5 points over a base model that went through the same second pre-training alone.",
      "Inputs must get shorter, and clean text may change by half a point.",
    ],
  },
  diagram: [
    { label: "Letters of a hard word", kind: "input" },
    { label: "Reader: letters to vector", kind: "encoder" },
    { label: "Other subword embeddings", kind: "input" },
    { label: "Existing language model", kind: "encoder", from: [1, 2] },
    { label: "Writer: vector to letters", kind: "decoder", from: [1, 3] },
    { label: "Language model loss", kind: "loss", from: [3] },
    { label: "Imitate and spell", kind: "loss", from: [1, 4] },
  ],
};

export const monobyte: Paper = {
  slug: "monobyte",
  arxiv: "2209.11035",
  title: "MonoByte: A Pool of Monolingual Byte-level Language Models",
  authors: ["Hugo Abonizio", "Leandro Rodrigues de Souza", "Roberto Lotufo", "Rodrigo Nogueira"],
  year: 2022,
  keywords: ["byte-level model", "cross-lingual transfer", "monolingual pre-training", "byt5", "span corruption", "zero-shot transfer"],
  modality: ["text"],
  card: {
    problem: [
      "Models trained on one language alone sometimes help in another, and there are many explanations.",
      "Public models differ in tokenizer, corpus and budget all at once, so explanations cannot be separated.",
    ],
    idea: [
      "Build a set of models that differ in exactly one thing, the language.",
      "Ten byte-level T5 models share architecture, amount of data and number of steps; bytes do away with tokenizers, so every model can read every script.",
      "Two more are trained on artificial text, to show how much of a transfer has nothing to do with language.",
      "Each is then fine-tuned and tested across languages, giving a matrix rather than a score.",
    ],
    claims: [
      "Ten monolingual models and two on non-natural text are released, all trained with one configuration.",
      "The budget equals 420 days on a V100, and each corpus is four times that of the original BERT.",
      "On question answering and language inference they are competitive with the multilingual model.",
    ],
    checks: [
      "Topic classification in four languages: a model's own language must come within two points of a multilingual byte model.",
      "Transfer to other languages must exceed that of random weights by two points, with brackets and random bytes as controls.",
    ],
  },
  diagram: [
    { label: "One language as bytes", kind: "input" },
    { label: "Hide spans of 20 bytes", kind: "procedure" },
    { label: "Byte T5 encoder", kind: "encoder" },
    { label: "Byte T5 decoder", kind: "decoder" },
    { label: "Cross-entropy", kind: "loss" },
    { label: "Transfer matrix", kind: "output", from: [3] },
  ],
};
