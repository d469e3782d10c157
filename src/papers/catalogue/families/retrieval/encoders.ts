/** Papers of the family "retrieval" on encoders that search by one vector a text: their size, their pre-training. */
import type { Paper } from "../../family.ts";

export const gtr: Paper = {
  slug: "gtr",
  arxiv: "2112.07899",
  title: "Large Dual Encoders Are Generalizable Retrievers",
  authors: ["Jianmo Ni", "Chen Qu", "Jing Lu", "Zhuyun Dai", "Gustavo Hernández Ábrego", "Ji Ma", "Vincent Zhao", "Yi Luan", "Keith B. Hall", "Ming-wei Chang", "Yinfei Yang"],
  year: 2022,
  venue: "EMNLP",
  code: "https://github.com/google-research/t5x_retrieval",
  keywords: ["dense retrieval", "dual encoder", "t5 encoder", "domain generalization", "beir", "model scaling"],
  modality: ["text"],
  card: {
    problem: [
      "A dual encoder trained on one kind of text often retrieves poorly on another.",
      "The blame usually falls on the narrow end: a query and a passage meet only in a dot product of two vectors.",
    ],
    idea: [
      "Test the blame by experiment: grow the encoder and leave the vector as it is.",
      "One T5 encoder serves queries and passages; its token states are averaged, projected to 768 numbers and normalised, at every model size.",
      "Training has two stages, a huge set of question-answer pairs first and web search with hard negatives second.",
      "If the vector were the bottleneck, the larger models would gain nothing.",
      "They do gain, and most of all on domains they were never tuned for.",
    ],
    claims: [
      "Recall at 100 on BEIR, MS MARCO left out, rises from 58.0 to 61.9 between the base and the XXL model; on MS MARCO itself from 89.8 to 91.6.",
      "On BEIR it beats earlier sparse and dense retrievers significantly.",
      "A tenth of the supervised data is enough for the best results out of domain.",
    ],
    checks: [
      "Three encoder sizes share a 48-number vector: the large one must lead the small one by three nDCG points on foreign domains, with BM25 printed beside them.",
      "The relative gain abroad must be at least the gain at home, and a tenth of the pairs must come within two points of all.",
    ],
  },
  diagram: [
    { label: "Query", kind: "input" },
    { label: "Passage", kind: "input" },
    { label: "Shared T5 encoder, any size", kind: "encoder", from: [0, 1] },
    { label: "Vector of fixed width", kind: "encoder" },
    { label: "Match within the batch", kind: "objective" },
    { label: "Softmax both ways", kind: "loss" },
    { label: "Index of passages", kind: "output", from: [3] },
  ],
};

export const dupmae: Paper = {
  slug: "dupmae",
  arxiv: "2211.08769",
  title: "RetroMAE v2: Duplex Masked Auto-Encoder For Pre-Training Retrieval-Oriented Language Models",
  authors: ["Shitao Xiao", "Zheng Liu"],
  year: 2022,
  code: "https://github.com/staoxiao/RetroMAE",
  keywords: ["dense retrieval", "masked autoencoder", "retrieval pre-training", "bag of words", "bert", "beir"],
  modality: ["text"],
  card: {
    problem: ["Pre-training for search concentrates on one summary token and wastes what the other token states know about the text."],
    idea: [
      "Let the summary token and the ordinary tokens each carry a task of their own.",
      "From the summary alone, a decoder one layer deep has to recover the whole sentence; so weak a decoder leaves the work to the encoder.",
      "Each decoded word sees a different random half of the others, so every word gives a training signal, not only the masked ones.",
      "The ordinary tokens must together name the words of the sentence, as a bag without order, by the maximum over their vocabulary scores.",
      "For search the two are joined: a shortened dense vector and a sparse list of the strongest words.",
    ],
    claims: [
      "The mean BEIR score is 0.491, against 0.452 for the first RetroMAE and 0.371 for BERT.",
      "Results improve on both MS MARCO and BEIR, for the price of a decoder of a single layer during pre-training.",
    ],
    checks: [
      "After equal steps of pre-training and the same fine-tuning, rebuilding from the summary must lead plain word masking by two nDCG points.",
      "The bag-of-words task must add to that in zero-shot search and on foreign domains.",
    ],
  },
  diagram: [
    { label: "Sentence, 30 % masked", kind: "input" },
    { label: "BERT encoder", kind: "encoder" },
    { label: "Summary token", kind: "encoder" },
    { label: "One-layer decoder", kind: "decoder" },
    { label: "Word scores of other tokens", kind: "decoder", from: [1] },
    { label: "Rebuild every word", kind: "objective", from: [3] },
    { label: "Name the bag of words", kind: "objective", from: [4] },
    { label: "Sum of the losses", kind: "loss", from: [5, 6] },
  ],
};

export const master: Paper = {
  slug: "master",
  arxiv: "2212.07841",
  title: "MASTER: Multi-task Pre-trained Bottlenecked Masked Autoencoders are Better Dense Retrievers",
  authors: ["Kun Zhou", "Xiao Liu", "Yeyun Gong", "Wayne Xin Zhao", "Daxin Jiang", "Nan Duan", "Ji-Rong Wen"],
  year: 2023,
  venue: "ECML-PKDD",
  code: "https://github.com/microsoft/SimXNS",
  keywords: ["dense retrieval", "multi-task pre-training", "bottleneck autoencoder", "masked language model", "passage embedding", "hard negatives"],
  modality: ["text"],
  card: {
    problem: ["Many pre-training tasks help dense retrieval, but each comes with its own input format and loss, so nobody could simply add them up."],
    idea: [
      "Rewrite every task as the same game: a small decoder must fill in a heavily masked text, and its only hint is the vector the encoder made of the passage.",
      "Five such decoders hang on one encoder.",
      "Two restore the passage itself, one of them exactly the words the encoder could see; one restores the other half of a split passage; one a set of queries for it, one its continuation by a language model.",
      "No decoder has more than two layers, so the missing knowledge has to travel through that single vector.",
      "What is left in it describes the passage, its neighbours and what a language model would make of it.",
    ],
    claims: [
      "Dense retrievers started from this model outperform competing pre-training methods.",
      "Three kinds of task are joined: recovering the corrupted passage, related passages and the outputs of language models.",
    ],
    checks: [
      "All five tasks against masked language modelling at equal FLOPs: nDCG after the same fine-tuning must be two points higher.",
      "They must also beat the best single task by half a point.",
    ],
  },
  diagram: [
    { label: "Passage", kind: "input" },
    { label: "Deep shared encoder", kind: "encoder" },
    { label: "One vector as bottleneck", kind: "memory" },
    { label: "Masked related text", kind: "input" },
    { label: "Five shallow decoders", kind: "decoder", from: [2, 3] },
    { label: "Fill in five texts", kind: "objective" },
    { label: "Sum of cross-entropies", kind: "loss" },
  ],
};

export const universalEmbedders: Paper = {
  slug: "universal-embedders",
  arxiv: "2310.08232",
  title: "Language Models are Universal Embedders",
  authors: ["Xin Zhang", "Zehan Li", "Yanzhao Zhang", "Dingkun Long", "Pengjun Xie", "Meishan Zhang", "Min Zhang"],
  year: 2023,
  keywords: ["text embedding", "decoder language model", "multilingual retrieval", "code search", "bitfit", "contrastive learning"],
  modality: ["text", "code"],
  card: {
    problem: ["Search, memory for language models and moderation each use embedders of their own, and a new language or a programming language calls for yet another."],
    idea: [
      "Start from a decoder that already read many natural and programming languages.",
      "Frame each text with role tokens and take the last state, at the closing token, as its vector: under causal attention it is the one place that has read everything.",
      "Then tune contrastively on a modest number of English pairs, changing only the bias terms.",
      "So little is changed that the languages stay aligned as pre-training left them, and what was learned in English carries over to texts without any labels.",
    ],
    claims: [
      "On the English MTEB benchmark the models are competitive after little training data.",
      "In multilingual classification and code search, without any supervision there, they match or pass heavily supervised models and commercial APIs.",
      "Biases are 0.049 % of the parameters of BLOOM-560M.",
    ],
    checks: [
      "English-only tuning must lift recall at 10 on Danish, German, French and Italian queries by ten points over the untuned decoder.",
      "A decoder that grew up on English alone gets the same tuning and must stay ten points behind; tuning biases must keep nine tenths of full tuning.",
    ],
  },
  diagram: [
    { label: "Text with role tokens", kind: "input" },
    { label: "Multilingual causal decoder", kind: "encoder" },
    { label: "State of the closing token", kind: "encoder" },
    { label: "Match English pairs", kind: "objective" },
    { label: "InfoNCE, biases only", kind: "loss" },
    { label: "Vector for any language", kind: "output", from: [2] },
  ],
};
