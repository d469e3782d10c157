/** Papers of the family "audio" that join speech and text. */
import type { Paper } from "../../family.ts";

export const ctcOptimalTransport: Paper = {
  slug: "ctc-optimal-transport",
  arxiv: "2301.11716",
  title: "Pre-training for Speech Translation: CTC Meets Optimal Transport",
  authors: ["Phuong-Hang Le", "Hongyu Gong", "Changhan Wang", "Juan Pino", "Benjamin Lecouteux", "Didier Schwab"],
  year: 2023,
  venue: "ICML",
  code: "https://github.com/formiel/fairseq",
  keywords: ["speech translation", "ctc", "optimal transport", "sinkhorn divergence", "modality gap"],
  modality: ["speech", "text"],
  card: {
    problem: [
      "A speech translator is often assembled from a speech encoder and a text translator's decoder.",
      "The two were trained apart, so the decoder meets vectors it has never seen.",
    ],
    idea: [
      "Close the gap before translation training starts, and leave the translation model untouched.",
      "A speech encoder and a text encoder are trained side by side: speech with CTC on phonemes, text taken from a translation model.",
      "A second loss measures how costly it is to move one sequence of states onto the other, by optimal transport.",
      "Each state carries its relative position as one extra coordinate, so matching the start of the sound to the end of the text is expensive.",
      "Afterwards the text encoder is thrown away, and its old decoder fits the speech encoder at once.",
    ],
    claims: [
      "On MuST-C the medium model averages 26.4 BLEU after cross-entropy pre-training, 27.6 after CTC, and 27.8 after CTC with transport.",
      "The large model scores 28.8, 29.2 and 29.8 in the same order.",
      "From English on CoVoST-2 the three give 19.2, 19.8 and 21.5.",
    ],
    checks: [
      "Cross-entropy, CTC, and CTC with transport each pre-train on spoken scene captions; translation training is then identical.",
      "The transport distance between speech and text states on held-out pairs must shrink, not only BLEU rise.",
      "BLEU with zero translation steps shows whether the text decoder already understands speech.",
    ],
  },
  diagram: [
    { label: "Speech", kind: "input" },
    { label: "Phonemes of the transcript", kind: "input" },
    { label: "Speech encoder", kind: "encoder", from: [0] },
    { label: "Text encoder", kind: "encoder", from: [1] },
    { label: "CTC on phonemes", kind: "loss", from: [2] },
    { label: "Transport cost", kind: "loss", from: [2, 3] },
    { label: "Translator's own decoder", kind: "decoder", from: [2] },
    { label: "Translation", kind: "output" },
  ],
};

export const speech2c: Paper = {
  slug: "speech2c",
  arxiv: "2203.17113",
  title: "Pre-Training Transformer Decoder for End-to-End ASR Model with Unpaired Speech Data",
  authors: ["Junyi Ao", "Ziqiang Zhang", "Long Zhou", "Shujie Liu", "Haizhou Li", "Tom Ko", "Lirong Dai", "Jinyu Li", "Yao Qian", "Furu Wei"],
  year: 2022,
  venue: "Interspeech",
  code: "https://github.com/microsoft/SpeechT5",
  keywords: ["speech recognition", "decoder pre-training", "acoustic units", "hubert", "unpaired speech"],
  modality: ["speech", "text"],
  card: {
    problem: [
      "Self-supervised speech models pre-train the encoder only.",
      "The decoder of a recogniser still starts from noise and must learn everything from the few labelled hours.",
    ],
    idea: [
      "Cluster acoustic features off line, so that every frame has a pseudo letter.",
      "The encoder guesses the pseudo letters of masked frames, as HuBERT does.",
      "The decoder writes the whole utterance as a string of these letters, with repeats collapsed, while reading the masked encoding.",
      "It thus learns to spell out sound before it has seen a single real letter.",
      "For recognition only its embedding and output layer are replaced.",
    ],
    claims: [
      "On LibriSpeech word errors fall by 19.2%, relative, against the same model with an untrained decoder.",
      "With 100 hours of labels and no language model, the error rate falls from 5.0 to 4.3 on clean and from 11.9 to 9.0 on hard test speech.",
      "With 10 hours it is 7.8 and 13.1, where HuBERT has 10.1 and 16.8.",
    ],
    checks: [
      "With equal encoder loss and fine-tuning, a pre-trained decoder runs against a random one at ten and at two labelled minutes.",
      "One arm keeps repeated codes, to see whether the decoder then merely copies.",
      "Codes 7 7 7 3 3 7 must become 7 3 7 and an end mark.",
    ],
  },
  diagram: [
    { label: "Untranscribed speech", kind: "input" },
    { label: "Cluster into pseudo codes", kind: "procedure" },
    { label: "Mask spans", kind: "procedure", from: [0] },
    { label: "Speech encoder", kind: "encoder" },
    { label: "Guess masked codes", kind: "loss", from: [1, 3] },
    { label: "Collapse repeats", kind: "procedure", from: [1] },
    { label: "Write the codes", kind: "decoder", from: [3, 5] },
    { label: "Recogniser after tuning", kind: "output" },
  ],
};

export const speecht5: Paper = {
  slug: "speecht5",
  arxiv: "2110.07205",
  title: "SpeechT5: Unified-Modal Encoder-Decoder Pre-Training for Spoken Language Processing",
  authors: ["Junyi Ao", "Rui Wang", "Long Zhou", "Chengyi Wang", "Shuo Ren", "Yu Wu", "Shujie Liu", "Tom Ko", "Qing Li", "Yu Zhang", "Zhihua Wei", "Yao Qian", "Jinyu Li", "Furu Wei"],
  year: 2022,
  venue: "ACL",
  code: "https://github.com/microsoft/SpeechT5",
  keywords: ["speech", "encoder-decoder", "vector quantization", "text-to-speech", "voice conversion", "speech recognition"],
  modality: ["speech", "text"],
  card: {
    problem: [
      "Recognising, speaking, translating and converting voices each have their own network, although all of them turn one sequence of speech or text into another.",
    ],
    idea: [
      "One Transformer encoder-decoder does them all.",
      "Six light adapters, for speech and text on the way in and out, translate waves and letters to its common width.",
      "It is pre-trained on speech without transcripts and on text without recordings: fill the holes, then rebuild the original.",
      "To make the two meet, a shared codebook sits after the encoder.",
      "A random share of time steps, whether spoken or written, is replaced by the nearest code before the decoder looks, so both kinds must speak in the same units.",
    ],
    claims: [
      "It is ahead in recognition, synthesis, translation, voice conversion, enhancement and speaker identification.",
      "With 100 hours of labels and no language model its error rates are 4.4 and 10.4, where HuBERT has 6.3 and 13.2.",
    ],
    checks: [
      "The full recipe competes with speech-only training, training without the codebook, and none, on recognition, synthesis and speaker identity.",
      "With codebook probability 0 the network must equal the one without a codebook.",
      "A text batch must send no gradient into the speech adapters.",
    ],
  },
  diagram: [
    { label: "Speech or text in", kind: "input" },
    { label: "Input adapter", kind: "encoder" },
    { label: "Shared encoder", kind: "encoder" },
    { label: "Shared codebook", kind: "memory" },
    { label: "Mix codes in", kind: "procedure", from: [2, 3] },
    { label: "Shared decoder", kind: "decoder" },
    { label: "Output adapter", kind: "decoder" },
    { label: "Speech or text out", kind: "output" },
  ],
};

export const jointSpeechText: Paper = {
  slug: "joint-speech-text",
  arxiv: "2308.06125",
  title: "Improving Joint Speech-Text Representations Without Alignment",
  authors: ["Cal Peyser", "Zhong Meng", "Ke Hu", "Rohit Prabhavalkar", "Andrew Rosenberg", "Tara N. Sainath", "Michael Picheny", "Kyunghyun Cho"],
  year: 2023,
  venue: "Interspeech",
  keywords: ["speech recognition", "joint encoder", "text injection", "dynamic programming", "consistency loss"],
  modality: ["speech", "text"],
  card: {
    problem: [
      "To train a recogniser on text as well as speech, both must meet in one encoder.",
      "But a sentence has a dozen tokens and its recording hundreds of frames, so systems stretch the text or run an aligner first.",
    ],
    idea: [
      "Look first at a joint encoder that was never told to match: are its speech and text states already in step?",
      "Dynamic programming finds the cheapest order-keeping match between the two sequences, and for true pairs that cost is low.",
      "So make the cost itself a loss.",
      "Each frame is matched with one text state, order is kept, and the gradient runs only along the best path.",
      "No up-sampling rule and no external aligner is needed, and recognition uses speech alone.",
    ],
    claims: [
      "Joint encoders line up the two modalities by themselves once length is disregarded.",
      "Adding that cost as a loss cuts word errors both in a large single-language system and in a multilingual one.",
    ],
    checks: [
      "In a joint model trained without the loss, the cost must already separate true pairs from shuffled ones.",
      "Word errors are compared for text injection alone, with a stretched alignment, and with the best one, all on the same text.",
      "The program must equal brute force over all admissible paths for short sequences.",
    ],
  },
  diagram: [
    { label: "Speech", kind: "input" },
    { label: "Text", kind: "input" },
    { label: "Shared encoder", kind: "encoder", from: [0, 1] },
    { label: "Best order-keeping match", kind: "procedure" },
    { label: "Cost of that match", kind: "loss" },
    { label: "Recogniser", kind: "decoder", from: [2] },
    { label: "Transcript", kind: "output" },
  ],
};
