/** Papers of the family "crosslingual" that pre-train multilingual encoders. */
import type { Paper } from "../../family.ts";

export const xlm: Paper = {
  slug: "xlm",
  arxiv: "1901.07291",
  title: "Cross-lingual Language Model Pretraining",
  authors: ["Guillaume Lample", "Alexis Conneau"],
  year: 2019,
  venue: "NeurIPS",
  code: "https://github.com/facebookresearch/XLM",
  keywords: ["cross-lingual pre-training", "masked language model", "translation language model", "machine translation", "zero-shot transfer"],
  modality: ["text"],
  card: {
    problem: [
      "Pre-training had transformed work on English, but each further language would need its own model and its own labelled data.",
    ],
    idea: [
      "One Transformer and one subword vocabulary serve all languages.",
      "On plain text it predicts the next or the hidden word, one language per batch, with rare languages drawn more often than their share.",
      "Where translations exist, a sentence and its translation are laid end to end and words are hidden on both sides.",
      "To fill a gap the model may look at the other language, so the two are pulled into one space.",
      "The same weights start the encoder and the decoder of a translator.",
    ],
    claims: [
      "On XNLI accuracy is 4.9 points above the previous best.",
      "Unsupervised German to English translation reaches 34.3 BLEU on WMT16, over 9 more than before.",
      "Supervised Romanian to English reaches 38.5 BLEU, over 4 more.",
    ],
    checks: [
      "From one checkpoint, more masked words are compared with the same number of steps with translation pairs mixed in, on retrieval and on tagging learnt in English only.",
      "A translator started from the pre-trained weights runs against one started at random.",
      "If the two halves of a pair must not see each other, the pair's loss must equal two separate ones.",
    ],
  },
  diagram: [
    { label: "Text in many languages", kind: "input" },
    { label: "Translation pairs", kind: "input" },
    { label: "Hide words on both sides", kind: "procedure", from: [0, 1] },
    { label: "One Transformer", kind: "encoder" },
    { label: "Restore the hidden words", kind: "loss" },
    { label: "Cross-lingual encoder", kind: "output", from: [3] },
    { label: "Start of a translator", kind: "output", from: [3] },
  ],
};

export const xlmRXl: Paper = {
  slug: "xlm-r-xl",
  arxiv: "2105.00572",
  title: "Larger-Scale Transformers for Multilingual Masked Language Modeling",
  authors: ["Naman Goyal", "Jingfei Du", "Myle Ott", "Giri Anantharaman", "Alexis Conneau"],
  year: 2021,
  venue: "RepL4NLP",
  code: "https://github.com/facebookresearch/fairseq",
  keywords: ["scaling", "multilingual encoder", "masked language model", "xlm-r", "low-resource languages"],
  modality: ["text"],
  card: {
    problem: [
      "Put a hundred languages into one encoder and each gets a thinner slice of it.",
      "Rich languages then do worse than in a model of their own.",
    ],
    idea: [
      "Ask whether size alone cures this.",
      "The recipe stays that of XLM-R: hidden words, no translations, a hundred languages.",
      "Two models grow to 3.5 and 10.7 billion parameters.",
      "To train so deep a stack, normalisation moves in front of each layer.",
    ],
    claims: [
      "The two models are on average 1.8 and 2.4 points above XLM-R on XNLI.",
      "They also pass English-only RoBERTa-Large by 0.3 points on several GLUE tasks, while covering 99 languages more.",
    ],
    checks: [
      "Three sizes train on five languages with corpus sizes from 100 to 1, beside an English-only model of middle size.",
      "The biggest must gain most on the smallest languages; the English gap is printed, not assumed.",
      "Parameter counts of the published shapes must come out at 3.5 and 10.7 billion without building them.",
    ],
  },
  diagram: [
    { label: "Text in 100 languages", kind: "input" },
    { label: "Sample rare languages more", kind: "procedure" },
    { label: "Hide words", kind: "procedure" },
    { label: "Very large encoder", kind: "encoder" },
    { label: "Fill the gaps", kind: "loss" },
    { label: "Transfer in every language", kind: "output", from: [3] },
  ],
};

export const infoxlm: Paper = {
  slug: "infoxlm",
  arxiv: "2007.07834",
  title: "InfoXLM: An Information-Theoretic Framework for Cross-Lingual Language Model Pre-Training",
  authors: ["Zewen Chi", "Li Dong", "Furu Wei", "Nan Yang", "Saksham Singhal", "Wenhui Wang", "Xia Song", "Xian-Ling Mao", "Heyan Huang", "Ming Zhou"],
  year: 2021,
  venue: "NAACL",
  code: "https://github.com/microsoft/unilm",
  keywords: ["cross-lingual pre-training", "contrastive learning", "mutual information", "momentum encoder", "multilingual embeddings"],
  modality: ["text"],
  card: {
    problem: [
      "Hidden-word training, with or without translations, works on single tokens.",
      "Nothing tells the model that two whole sentences mean the same.",
    ],
    idea: [
      "Read the existing losses as ways to raise mutual information between a text and its context.",
      "Seen so, a level is missing: a sentence and its translation are two views of one meaning.",
      "A contrastive loss pulls them together and pushes against a long queue of other sentences, kept by a slowly moving copy of the encoder.",
      "It acts on a middle layer rather than on the last one.",
      "Pairs are glued together in random order, because otherwise sentence length would give the answer away.",
    ],
    claims: [
      "The XNLI average rises from 75.0 for XLM-R base to 76.5.",
      "Other cross-lingual benchmarks show considerable gains as well.",
    ],
    checks: [
      "The two token losses compete with all three, at equal total compute, in retrieval at every layer, tagging and inference.",
      "A run without gluing shows what the length shortcut is worth.",
      "The slow copy must receive no gradient at all.",
    ],
  },
  diagram: [
    { label: "Monolingual text", kind: "input" },
    { label: "Translation pairs", kind: "input" },
    { label: "Glue pairs, random order", kind: "procedure" },
    { label: "Encoder", kind: "encoder", from: [0, 2] },
    { label: "Queue from a slow copy", kind: "memory", from: [2] },
    { label: "Hidden words", kind: "loss", from: [3] },
    { label: "Match the translation", kind: "loss", from: [3, 4] },
    { label: "Cross-lingual embeddings", kind: "output", from: [3] },
  ],
};

export const xlmAlign: Paper = {
  slug: "xlm-align",
  arxiv: "2106.06381",
  title: "Improving Pretrained Cross-Lingual Language Models via Self-Labeled Word Alignment",
  authors: ["Zewen Chi", "Li Dong", "Bo Zheng", "Shaohan Huang", "Xian-Ling Mao", "Heyan Huang", "Furu Wei"],
  year: 2021,
  venue: "ACL",
  code: "https://github.com/CZWin32768/XLM-Align",
  keywords: ["word alignment", "cross-lingual pre-training", "pointer network", "optimal transport", "expectation maximization"],
  modality: ["text"],
  card: {
    problem: [
      "Training on translation pairs tells a model that two sentences match, not which word matches which.",
    ],
    idea: [
      "Let the model label the word alignments itself, then learn from its own labels.",
      "First it reads the untouched pair, and optimal transport over the similarities of words gives an alignment.",
      "Then words are masked on both sides, and for each masked word a pointer must find its partner in the other sentence.",
      "Better representations give better labels, and better labels give better representations.",
      "The two steps alternate in every batch.",
    ],
    claims: [
      "The XTREME average rises from 66.4 for XLM-R base to 68.9, and tasks that judge single tokens gain most.",
      "The trained model also serves as a word aligner with low error.",
    ],
    checks: [
      "Training on pairs goes on with and without the pointer task, on languages that reorder words, and is scored against gold alignments.",
      "The model's own labels must get better during training.",
      "The pointer must put no weight outside the other sentence.",
    ],
  },
  diagram: [
    { label: "Translation pair", kind: "input" },
    { label: "Encoder reads it whole", kind: "encoder" },
    { label: "Align words by transport", kind: "procedure" },
    { label: "Mask words", kind: "procedure", from: [0] },
    { label: "Same encoder, masked", kind: "encoder" },
    { label: "Point to the partner", kind: "loss", from: [2, 4] },
    { label: "Token-level transfer", kind: "output", from: [4] },
    { label: "Word aligner", kind: "output", from: [2] },
  ],
};

export const langsamp: Paper = {
  slug: "langsamp",
  arxiv: "2409.18199",
  title: "LangSAMP: Language-Script Aware Multilingual Pretraining",
  authors: ["Yihong Liu", "Haotian Ye", "Chunlan Ma", "Mingyang Wang", "Hinrich Schütze"],
  year: 2024,
  code: "https://github.com/cisnlp/LangSAMP",
  keywords: ["multilingual pre-training", "language embeddings", "script embeddings", "low-resource languages", "xlm-r"],
  modality: ["text"],
  card: {
    problem: [
      "Multilingual models dropped language embeddings so that they need no language label in use.",
      "Now every word vector must also carry which language it belongs to, which can pull translations apart.",
    ],
    idea: [
      "Give the label back, but only where it does no harm.",
      "A vector for the language and one for the script are added to the encoder's output, just before the layer that guesses the hidden word.",
      "The guess has to be in the right language; the encoder no longer needs to be.",
      "After pre-training the two tables are dropped together with the guessing layer, so nobody has to name a language.",
      "As a by-product, similar rows of the language table suggest which language to borrow training data from.",
    ],
    claims: [
      "Continued on more than 500 languages from XLM-R, it beats the same training without the tables throughout.",
      "The learnt tables capture languages and scripts and help to choose source languages for transfer.",
    ],
    checks: [
      "Plain continuation, the tables at the output, and a language vector at the input are compared on emoji names in twenty languages.",
      "The encoder's output must not change with the language label.",
      "Donor languages proposed by the table are compared with measured transfer.",
    ],
  },
  diagram: [
    { label: "Sentence with gaps", kind: "input" },
    { label: "Multilingual encoder", kind: "encoder" },
    { label: "Language and script labels", kind: "input" },
    { label: "Language and script vectors", kind: "memory" },
    { label: "Word prediction head", kind: "decoder", from: [1, 3] },
    { label: "Fill the gaps", kind: "loss" },
    { label: "Label-free encoder", kind: "output", from: [1] },
  ],
};
