/** Papers of the family "retrieval" in which a fast bi-encoder is taught by a better judge, or tuned by small modules. */
import type { Paper } from "../../family.ts";

export const transEncoder: Paper = {
  slug: "trans-encoder",
  arxiv: "2109.13059",
  title: "Trans-Encoder: Unsupervised sentence-pair modelling through self- and mutual-distillations",
  authors: ["Fangyu Liu", "Yunlong Jiao", "Jordan Massiah", "Emine Yilmaz", "Serhii Havrylov"],
  year: 2022,
  venue: "ICLR",
  code: "https://github.com/amzn/trans-encoder",
  keywords: ["sentence similarity", "self-distillation", "bi-encoder", "cross-encoder", "unsupervised learning", "simcse"],
  modality: ["text"],
  card: {
    problem: [
      "Reading two sentences together gives the better similarity, but such cross-encoders need labels.",
      "Encoding them apart works without labels and costs accuracy.",
    ],
    idea: [
      "Let one language model play both parts in turn and grade its own homework.",
      "An unsupervised bi-encoder scores unlabelled pairs; a cross-encoder learns from those scores; its scores in turn train the next bi-encoder.",
      "The cross-encoder can improve on its teacher because its attention compares the sentences word by word, which the teacher could not.",
      "Losses differ on purpose: cross-entropy on the way up tolerates a noisy teacher, squared error on the way down copies a good one.",
      "Two different language models may run side by side and average their labels, so that one corrects the habits of the other.",
    ],
    claims: [
      "On sentence similarity benchmarks both forms gain as much as 5 % on SimCSE and Mirror-BERT.",
      "From SimCSE with BERT-base at 76.21, the mean over the similarity tasks climbs to 80.41 as a bi-encoder and 79.90 as a cross-encoder.",
      "The authors know of no earlier cross-encoder trained without any labels.",
    ],
    checks: [
      "Two cycles on unlabelled pairs of dictionary glosses: the bi-encoder's Spearman correlation must pass a SimCSE model trained for as many steps by two points.",
    ],
  },
  diagram: [
    { label: "Unlabelled sentence pairs", kind: "input" },
    { label: "Bi-encoder", kind: "encoder" },
    { label: "Cosines as labels", kind: "objective" },
    { label: "Cross-encoder", kind: "encoder", from: [0, 2] },
    { label: "Its scores as labels", kind: "objective" },
    { label: "Next bi-encoder", kind: "encoder", from: [0, 4] },
    { label: "Embedder and reranker", kind: "output", from: [3, 5] },
  ],
};

export const augmentedSbert: Paper = {
  slug: "augmented-sbert",
  arxiv: "2010.08240",
  title: "Augmented SBERT: Data Augmentation Method for Improving Bi-Encoders for Pairwise Sentence Scoring Tasks",
  authors: ["Nandan Thakur", "Nils Reimers", "Johannes Daxenberger", "Iryna Gurevych"],
  year: 2021,
  venue: "NAACL",
  code: "https://github.com/UKPLab/sentence-transformers",
  keywords: ["data augmentation", "bi-encoder", "cross-encoder", "silver labels", "domain adaptation", "sentence similarity"],
  modality: ["text"],
  card: {
    problem: [
      "Bi-encoders are fast enough to use and hungry for labelled pairs.",
      "Cross-encoders learn from a few hundred, then prove too slow to deploy.",
    ],
    idea: [
      "Spend the slow model's skill once, as an annotator.",
      "A cross-encoder is trained on the small gold set and then scores new pairs made by recombining its sentences; gold and silver pairs together train the fast model.",
      "Which pairs to score decides everything, for random sentences rarely have anything in common.",
      "The paper compares lexical neighbours, semantic neighbours and a density rule that makes the silver scores follow the distribution of the gold ones.",
      "The same recipe moves to a new domain: the teacher labels target pairs and the student sees nothing else.",
    ],
    claims: [
      "Within a domain the bi-encoder gains up to 6 points.",
      "Adapted to another domain it gains up to 37 points.",
      "How pairs are sampled is crucial; picking them at random is the weak choice.",
    ],
    checks: [
      "With 600 gold pairs, the better of BM25 and density sampling must lift Spearman two points over gold alone and one over random pairs.",
      "Synonym replacement is the rival augmentation, the cross-encoder the upper reference.",
      "Moved to another domain, the student must gain five points of average precision.",
    ],
  },
  diagram: [
    { label: "Few labelled pairs", kind: "input" },
    { label: "Cross-encoder", kind: "encoder" },
    { label: "Recombine and sample pairs", kind: "procedure", from: [0] },
    { label: "Silver scores", kind: "objective", from: [1, 2] },
    { label: "Bi-encoder", kind: "encoder", from: [0, 3] },
    { label: "Squared error of cosines", kind: "loss" },
  ],
};

export const bertChatbotDistillation: Paper = {
  slug: "bert-chatbot-distillation",
  arxiv: "2004.11045",
  title: "Distilling Knowledge for Fast Retrieval-based Chat-bots",
  authors: ["Amir Vakili Tahami", "Kamyar Ghajar", "Azadeh Shakery"],
  year: 2020,
  venue: "SIGIR",
  code: "https://github.com/kamyarghajar/DistilledNeuralResponseRanker",
  keywords: ["response selection", "chat-bot", "knowledge distillation", "bi-encoder", "cross-encoder", "customer support"],
  modality: ["text"],
  card: {
    problem: ["A support bot must choose among thousands of stored answers at once; the models that choose well read the conversation together with every single one."],
    idea: [
      "First build a teacher that is easier to imitate than a full cross-encoder.",
      "It encodes conversation and answer apart and lets them attend to each other only once, at the top, where each side is rewritten in words of the other and compared by difference and product.",
      "A student with the same encoder keeps one vector a side and their dot product.",
      "It copies the teacher's raw scores for every pair in the batch, not just the right ones, so it learns how wrong each wrong answer is.",
      "Answers can then be indexed in advance.",
    ],
    claims: [
      "Distillation raises the bi-encoder's ranking quality and leaves its inference cost as it was.",
      "The effect is analysed on three response retrieval datasets.",
    ],
    checks: [
      "Picking the true next sentence out of ten: the distilled student must beat the same student without a teacher by 1.5 points of recall at 1.",
      "If the teacher does not lead that plain student by three points, the premise is reported as failed.",
    ],
  },
  diagram: [
    { label: "Conversation", kind: "input" },
    { label: "Candidate answers", kind: "input" },
    { label: "Teacher, attention on top", kind: "encoder", from: [0, 1] },
    { label: "Student, two vectors", kind: "encoder", from: [0, 1] },
    { label: "Copy all pair scores", kind: "objective", from: [2, 3] },
    { label: "Match loss + score error", kind: "loss" },
    { label: "Answer from an index", kind: "output", from: [3] },
  ],
};

export const semiSiamese: Paper = {
  slug: "semi-siamese",
  arxiv: "2110.14943",
  title: "Semi-Siamese Bi-encoder Neural Ranking Model Using Lightweight Fine-Tuning",
  authors: ["Euna Jung", "Jaekeol Choi", "Wonjong Rhee"],
  year: 2022,
  venue: "WWW",
  code: "https://github.com/xlpczv/Semi_Siamese",
  keywords: ["bi-encoder", "lora", "prefix tuning", "parameter-efficient tuning", "neural ranking", "colbert"],
  modality: ["text"],
  card: {
    problem: [
      "Queries are three words, documents three pages, and a siamese encoder treats them alike.",
      "Two separate encoders overfit the few labels there are.",
    ],
    idea: [
      "Freeze BERT and let queries and documents differ by a sliver.",
      "With low-rank adapters, both sides share the change of the attention query and own a change of the attention value; with prefixes, each side adds its own part to a common one.",
      "Little freedom means little to overfit, yet enough to tell a query from a document.",
      "The frozen backbone has a second use: it keeps what pre-training taught, which full fine-tuning on a small ranking set tends to erode.",
    ],
    claims: [
      "Lightweight tuning and semi-siamese weights both help BERT bi-encoders considerably, with TwinBERT and ColBERT heads on Robust04, ClueWeb09b and MS MARCO.",
      "Lightweight tuning improves the cross-encoder monoBERT too.",
      "Side-specific value adapters of rank 16 come to 884,736 trained parameters in BERT-base, where shared ones take 589,824.",
    ],
    checks: [
      "With 400 training queries on a frozen encoder, low-rank tuning may trail full tuning by half a point of nDCG at most.",
      "Semi-siamese adapters must beat shared ones by half a point on one head at least, and fully separate ones must not beat them.",
    ],
  },
  diagram: [
    { label: "Query", kind: "input" },
    { label: "Document", kind: "input" },
    { label: "Frozen BERT + query adapter", kind: "encoder", from: [0] },
    { label: "Frozen BERT + document adapter", kind: "encoder", from: [1] },
    { label: "Late score", kind: "decoder", from: [2, 3] },
    { label: "Relevant over irrelevant", kind: "objective" },
    { label: "Pairwise softmax loss", kind: "loss" },
  ],
};
