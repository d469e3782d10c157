/** Papers of the family "audio" that describe sounds and music in words. */
import type { Paper } from "../../family.ts";

export const conette: Paper = {
  slug: "conette",
  arxiv: "2309.00454",
  title: "CoNeTTE: An efficient Audio Captioning system leveraging multiple datasets with Task Embedding",
  authors: ["Étienne Labbé", "Thomas Pellegrini", "Julien Pinquier"],
  year: 2023,
  code: "https://github.com/Labbeti/conette-audio-captioning",
  keywords: ["audio captioning", "convnext", "task embedding", "dataset bias", "multi-corpus training"],
  modality: ["audio", "text"],
  card: {
    problem: [
      "Audio-caption corpora are small, and each has its own house style.",
      "A captioner trained on all of them together writes an average style that suits none.",
    ],
    idea: [
      "A ConvNeXt borrowed from image recognition, trained to tag sounds and then frozen, turns the recording into features.",
      "A small Transformer decoder writes the caption from them.",
      "Its first input is not a neutral start symbol but a token naming the corpus the example came from.",
      "So one network learns four corpora without averaging their habits, and at test time the user picks the style by picking the token.",
      "The tagger is trained again without any clip of the caption test set, because AudioCaps was cut from the same AudioSet clips.",
    ],
    claims: [
      "With corpus tokens one model reaches a SPIDEr score of 44.1% on AudioCaps and 30.5% on Clotho.",
      "The captioner has four to forty times fewer parameters than its rivals.",
      "Swapping in an unbiased CNN14 encoder costs 1.7 points of SPIDEr: the leak is measurable.",
    ],
    checks: [
      "One decoder learns three synthetic caption styles with and without the corpus token, and is compared with one specialist per style.",
      "Asking for another style must change wording more than content: slot scores and style words are counted apart.",
      "No clip of a test set may reach the tagger's training list.",
    ],
  },
  diagram: [
    { label: "Sound clip", kind: "input" },
    { label: "Log-mel spectrogram", kind: "procedure" },
    { label: "Frozen ConvNeXt tagger", kind: "encoder" },
    { label: "Corpus token", kind: "input" },
    { label: "Transformer decoder", kind: "decoder", from: [2, 3] },
    { label: "Caption in that style", kind: "output" },
  ],
};

export const enclap: Paper = {
  slug: "enclap",
  arxiv: "2401.17690",
  title: "EnCLAP: Combining Neural Audio Codec and Audio-Text Joint Embedding for Automated Audio Captioning",
  authors: ["Jaeyeon Kim", "Jaeyoon Jung", "Jinjoo Lee", "Sang Hoon Woo"],
  year: 2024,
  venue: "ICASSP",
  code: "https://github.com/jaeyeonkim99/EnCLAP",
  keywords: ["audio captioning", "neural codec", "clap", "bart", "masked codec modeling"],
  modality: ["audio", "text"],
  card: {
    problem: [
      "A language model can write a caption, but it has never heard anything.",
      "How should sound be handed to it so that its knowledge of words is not wasted?",
    ],
    idea: [
      "Use two frozen listeners that complement each other.",
      "EnCodec gives a sequence of discrete codes, close to the language model's own diet; CLAP gives one vector for the whole clip.",
      "The sixteen code embeddings of a time step are summed and fed to a pre-trained BART, with the CLAP vector in front.",
      "While BART learns to caption, spans of codes are hidden, per codebook, and its encoder must guess them.",
      "That side task forces it to listen rather than to recite likely captions.",
    ],
    claims: [
      "It outdoes the baseline captioners on AudioCaps and Clotho.",
      "The masked code task improves the language model's sense of acoustics.",
    ],
    checks: [
      "The full model runs against versions without masked codes, without CLAP, without codes, and with an untrained BART.",
      "Class, count and order of the sounds are scored apart, to see which input carries which.",
      "Exchanging codebooks together with their tables must leave the input unchanged.",
    ],
  },
  diagram: [
    { label: "Recording", kind: "input" },
    { label: "EnCodec codes", kind: "encoder" },
    { label: "CLAP clip vector", kind: "encoder", from: [0] },
    { label: "Mask spans per codebook", kind: "procedure", from: [1] },
    { label: "BART encoder", kind: "encoder", from: [2, 3] },
    { label: "Guess the hidden codes", kind: "loss" },
    { label: "BART decoder", kind: "decoder", from: [4] },
    { label: "Caption", kind: "output" },
  ],
};

export const rnnAudioCaptioning: Paper = {
  slug: "rnn-audio-captioning",
  arxiv: "1706.10006",
  title: "Automated Audio Captioning with Recurrent Neural Networks",
  authors: ["Konstantinos Drossos", "Sharath Adavanne", "Tuomas Virtanen"],
  year: 2017,
  venue: "WASPAA",
  keywords: ["audio captioning", "gru", "attention", "sound effects"],
  modality: ["audio", "text"],
  card: {
    problem: [
      "In 2017 a machine could label a sound or classify a scene.",
      "Nobody had asked it to describe a recording in a sentence.",
    ],
    idea: [
      "Treat captioning as translation from sound to words.",
      "Stacked bidirectional GRUs read log-mel frames.",
      "At each word an alignment network weighs all frames by the decoder's previous state and hands over one context vector.",
      "A second stack of GRUs and a shared output layer pick the word.",
    ],
    claims: [
      "The first system of its task.",
      "On a commercial library of sound effects it finds words of the reference captions, though not always in the right order.",
    ],
    checks: [
      "Word presence and word order are scored apart, because the paper reports exactly that split.",
      "The model runs with alignment, without it, and with the previous word fed back.",
      "Padded frames must get a weight of exactly zero.",
    ],
  },
  diagram: [
    { label: "Log-mel frames", kind: "input" },
    { label: "Bidirectional GRUs", kind: "encoder" },
    { label: "Align each word", kind: "procedure" },
    { label: "GRU decoder", kind: "decoder" },
    { label: "Caption", kind: "output" },
  ],
};

export const enclapPlusPlus: Paper = {
  slug: "enclap-plus-plus",
  arxiv: "2409.01201",
  title: "EnCLAP++: Analyzing the EnCLAP Framework for Optimizing Automated Audio Captioning Performance",
  year: 2024,
  venue: "DCASE Workshop",
  keywords: ["audio captioning", "ablation study", "neural codec", "reranking", "sampling"],
  modality: ["audio", "text"],
  card: {
    problem: [
      "EnCLAP works, but it bundles a codec, a clip encoder, a data recipe and beam search.",
      "Which of these choices holds it back?",
    ],
    idea: [
      "Change one part at a time and measure.",
      "The codec: several sizes of EnCodec against DAC.",
      "The clip vector: CLAP against a sound tagger trained for retrieval, on growing amounts of data.",
      "The data: train first on a large, weakly labelled collection.",
      "The search: sample many captions, drop the faulty ones, and rerank the rest by how well they fit the audio and how likely the captioner finds them.",
    ],
    claims: [
      "Put together, the better choices clearly surpass the original EnCLAP.",
      "The final system hears through DAC codes and a tagger trained for retrieval, and reranks what it samples.",
    ],
    checks: [
      "Each part gets a table of its own, and every row starts from the same tiny EnCLAP.",
      "Reranked samples compete with beam search, with vocabulary size and the best possible pick printed beside them.",
      "Weight 1 must choose the best audio match, weight 0 the likeliest caption.",
    ],
  },
  diagram: [
    { label: "Recording", kind: "input" },
    { label: "DAC codes", kind: "encoder" },
    { label: "Retrieval-trained tagger", kind: "encoder", from: [0] },
    { label: "BART captioner", kind: "decoder", from: [1, 2] },
    { label: "Sample and drop faulty", kind: "procedure" },
    { label: "Rerank by two scores", kind: "procedure", from: [2, 3, 4] },
    { label: "Caption", kind: "output" },
  ],
};

export const jmla: Paper = {
  slug: "jmla",
  arxiv: "2310.10159",
  title: "Joint Music and Language Attention Models for Zero-shot Music Tagging",
  authors: ["Xingjian Du", "Zhesong Yu", "Jiaju Lin", "Bilei Zhu", "Qiuqiang Kong"],
  year: 2023,
  keywords: ["music tagging", "zero-shot", "perceiver resampler", "masked autoencoder", "language model"],
  modality: ["audio", "text"],
  card: {
    problem: [
      "A music tagger normally knows only the tags it was trained on.",
      "Ask for a new genre and it has no output for it.",
    ],
    idea: [
      "Let a language model do the tagging, so that any word can be an answer.",
      "A masked autoencoder pre-trained on sound reads the recording; a Perceiver resampler squeezes a clip of any length into a fixed handful of vectors.",
      "Falcon-7B reads these vectors before its prompt.",
      "Several depths of the audio encoder are wired to several depths of the decoder, so low-level cues such as timbre need not survive to the last layer.",
      "Messy web descriptions of music are first rewritten by ChatGPT into clean, varied sentences, and these are the training text.",
    ],
    claims: [
      "It names the ten genres of GTZAN with 64.82% zero-shot accuracy, above earlier zero-shot systems.",
      "On FMA and MagnaTagATune it is on a par with earlier work.",
    ],
    checks: [
      "Four genres are never heard in training, only defined in text; picking among them must clearly beat the 25% of chance.",
      "Each ingredient is taken away in turn: dense connections, the resampler, the rewritten text.",
      "With every gate at zero the network must equal the plain prefix model.",
    ],
  },
  diagram: [
    { label: "Music recording", kind: "input" },
    { label: "Masked-autoencoder encoder", kind: "encoder" },
    { label: "Perceiver resampler", kind: "encoder" },
    { label: "Question or prompt", kind: "input" },
    { label: "Language model", kind: "decoder", from: [2, 3] },
    { label: "Tags and description", kind: "output" },
  ],
};
