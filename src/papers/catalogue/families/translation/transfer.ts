/** Papers of the family "translation" that start translation from pre-trained models. */
import type { Paper } from "../../family.ts";

export const sixt: Paper = {
  slug: "sixt",
  arxiv: "2104.08757",
  title: "Zero-shot Cross-lingual Transfer of Neural Machine Translation with Multilingual Pretrained Encoders",
  authors: ["Guanhua Chen", "Shuming Ma", "Yun Chen", "Li Dong", "Dongdong Zhang", "Jia Pan", "Wenping Wang", "Furu Wei"],
  year: 2021,
  venue: "EMNLP",
  code: "https://github.com/ghchen18/emnlp2021-sixt",
  keywords: ["zero-shot translation", "multilingual encoder", "xlm-r", "two-stage training", "position disentangled encoder"],
  modality: ["text"],
  card: {
    problem: [
      "A multilingual encoder knows a hundred languages.",
      "Train a translator on top of it with one pair, and the rest is soon forgotten.",
    ],
    idea: [
      "Split the training in two.",
      "First freeze the encoder and the word table and train only the decoder, which must learn to read a shared space.",
      "Then unfreeze the encoder for a short while at a low rate.",
      "In one late encoder layer the residual path around attention is cut, because it carries positions, and word order is what differs between languages.",
      "A larger decoder takes up the work.",
    ],
    claims: [
      "From 14 languages into English it is 7.1 BLEU above mBART on average, though none of them had parallel text.",
      "With less data and compute it also beats CRISS and m2m-100 on 15 test sets.",
    ],
    checks: [
      "One-stage, two-stage, and two-stage with the cut residual are compared with a tuned encoder-decoder, on three unseen languages.",
      "The comparison runs only if the encoder is aligned well enough to make transfer possible.",
      "During stage one the encoder's output must stay bit-identical.",
    ],
  },
  diagram: [
    { label: "One language pair", kind: "input" },
    { label: "Frozen multilingual encoder", kind: "encoder" },
    { label: "Large decoder, stage one", kind: "decoder" },
    { label: "Encoder without one residual", kind: "encoder", from: [1] },
    { label: "Both trained, stage two", kind: "decoder", from: [2, 3] },
    { label: "Translation loss", kind: "loss", from: [2, 4] },
    { label: "Translation, unseen source", kind: "output", from: [4] },
  ],
};

export const sixtPlus: Paper = {
  slug: "sixt-plus",
  arxiv: "2110.08547",
  title: "Towards Making the Most of Multilingual Pretraining for Zero-Shot Neural Machine Translation",
  authors: ["Guanhua Chen", "Shuming Ma", "Yun Chen", "Dongdong Zhang", "Jia Pan", "Wenping Wang", "Furu Wei"],
  year: 2022,
  venue: "ACL",
  code: "https://github.com/ghchen18/acl22-sixtp",
  keywords: ["many-to-english translation", "zero-shot translation", "xlm-r", "multilingual fine-tuning", "cross-lingual summarization"],
  modality: ["text"],
  card: {
    problem: [
      "Translating a hundred languages into English usually needs parallel text in most of them.",
    ],
    idea: [
      "Take the two-stage recipe of SixT and change the scale and the company.",
      "The encoder and the word table come from the large XLM-R.",
      "Parallel text comes from six source languages of different families instead of one.",
      "With more languages at the same total, the decoder learns to read meaning rather than one grammar.",
      "The weights then start other tasks: unsupervised pairs, and summaries in languages without any.",
    ],
    claims: [
      "Into English it is 7.2 BLEU above CRISS and 5.0 above m2m-100 on average, with 100 source languages supported.",
      "As a start for Nepali and Sinhala it beats purpose-built unsupervised translators by over 1.2 BLEU.",
      "Zero-shot summarisation gains 12.3 ROUGE-L over tuned mBART.",
    ],
    checks: [
      "One, two and three source languages at a fixed total number of pairs are tested on two languages never translated.",
      "A denoising encoder-decoder tuned on the same pairs is the baseline.",
      "With a single language the run must be SixT itself.",
    ],
  },
  diagram: [
    { label: "Six languages into English", kind: "input" },
    { label: "Balance the languages", kind: "procedure" },
    { label: "XLM-R large", kind: "encoder" },
    { label: "Decoder, trained first", kind: "decoder" },
    { label: "Translation, two stages", kind: "loss" },
    { label: "100 languages into English", kind: "output", from: [3] },
    { label: "Start for other tasks", kind: "output", from: [3] },
  ],
};

export const crossAttentionFinetuning: Paper = {
  slug: "cross-attention-finetuning",
  arxiv: "2104.08771",
  title: "Cross-Attention is All You Need: Adapting Pretrained Transformers for Machine Translation",
  authors: ["Mozhdeh Gheini", "Xiang Ren", "Jonathan May"],
  year: 2021,
  venue: "EMNLP",
  code: "https://github.com/MGheini/xattn-transfer-for-mt",
  keywords: ["transfer learning", "cross-attention", "parameter-efficient", "machine translation", "catastrophic forgetting"],
  modality: ["text"],
  card: {
    problem: [
      "To move a translator to a new language one fine-tunes all of it, stores a full copy, and loses the old language.",
    ],
    idea: [
      "Ask which parts really need to move.",
      "The new language needs a new word table, that is certain.",
      "Beyond that, train only the cross-attention, the place where the decoder reads the encoder, and freeze the rest.",
      "The new words must then fit the old encoder, so they settle where words of like meaning already are.",
      "Swap table and cross-attention back, and the old translator is intact.",
    ],
    claims: [
      "Tuning the cross-attention alone is nearly as good as tuning everything.",
      "The embeddings come out aligned across languages, which allows zero-shot translation.",
      "Forgetting is mitigated and each new pair needs little storage.",
    ],
    checks: [
      "Table only, table with cross-attention, the same started at random, table with the whole body, and training from scratch are compared.",
      "A dictionary is read off the new table and scored against the true one.",
      "Restoring the old parts must reproduce the parent exactly.",
    ],
  },
  diagram: [
    { label: "Pairs in a new language", kind: "input" },
    { label: "New word table", kind: "memory" },
    { label: "Frozen encoder", kind: "encoder", from: [0, 1] },
    { label: "Trained cross-attention", kind: "decoder" },
    { label: "Frozen rest of decoder", kind: "decoder" },
    { label: "Translation loss", kind: "loss" },
    { label: "Translator, old one intact", kind: "output", from: [4] },
  ],
};

export const xlmT: Paper = {
  slug: "xlm-t",
  arxiv: "2012.15547",
  title: "XLM-T: Scaling up Multilingual Machine Translation with Pretrained Cross-lingual Transformer Encoders",
  authors: ["Shuming Ma", "Jian Yang", "Haoyang Huang", "Zewen Chi", "Li Dong", "Dongdong Zhang", "Hany Hassan Awadalla", "Alexandre Muzio", "Akiko Eriguchi", "Saksham Singhal", "Xia Song", "Arul Menezes", "Furu Wei"],
  year: 2020,
  code: "https://github.com/microsoft/unilm",
  keywords: ["multilingual translation", "xlm-r", "encoder initialization", "temperature sampling", "low-resource"],
  modality: ["text"],
  card: {
    problem: [
      "Translators for many languages at once begin from random weights, although encoders that know those languages are lying around.",
    ],
    idea: [
      "Start both halves from such an encoder.",
      "To fit its weights, the translator adopts its habits: where layers are normalised, how embeddings are scaled.",
      "All pairs are then trained in one model, with a tag for the wanted language.",
      "Small pairs are drawn more often as training goes on.",
    ],
    claims: [
      "A set of 10 pairs and OPUS-100 with 94 pairs both gain significantly.",
      "The gains remain on top of back-translation.",
      "Probes of syntax, word alignment and classification explain why.",
    ],
    checks: [
      "Random start, encoder only, decoder only, and both are trained on four pairs whose sizes run from large to tiny.",
      "The smallest pair should gain most.",
      "The drawing probabilities must follow the published schedule epoch by epoch.",
    ],
  },
  diagram: [
    { label: "Pairs in many languages", kind: "input" },
    { label: "Sample by temperature", kind: "procedure" },
    { label: "Encoder from XLM-R", kind: "encoder" },
    { label: "Decoder from XLM-R", kind: "decoder" },
    { label: "Translation loss", kind: "loss" },
    { label: "One model, all directions", kind: "output", from: [3] },
  ],
};
