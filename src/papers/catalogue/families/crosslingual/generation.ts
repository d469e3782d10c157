/** Papers of the family "crosslingual" that write in many languages. */
import type { Paper } from "../../family.ts";

export const deltalm: Paper = {
  slug: "deltalm",
  arxiv: "2106.13736",
  title: "DeltaLM: Encoder-Decoder Pre-training for Language Generation and Translation by Augmenting Pretrained Multilingual Encoders",
  authors: ["Shuming Ma", "Li Dong", "Shaohan Huang", "Dongdong Zhang", "Alexandre Muzio", "Saksham Singhal", "Hany Hassan Awadalla", "Xia Song", "Furu Wei"],
  year: 2021,
  code: "https://github.com/microsoft/unilm",
  keywords: ["encoder-decoder", "multilingual generation", "machine translation", "span corruption", "weight initialization"],
  modality: ["text"],
  card: {
    problem: [
      "Good multilingual encoders exist, but an encoder cannot write.",
      "A decoder added from scratch leaves half of the model untrained.",
    ],
    idea: [
      "See the decoder as a task layer on top of the encoder, and build it from the encoder's own layers.",
      "Each decoder layer interleaves self-attention, a feed-forward part, cross-attention and a second feed-forward part.",
      "That is exactly two encoder layers, so odd layers fill the first half and even layers the second.",
      "A short pre-training then restores missing spans in one language, and in a translation pair laid end to end.",
    ],
    claims: [
      "It beats strong baselines on translation, summarisation, data-to-text and question generation.",
      "It learns from monolingual and bilingual text alike.",
    ],
    checks: [
      "The interleaved start is compared with the same shape started at random, and an ordinary decoder whose self-attention is copied and cross-attention is random.",
      "With the causal mask lifted and its own states as memory, the decoder must reproduce the encoder it was cut from.",
    ],
  },
  diagram: [
    { label: "Text with missing spans", kind: "input" },
    { label: "Pre-trained encoder", kind: "encoder" },
    { label: "Copy its layers in pairs", kind: "procedure" },
    { label: "Interleaved decoder", kind: "decoder", from: [1, 2] },
    { label: "Write the missing spans", kind: "loss" },
    { label: "Translation or summary", kind: "output", from: [3] },
  ],
};

export const csr4mbart: Paper = {
  slug: "csr4mbart",
  arxiv: "2204.07834",
  title: "Bridging Cross-Lingual Gaps During Leveraging the Multilingual Sequence-to-Sequence Pretraining for Text Generation and Understanding",
  authors: ["Changtong Zan", "Liang Ding", "Li Shen", "Yu Cao", "Weifeng Liu", "Dacheng Tao"],
  year: 2022,
  code: "https://github.com/zanchangtong/CSR4mBART",
  keywords: ["mbart", "code-switching", "machine translation", "lexicon induction", "fine-tuning gap"],
  modality: ["text"],
  card: {
    problem: [
      "mBART learns from 25 languages one at a time, then is tuned on one pair.",
      "Both the texts and the exercise change overnight.",
    ],
    idea: [
      "Put a short stage in between.",
      "From the texts of the task itself, a small dictionary is induced without any supervision, by rotating one set of word vectors onto the other.",
      "Some words of a sentence are swapped for dictionary translations, and the model must restore the original.",
      "It learns which words correspond, in the domain it will be used in, and it never meets a blank symbol it would not see later.",
      "Ordinary fine-tuning follows with a fresh optimiser.",
    ],
    claims: [
      "It beats ordinary mBART fine-tuning on 12 two-language translation tasks and 30 zero-shot ones.",
      "It also helps two cross-lingual summarisation and seven inference tasks.",
      "Sentences and their translations move closer together, at trivial cost.",
    ],
    checks: [
      "Fine-tuning alone and the extra stage plus shorter fine-tuning get the same number of updates.",
      "BLEU both ways, an unseen direction and the distance between translations are measured.",
      "A dictionary that maps each word to itself must turn the stage into plain copying.",
    ],
  },
  diagram: [
    { label: "Texts of the task", kind: "input" },
    { label: "Induce a small dictionary", kind: "procedure" },
    { label: "Swap some words", kind: "procedure", from: [0, 1] },
    { label: "mBART encoder", kind: "encoder" },
    { label: "mBART decoder", kind: "decoder" },
    { label: "Restore the sentence", kind: "loss" },
    { label: "Fine-tuned translator", kind: "output", from: [4] },
  ],
};

export const crosssum: Paper = {
  slug: "crosssum",
  arxiv: "2112.08804",
  title: "CrossSum: Beyond English-Centric Cross-Lingual Abstractive Text Summarization for 1500+ Language Pairs",
  authors: ["Abhik Bhattacharjee", "Tahmid Hasan", "Wasi Uddin Ahmad", "Yuan-Fang Li", "Yong-bin Kang", "Rifat Shahriyar"],
  year: 2023,
  venue: "ACL",
  code: "https://github.com/csebuetnlp/CrossSum",
  keywords: ["summarization", "cross-lingual", "dataset", "evaluation metric", "data sampling", "low-resource"],
  modality: ["text"],
  card: {
    problem: [
      "Summarising an article in another language is studied mainly into or out of English.",
      "For most pairs there is neither data nor a way to score the result.",
    ],
    idea: [
      "News services publish one story in several languages without saying so.",
      "Embed the summaries, and link two articles whose summaries are mutually nearest.",
      "Chains of links add further pairs, and a chain never crosses from training to test.",
      "In training each large batch fixes one side, source or target, and varies the other, so that rare languages are neither drowned nor repeated to death.",
      "A new metric compares meaning across languages and punishes the wrong language and excess length, so no reference in the target language is needed.",
    ],
    claims: [
      "The set holds 1.7 million article-summary samples in more than 1,500 language pairs and is not tied to English.",
      "Models trained on it beat the baselines, even between distant languages.",
      "The metric, LaSE, correlates strongly with ROUGE.",
    ],
    checks: [
      "Pairs are found again in package descriptions whose true links are hidden.",
      "The two-stage sampler runs against plain sampling by pair, judged on rare target languages.",
      "The metric with a foreign reference is correlated with word overlap in the target language.",
    ],
  },
  diagram: [
    { label: "Articles with summaries", kind: "input" },
    { label: "Multilingual embeddings", kind: "encoder" },
    { label: "Link mutual neighbours", kind: "procedure" },
    { label: "Fix one side per batch", kind: "procedure", from: [0, 2] },
    { label: "Summariser encoder", kind: "encoder" },
    { label: "Summariser decoder", kind: "decoder" },
    { label: "Summary in any language", kind: "output" },
    { label: "LaSE score", kind: "output", from: [1, 5] },
  ],
};

export const crossLingualBackParsing: Paper = {
  slug: "cross-lingual-back-parsing",
  arxiv: "2410.00513",
  title: "Cross-lingual Back-Parsing: Utterance Synthesis from Meaning Representation for Zero-Resource Semantic Parsing",
  authors: ["Deokhyung Kang", "Seonjeong Hwang", "Yunsu Kim", "Gary Geunbae Lee"],
  year: 2024,
  venue: "EMNLP",
  code: "https://github.com/deokhk/CBP",
  keywords: ["semantic parsing", "data augmentation", "zero-resource", "adapters", "multilingual model"],
  modality: ["text"],
  card: {
    problem: [
      "A parser that turns questions into programs is trained on English.",
      "For other languages there are no labelled questions, no translator and no parallel text: only raw sentences.",
    ],
    idea: [
      "Go backwards: from a program, write the question in the target language.",
      "A small adapter per language teaches the decoder to write that language, using raw text alone.",
      "The trick is geometric: subtract the language's mean vector from the encoder states and add the English mean, so the adapter learns to write from English-looking states.",
      "A generator learns program to English question with the English adapter in place; swapping the adapter makes it speak the other language.",
      "Questions that an English-trained parser maps back to their program are kept, and the final parser trains on them.",
    ],
    claims: [
      "Parsing improves substantially in the target languages of Mschema2QA and Xspider.",
      "The synthetic questions keep a high share of slot values and the meaning of the program.",
    ],
    checks: [
      "The full recipe competes with the zero-shot parser, itself without the mean shift, and itself without the filter; translated training data is the upper bound.",
      "How many synthetic questions survive the filter is printed for each language.",
      "Shifting states to their own language must change nothing.",
    ],
  },
  diagram: [
    { label: "Raw target sentences", kind: "input" },
    { label: "Shift states to English mean", kind: "procedure" },
    { label: "Language adapter", kind: "decoder" },
    { label: "Programs", kind: "input" },
    { label: "Question generator", kind: "decoder", from: [2, 3] },
    { label: "Keep what parses back", kind: "procedure" },
    { label: "Train the final parser", kind: "objective", from: [3, 5] },
    { label: "Parser for new languages", kind: "output" },
  ],
};
