/** Papers of the family "text-encoders" that change what pre-training asks for. */
import type { Paper } from "../../family.ts";

export const maeLm: Paper = {
  slug: "mae-lm",
  arxiv: "2302.02060",
  title: "Representation Deficiency in Masked Language Modeling",
  authors: ["Yu Meng", "Jitin Krishnan", "Sinong Wang", "Qifan Wang", "Yuning Mao", "Han Fang", "Marjan Ghazvininejad", "Jiawei Han", "Luke Zettlemoyer"],
  year: 2024,
  venue: "ICLR",
  code: "https://github.com/yumeng5/MAE-LM",
  keywords: ["masked language model", "effective rank", "masked autoencoder", "representation learning", "bert", "fine-tuning"],
  modality: ["text"],
  card: {
    problem: ["The mask symbol fills pre-training texts and is absent from real ones; that it hurts was suspected, how it hurts was not known."],
    idea: [
      "Measure how many directions of the hidden space real words occupy.",
      "In a masked language model some directions turn out to be reserved for mask symbols, and real words do without them.",
      "The remedy is to keep masks out of the encoder: hidden words are simply removed, the others keep their old position numbers.",
      "A shallow decoder puts mask symbols back in the empty places and makes the predictions.",
      "It is discarded later, so the encoder has never spent capacity on a symbol it will not meet.",
    ],
    claims: [
      "Real tokens make use of more model dimensions than under masked language modelling, as the theory in the paper predicts.",
      "Fine-tuned on GLUE and SQuAD it is consistently better, for several pre-training settings and model sizes.",
    ],
    checks: [
      "Effective rank of last-layer states on unmasked text: at least 5 % above a masked language model with the same compute, for each of three seeds.",
      "A third arm has extra layers that are cut off after training, to tell the decoder's effect from that of absent masks.",
    ],
  },
  diagram: [
    { label: "Text, hidden words removed", kind: "input" },
    { label: "Encoder, real words only", kind: "encoder" },
    { label: "Put masks in the gaps", kind: "procedure" },
    { label: "Shallow decoder", kind: "decoder" },
    { label: "Name the hidden words", kind: "objective" },
    { label: "Cross-entropy", kind: "loss" },
  ],
};

export const drbert: Paper = {
  slug: "drbert",
  arxiv: "2401.15861",
  title: "DrBERT: Unveiling the Potential of Masked Language Modeling Decoder in BERT pretraining",
  year: 2024,
  keywords: ["bert", "pre-training decoder", "masked language model", "glue", "gradual unmasking", "inference cost"],
  modality: ["text"],
  card: {
    problem: [
      "Most work on BERT changes the encoder, and then serving stacks have to change as well.",
      "The part that turns states into words during pre-training has hardly been looked at.",
    ],
    idea: [
      "Leave the encoder alone and improve what stands behind it.",
      "A few transformer layers go between BERT and its word predictor, in pre-training only.",
      "In the first of them many masked places stay hidden from attention; deeper ones reveal more, as the guesses there have become better.",
      "The predictor reads a random blend of encoder and decoder output, so that the encoder has to be good without help.",
      "Afterwards the extra layers are removed and what remains is BERT to the last weight.",
    ],
    claims: [
      "GLUE results improve significantly over BERT.",
      "Inference time and serving budget stay the same, and fine-tuning costs nothing more.",
      "Several decoder designs are compared; training them adds a moderate cost.",
    ],
    checks: [
      "Encoder alone, mean of seven small tasks: one point over a BERT that trained longer to use the same compute.",
      "Plain extra layers, re-added positions, gradual unmasking and blended outputs are separate arms; anything smaller than a point is called inconclusive.",
    ],
  },
  diagram: [
    { label: "Masked text", kind: "input" },
    { label: "Unchanged BERT", kind: "encoder" },
    { label: "Layers that unmask gradually", kind: "decoder" },
    { label: "Random blend of both", kind: "procedure", from: [1, 2] },
    { label: "Cross-entropy on masked words", kind: "loss" },
    { label: "Plain BERT to serve", kind: "output", from: [1] },
  ],
};

export const mpnet: Paper = {
  slug: "mpnet",
  arxiv: "2004.09297",
  title: "MPNet: Masked and Permuted Pre-training for Language Understanding",
  authors: ["Kaitao Song", "Xu Tan", "Tao Qin", "Jianfeng Lu", "Tie-Yan Liu"],
  year: 2020,
  venue: "NeurIPS",
  code: "https://github.com/microsoft/MPNet",
  keywords: ["masked language model", "permuted language model", "xlnet", "bert", "position information", "two-stream attention"],
  modality: ["text"],
  card: {
    problem: [
      "BERT guesses its hidden words as if they had nothing to do with each other.",
      "XLNet guesses them in sequence, but then does not know how long the sentence is.",
    ],
    idea: [
      "Have both: predict in sequence, with mask symbols standing where words are still missing.",
      "The words are shuffled and the last 15 % are predicted one after another, each seeing the ones before it.",
      "For those that come later the model sees a mask at the right position, so it always knows the full layout.",
      "Two streams make this work in one pass: one carries content, the other asks the questions, with the same weights.",
      "On average a prediction sees 92.5 % of the words, as in XLNet, and all of the positions, as in BERT.",
    ],
    claims: [
      "Pre-trained on over 160 GB of text, it outperforms masked and permuted language modelling by a large margin.",
      "On GLUE, SQuAD and others it is ahead of BERT, XLNet and RoBERTa under the same model setting.",
    ],
    checks: [
      "Three arms with equal tokens: pseudo-perplexity in ordinary use must be 0.1 nat below that of permuted prediction.",
      "Against masked prediction, also at equal FLOPs, half a point on seven small tasks is the threshold.",
    ],
  },
  diagram: [
    { label: "Shuffled words", kind: "input" },
    { label: "Masks for the missing words", kind: "input" },
    { label: "Content stream", kind: "encoder", from: [0, 1] },
    { label: "Query stream, same weights", kind: "encoder", from: [1, 2] },
    { label: "Predict the tail in order", kind: "objective" },
    { label: "Cross-entropy", kind: "loss" },
  ],
};

export const ernie2: Paper = {
  slug: "ernie-2",
  arxiv: "1907.12412",
  title: "ERNIE 2.0: A Continual Pre-training Framework for Language Understanding",
  authors: ["Yu Sun", "Shuohuan Wang", "Yukun Li", "Shikun Feng", "Hao Tian", "Hua Wu", "Haifeng Wang"],
  year: 2020,
  venue: "AAAI",
  code: "https://github.com/PaddlePaddle/ERNIE",
  keywords: ["continual pre-training", "multi-task learning", "knowledge masking", "sentence reordering", "language understanding", "glue"],
  modality: ["text"],
  card: {
    problem: [
      "Guessing hidden words teaches which words co-occur and not much about names, order or discourse.",
      "Add tasks for these one after the other and the earlier ones are forgotten; add them all at once and nothing can be added later.",
    ],
    idea: [
      "Let the list of tasks grow and keep rehearsing all of it.",
      "Each stage brings in a new self-supervised task, starts from the weights so far and trains old and new tasks together.",
      "Some look at words: whole names are masked, capital letters guessed.",
      "Others look at structure, putting shuffled sentences in order, or at meaning, naming the relation between clauses.",
      "A learned task embedding tells the encoder which exercise a batch belongs to.",
      "Every task receives the same total number of steps, only spread differently.",
    ],
    claims: [
      "It outperforms BERT and XLNet on 16 tasks in English and Chinese.",
      "The GLUE test score goes from 78.3 to 80.6 (base) and from 80.5 to 83.6 (large) over BERT.",
    ],
    checks: [
      "Four tasks, three schedules, equal steps: training them one after the other must lose 0.2 nat on the first task relative to this schedule.",
      "The gap to training all at once is small in the paper too, so only its sign is reported.",
    ],
  },
  diagram: [
    { label: "Text + task embedding", kind: "input" },
    { label: "Shared encoder", kind: "encoder" },
    { label: "Old tasks, rehearsed", kind: "objective" },
    { label: "New task of this stage", kind: "objective", from: [1] },
    { label: "Losses of all tasks so far", kind: "loss", from: [2, 3] },
  ],
};
