/** Papers of the family "crosslingual" about how languages come to share a space. */
import type { Paper } from "../../family.ts";

export const dap: Paper = {
  slug: "dap",
  arxiv: "2305.09148",
  title: "Dual-Alignment Pre-training for Cross-lingual Sentence Embedding",
  authors: ["Ziheng Li", "Shaohan Huang", "Zihan Zhang", "Zhi-Hong Deng", "Qiang Lou", "Haizhen Huang", "Jian Jiao", "Furu Wei", "Weiwei Deng", "Qi Zhang"],
  year: 2023,
  venue: "ACL",
  code: "https://github.com/ChillingDream/DAP",
  keywords: ["sentence embeddings", "cross-lingual retrieval", "dual encoder", "bitext mining", "translation ranking"],
  modality: ["text"],
  card: {
    problem: [
      "Cross-lingual sentence embeddings are trained by ranking translations of whole sentences.",
      "The words inside are left unaligned, and the usual remedy costs an extra pass through the model.",
    ],
    idea: [
      "Keep the ranking and add one cheap task.",
      "From the token states of the foreign sentence alone, a two-layer head must rebuild the entire English translation.",
      "The sentence vector is hidden from this head, so the tokens themselves must carry the translation.",
      "It reuses the states already computed, so no second encoding is needed.",
      "In use only the encoder remains.",
    ],
    claims: [
      "Sentence embeddings improve significantly on three cross-lingual benchmarks.",
      "Reconstruction suits a dual encoder better than masked translation pairs and costs less.",
    ],
    checks: [
      "Ranking alone, ranking with masked pairs, and ranking with reconstruction are compared in retrieval, including between two languages never paired in training.",
      "Seconds and FLOPs per step are part of the verdict.",
      "Changing the sentence vector must leave the reconstruction loss unchanged.",
    ],
  },
  diagram: [
    { label: "Foreign sentence", kind: "input" },
    { label: "English translation", kind: "input" },
    { label: "Shared encoder", kind: "encoder", from: [0, 1] },
    { label: "Rank the translation", kind: "loss" },
    { label: "Two-layer rebuild head", kind: "decoder", from: [2] },
    { label: "Rebuild every English word", kind: "loss", from: [1, 4] },
    { label: "Sentence embedding", kind: "output", from: [2] },
  ],
};

export const prealign: Paper = {
  slug: "prealign",
  arxiv: "2407.16222",
  title: "PreAlign: Boosting Cross-Lingual Transfer by Early Establishment of Multilingual Alignment",
  authors: ["Jiahuan Li", "Shujian Huang", "Xinyu Dai", "Jiajun Chen"],
  year: 2024,
  venue: "EMNLP",
  code: "https://github.com/Saltychtao/PreAlign",
  keywords: ["multilingual language model", "early alignment", "code-switching", "dictionary", "cross-lingual transfer"],
  modality: ["text"],
  card: {
    problem: [
      "Language models align their languages by accident and late.",
      "What they read in English before that point does not help the others.",
    ],
    idea: [
      "Align first, then read.",
      "A dictionary gives word pairs; before pre-training, the fresh model is trained to represent both words alike at every layer and in the output table.",
      "A language-model loss beside it keeps the vectors from collapsing.",
      "During pre-training a few input words are replaced by translations while the model still predicts the original next word, so the bond does not fade.",
      "To see the effect cleanly, the paper also uses a copy of English with other symbols.",
    ],
    claims: [
      "In the cloned-English setting it clearly beats joint training in perplexity, in zero-shot transfer, and in using facts read in the other language.",
      "Tests on real languages and several model sizes agree.",
    ],
    checks: [
      "Joint training, alignment first, and word swapping alone get equal total budgets.",
      "Invented facts are written in English only and asked in the clone.",
      "With the dictionary covering a quarter of the words, unseen words are scored apart.",
    ],
  },
  diagram: [
    { label: "Word dictionary", kind: "input" },
    { label: "Fresh language model", kind: "decoder" },
    { label: "Same vectors at every layer", kind: "loss" },
    { label: "Text in both languages", kind: "input" },
    { label: "Swap a few input words", kind: "procedure", from: [0, 3] },
    { label: "Aligned language model", kind: "decoder", from: [1, 4] },
    { label: "Predict the original word", kind: "loss" },
    { label: "Knowledge across languages", kind: "output", from: [5] },
  ],
};

export const hyperpolyglot: Paper = {
  slug: "hyperpolyglot",
  arxiv: "2311.18034",
  title: "Hyperpolyglot LLMs: Cross-Lingual Interpretability in Token Embeddings",
  authors: ["Andrea W Wen-Yi", "David Mimno"],
  year: 2023,
  venue: "EMNLP",
  code: "https://github.com/andreawwenyi/hyperpolyglot",
  keywords: ["interpretability", "token embeddings", "writing systems", "multilingual model", "nearest neighbors"],
  modality: ["text"],
  card: {
    problem: [
      "Most studies look at what happens deep inside multilingual models.",
      "The input table, where each token gets its first vector, is mostly ignored.",
    ],
    idea: [
      "Look only at the table.",
      "Sort tokens by writing system and ask whether a straight cut separates one from the rest.",
      "Then list each token's fifty nearest neighbours and count the writing systems among them, and how many are translations.",
      "Families of models turn out to organise the table on different principles.",
    ],
    claims: [
      "In XLM-RoBERTa a linear cut separates writing systems with 99.2% accuracy on average.",
      "In mT5 the fifty neighbours of a token come from 7.61 writing systems on average and are often translations, though no parallel text was used.",
    ],
    checks: [
      "Two small models share one body and differ in pre-training, hidden words or restored spans; the same probes run on both.",
      "A table built by hand must give known answers, and shuffled labels must give 50%.",
      "Rotating the table must change no result.",
    ],
  },
  diagram: [
    { label: "Embedding table", kind: "input" },
    { label: "Sort tokens by script", kind: "procedure" },
    { label: "Separate scripts linearly", kind: "procedure", from: [0, 1] },
    { label: "Find 50 neighbours", kind: "procedure", from: [0, 1] },
    { label: "Does it encode script?", kind: "output", from: [2] },
    { label: "Does it encode meaning?", kind: "output", from: [3] },
  ],
};

export const crossLingualAlignmentSurvey: Paper = {
  slug: "cross-lingual-alignment-survey",
  arxiv: "2404.06228",
  title: "Understanding Cross-Lingual Alignment -- A Survey",
  authors: ["Katharina Hämmerl", "Jindřich Libovický", "Alexander Fraser"],
  year: 2024,
  venue: "ACL Findings",
  keywords: ["survey", "cross-lingual alignment", "multilingual encoders", "language-neutral representations", "evaluation"],
  modality: ["text"],
  card: {
    problem: [
      "Dozens of papers claim better alignment across languages, and they do not mean the same thing by it.",
    ],
    idea: [
      "The survey orders the methods: by data needed, by level, by the moment they are applied.",
      "It separates two ideas of being aligned.",
      "Either a translation is closer than other sentences, or the languages share a subspace that a simple map reveals.",
      "It then asks what carries over to models that write.",
      "Its thesis: the aim is not to erase language, but to balance what is shared with what is particular.",
    ],
    claims: [
      "It offers a taxonomy of methods and sums up, in words rather than one table, what a large body of papers found.",
      "An effective trade-off between neutral and specific information is what matters, for encoders and decoders alike.",
    ],
    checks: [
      "One kit measures weak and strong alignment, subspace similarity and how well a probe names the language, on every cached checkpoint of the family.",
      "The measures are ranked by how well they foretell transfer.",
      "Removing more and more language information should help first and then hurt.",
    ],
  },
  diagram: [
    { label: "Translation pairs", kind: "input" },
    { label: "Any multilingual model", kind: "encoder" },
    { label: "Remove language directions", kind: "procedure" },
    { label: "Measure closeness", kind: "procedure", from: [1, 2] },
    { label: "Measure shared subspace", kind: "procedure", from: [1, 2] },
    { label: "Which measure predicts transfer", kind: "output", from: [3, 4] },
  ],
};

export const crossLingualSupervision: Paper = {
  slug: "cross-lingual-supervision",
  arxiv: "2305.11778",
  title: "Cross-Lingual Supervision improves Large Language Models Pre-training",
  authors: ["Andrea Schioppa", "Xavier Garcia", "Orhan Firat"],
  year: 2023,
  keywords: ["language model pre-training", "machine translation", "multi-armed bandit", "data mixing", "in-context learning"],
  modality: ["text"],
  card: {
    problem: [
      "Large language models read text without translations, translators train on nothing else.",
      "Mixing both may help, but searching the right ratio means pre-training again and again.",
    ],
    idea: [
      "Mix the two kinds of data in one pre-training and let the training itself set the ratio.",
      "Each step a bandit chooses: plain text or translation.",
      "Its reward is how much the step lowers the loss on fresh examples of both kinds.",
      "Each choice is drawn as often as its recent rewards deserve, since the usual bandits end up playing a single arm.",
    ],
    claims: [
      "Models pre-trained on the mixture learn better from examples in the prompt.",
      "The learnt ratio spares a grid search that would be far too costly at this size.",
    ],
    checks: [
      "Text only, fixed shares of translation, the paper's bandit and a standard one are compared at equal compute, reward measurements included.",
      "One-shot translation must rise while the language-model loss stays put.",
      "With constant rewards the sampler must settle at the shares worked out by hand.",
    ],
  },
  diagram: [
    { label: "Plain text", kind: "input" },
    { label: "Translation pairs", kind: "input" },
    { label: "Bandit picks the next batch", kind: "procedure", from: [0, 1] },
    { label: "Language model", kind: "decoder" },
    { label: "Next token", kind: "loss" },
    { label: "Drop in loss as reward", kind: "objective" },
    { label: "Update the shares", kind: "procedure" },
    { label: "Stronger in-context learner", kind: "output", from: [3, 6] },
  ],
};
