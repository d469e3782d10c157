/** Papers of the family "crosslingual" that adapt or compare multilingual encoders. */
import type { Paper } from "../../family.ts";

export const mt4crossoie: Paper = {
  slug: "mt4crossoie",
  arxiv: "2308.06552",
  title: "MT4CrossOIE: Multi-stage Tuning for Cross-lingual Open Information Extraction",
  authors: ["Tongliang Li", "Zixiang Wang", "Linzheng Chai", "Jian Yang", "Jiaqi Bai", "Yuwei Yin", "Jiaheng Liu", "Hongcheng Guo", "Liqun Yang", "Hebboul Zine el-abidine", "Zhoujun Li"],
  year: 2023,
  code: "https://github.com/CSJianYang/Multilingual-Multimodal-NLP",
  keywords: ["open information extraction", "mixture of loras", "multi-stage tuning", "cross-lingual transfer"],
  modality: ["text"],
  card: {
    problem: [
      "Pulling (subject, relation, object) triples out of text in many languages is done with one shared model.",
      "Shared weights leave little room for what is peculiar to each language.",
    ],
    idea: [
      "Tune in stages, so that shared and particular knowledge do not fight.",
      "First only the word embeddings move, then everything except them.",
      "Then the model is frozen and several small low-rank modules are added to its layers.",
      "A router looks at the sentence itself, not at a language label, and decides how much of each module to use.",
      "More data comes from a large language model that annotates raw sentences in two steps: predicates first, arguments second.",
    ],
    claims: [
      "Mixing several plug-in modules beats tuning the shared model in one go, across languages and benchmarks.",
      "The authors release OpenIE4++, a multilingual data set made by two-step prompting.",
    ],
    checks: [
      "One-stage tuning, the two stages, one low-rank module and six routed ones are compared by span F1 outside English, with equal steps.",
      "The router's choices must depend on the language, although it is never told which one it reads.",
      "At the start of the last stage the outputs must equal those of the stage before.",
    ],
  },
  diagram: [
    { label: "Sentence in any language", kind: "input" },
    { label: "Multilingual encoder", kind: "encoder" },
    { label: "Routed low-rank modules", kind: "encoder" },
    { label: "Predicate tagger", kind: "decoder" },
    { label: "Argument tagger", kind: "decoder", from: [2, 3] },
    { label: "Triples", kind: "output" },
  ],
};

export const encodersOnADiet: Paper = {
  slug: "encoders-on-a-diet",
  arxiv: "2404.05428",
  title: "Language Models on a Diet: Cost-Efficient Development of Encoders for Closely-Related Languages via Additional Pretraining",
  authors: ["Nikola Ljubešić", "Vít Suchomel", "Peter Rupnik", "Taja Kuzman", "Rik van Noord"],
  year: 2024,
  venue: "SIGUL",
  keywords: ["continued pre-training", "closely related languages", "south slavic", "encoder", "low compute"],
  modality: ["text"],
  card: {
    problem: [
      "Croatian, Serbian, Bosnian and Montenegrin need good encoders, and few groups can afford to train one from scratch.",
    ],
    idea: [
      "Treat the near-identical languages as one pool.",
      "Take an existing multilingual encoder and simply train it on, for a limited number of steps.",
      "Compare with dedicated models built from scratch, on names, sentiment and commonsense choice.",
      "Also add a neighbour, Slovenian, and see whether the pool suffers.",
      "Checkpoints along the way show when to stop.",
    ],
    claims: [
      "With limited compute, continued multilingual models match those made from scratch.",
      "A neighbouring language joins at little or no cost.",
    ],
    checks: [
      "On dialects made for the purpose, a general model, a dedicated one and three lengths of adaptation are compared, with FLOPs on every curve.",
      "A quarter of the dedicated model's compute must bring the adapted one within a point of it.",
      "Stopping and resuming must give the same numbers as one run.",
    ],
  },
  diagram: [
    { label: "Pool of related languages", kind: "input" },
    { label: "A neighbouring language", kind: "input" },
    { label: "Multilingual encoder", kind: "encoder", from: [0, 1] },
    { label: "Fill the gaps", kind: "loss" },
    { label: "Save checkpoints", kind: "procedure", from: [2] },
    { label: "When to stop", kind: "output" },
  ],
};

export const xglue: Paper = {
  slug: "xglue",
  arxiv: "2004.01401",
  title: "XGLUE: A New Benchmark Dataset for Cross-lingual Pre-training, Understanding and Generation",
  authors: ["Yaobo Liang", "Nan Duan", "Yeyun Gong", "Ning Wu", "Fenfei Guo", "Weizhen Qi", "Ming Gong", "Linjun Shou", "Daxin Jiang", "Guihong Cao", "Xiaodong Fan", "Bruce Zhang", "Rahul Agrawal", "Edward Cui", "Sining Wei", "Taroon Bharti", "Ying Qiao", "Jiun-Hung Chen", "Winnie Wu", "Shuguang Liu", "Fan Yang", "Rangan Majumder", "Ming Zhou"],
  year: 2020,
  venue: "EMNLP",
  code: "https://github.com/microsoft/XGLUE",
  keywords: ["benchmark", "cross-lingual understanding", "cross-lingual generation", "zero-shot transfer", "unicoder"],
  modality: ["text"],
  card: {
    problem: [
      "The common benchmark, GLUE, is labelled in English only and covers understanding, not writing.",
    ],
    idea: [
      "Collect eleven tasks, from tagging and questions to ad matching, web ranking and headline writing.",
      "Train on English only and test in as many languages as have labels.",
      "Each task is scored as the mean over its languages, so a model cannot hide behind English.",
      "A pre-trained encoder, Unicoder, is extended with generation as a baseline: it rebuilds a sentence from a noisy copy.",
    ],
    claims: [
      "Eleven tasks come with labelled data in several languages and cover both understanding and generation.",
      "The extended Unicoder is a strong baseline beside Multilingual BERT, XLM and XLM-R.",
    ],
    checks: [
      "Small versions of all eleven tasks run on cached encoders that differ only in pre-training.",
      "The report shows the mean and the gap between English and the rest.",
      "Ranking scores with ties must match values worked out by hand.",
    ],
  },
  diagram: [
    { label: "English training data", kind: "input" },
    { label: "Cross-lingual encoder", kind: "encoder" },
    { label: "Task head or decoder", kind: "decoder" },
    { label: "Test sets in many languages", kind: "input" },
    { label: "Score per language", kind: "procedure", from: [2, 3] },
    { label: "Mean and transfer gap", kind: "output" },
  ],
};
