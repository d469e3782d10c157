/** Papers of the family "science" that model genomes, messenger RNA and time series. */
import type { Paper } from "../../family.ts";

export const metagene1: Paper = {
  slug: "metagene-1",
  arxiv: "2501.02045",
  title: "METAGENE-1: Metagenomic Foundation Model for Pandemic Monitoring",
  authors: ["Ollie Liu", "Sami Jaghouar", "Johannes Hagemann", "Shangshang Wang", "Jason Wiemels", "Jeff Kaufman", "Willie Neiswanger"],
  year: 2025,
  code: "https://github.com/metagene-ai/metagene-pretrain",
  keywords: ["metagenomics", "genome language model", "pathogen detection", "wastewater", "tokenization"],
  modality: ["genome"],
  card: {
    problem: [
      "Genome models learn from chosen species.",
      "A new pathogen will show up in what is not chosen: the mixture that flows through the sewers.",
    ],
    idea: [
      "Train on the mixture itself.",
      "Wastewater is sequenced deeply; short reads of human, bacterial, viral and unknown origin go in uncurated.",
      "Byte-pair encoding fitted to such reads turns nucleotides into a thousand tokens.",
      "A seven-billion-parameter autoregressive model predicts the next one; reads packed together cannot see each other.",
      "Its states then embed reads and flag pathogens.",
    ],
    claims: [
      "The corpus holds more than 1.5 trillion base pairs.",
      "The model leads on genomic benchmarks and on new tests of pathogen detection and sequence embedding.",
    ],
    checks: [
      "A model of the mixture is compared with one of curated species, an untrained one, and counts of five-letter words, in spotting unseen pathogens.",
      "How unlikely the model finds a read is tried as an alarm for unknown species.",
      "Parameters of the published shape must match the size of the published files.",
    ],
  },
  diagram: [
    { label: "Wastewater reads", kind: "input" },
    { label: "Byte-pair tokens", kind: "procedure" },
    { label: "Pack reads, block masks", kind: "procedure" },
    { label: "Autoregressive model", kind: "decoder" },
    { label: "Next token", kind: "loss" },
    { label: "Read embeddings", kind: "output", from: [3] },
    { label: "Pathogen alarm", kind: "output", from: [3] },
  ],
};

export const omniDna: Paper = {
  slug: "omni-dna",
  arxiv: "2502.03499",
  title: "Omni-DNA: A Unified Genomic Foundation Model for Cross-Modal and Multi-Task Learning",
  authors: ["Zehui Li", "Vallijah Subasri", "Yifei Shen", "Dongsheng Li", "Yiren Zhao", "Guy-Bart Stan", "Caihua Shan"],
  year: 2025,
  code: "https://github.com/Zehui127/Omni-DNA",
  keywords: ["genomics", "dna language model", "multi-task learning", "cross-modal", "instruction tuning"],
  modality: ["genome", "text", "image"],
  card: {
    problem: [
      "Genome models end in a classifier, and every task needs its own copy of the model.",
      "Output formats are rigid, so none of them answers in words.",
    ],
    idea: [
      "Train an ordinary next-token model on DNA, from 20 million to a billion weights.",
      "Then extend its vocabulary with task names, words and picture codes, and write every answer after the sequence.",
      "Many tasks are tuned together in one model.",
      "A one-letter answer would drown in so large a vocabulary, so it is written several times, and noise on the embeddings fights over-fitting.",
      "Answers may be labels, descriptions of function, or images.",
    ],
    claims: [
      "It is best on 18 of 26 tasks from two genomic benchmarks.",
      "One model for ten histone-mark tasks beats ten models trained singly.",
      "Two new tasks map DNA to text and to pictures.",
    ],
    checks: [
      "Six labels are learnt by six classifiers and by one answering model; repetition and noise are each removed.",
      "Four motifs hidden in DNA must come out as four kinds of digit, judged by a separate classifier.",
      "New vocabulary rows must not change the scores of old tokens.",
    ],
  },
  diagram: [
    { label: "DNA sequence", kind: "input" },
    { label: "DNA language model", kind: "decoder" },
    { label: "Next token, stage one", kind: "loss" },
    { label: "Add task and code tokens", kind: "procedure", from: [1] },
    { label: "Multi-task model", kind: "decoder" },
    { label: "Label", kind: "output" },
    { label: "Description", kind: "output", from: [4] },
    { label: "Picture codes", kind: "output", from: [4] },
  ],
};

export const helixMrna: Paper = {
  slug: "helix-mrna",
  arxiv: "2502.13785",
  title: "Helix-mRNA: A Hybrid Foundation Model For Full Sequence mRNA Therapeutics",
  authors: ["Matthew Wood", "Mathieu Klop", "Maxime Allard"],
  year: 2025,
  code: "https://github.com/helicalAI/helical",
  keywords: ["mrna", "state space model", "mamba", "vaccine design", "codon", "untranslated regions"],
  modality: ["genome"],
  card: {
    problem: [
      "How well a messenger RNA works depends on the coding part and on the untranslated ends.",
      "Most models read only the coding part, and not very long ones.",
    ],
    idea: [
      "Read single letters, so nothing of the ends is lost, and put a marker before each codon, so the reading frame stays visible.",
      "Stack state-space blocks, whose cost grows in step with length, with an occasional attention block.",
      "Pre-train twice: first on messengers of many branches of life, then on better human data.",
      "A small head on top predicts the property asked for.",
    ],
    claims: [
      "It predicts properties of the ends and of the coding region better than existing methods.",
      "Sequences may be six times longer, with 10% of the parameters of other foundation models.",
    ],
    checks: [
      "The hybrid runs against a codon Transformer blind to the ends, a letter Transformer of equal size, and itself without codon markers.",
      "Expression in the simulated data depends on all three regions, so the blind model must fall behind.",
      "The fast scan must equal the step-by-step recurrence.",
    ],
  },
  diagram: [
    { label: "Whole messenger RNA", kind: "input" },
    { label: "Letters with codon marks", kind: "procedure" },
    { label: "State-space blocks", kind: "encoder" },
    { label: "One attention block", kind: "encoder" },
    { label: "Next letter, two stages", kind: "loss" },
    { label: "Stability, expression", kind: "output", from: [3] },
  ],
};

export const tinyTimeMixers: Paper = {
  slug: "tiny-time-mixers",
  arxiv: "2401.03955",
  title: "Tiny Time Mixers (TTMs): Fast Pre-trained Models for Enhanced Zero/Few-Shot Forecasting of Multivariate Time Series",
  authors: ["Vijay Ekambaram", "Arindam Jati", "Pankaj Dayama", "Sumanta Mukherjee", "Nam H. Nguyen", "Wesley M. Gifford", "Chandra Reddy", "Jayant Kalagnanam"],
  year: 2024,
  venue: "NeurIPS",
  code: "https://github.com/ibm-granite/granite-tsfm",
  keywords: ["time series forecasting", "zero-shot", "mlp-mixer", "few-shot", "multivariate", "small model"],
  modality: ["time-series"],
  card: {
    problem: [
      "Forecasters with foresight for any series were built by adapting language models of a billion weights.",
      "They are slow, and they treat channels as strangers.",
    ],
    idea: [
      "Build it small: mixers of plain layers, under a million weights.",
      "A window is cut into patches; one mixer works across patches, the next across features, each with a gate.",
      "Deeper levels regroup patches into longer or shorter ones, because public data sets tick at different rates.",
      "A prefix tells the model the resolution, and down-sampled copies of fast series add more resolutions.",
      "When adapting, the backbone stays frozen; a small head learns to mix channels and use known future inputs.",
    ],
    claims: [
      "With few or no examples it is 12-38% more accurate than popular rivals.",
      "Against forecasters made from language models it trains 14 times fewer weights, tunes 65 times faster and predicts 54 times faster.",
      "Without any tuning it often beats the tuned results of others.",
    ],
    checks: [
      "Untuned and tuned on 5% of a held-out domain, it competes with a linear forecaster, a patch Transformer and an adapted language model.",
      "Regrouping, resolution prefix and down-sampling are each taken away.",
      "Scaling and shifting a series must scale and shift its forecast.",
    ],
  },
  diagram: [
    { label: "Past of each channel", kind: "input" },
    { label: "Standardise and cut patches", kind: "procedure" },
    { label: "Resolution", kind: "input" },
    { label: "Mixers at several levels", kind: "encoder", from: [1, 2] },
    { label: "Head that mixes channels", kind: "decoder" },
    { label: "Known future inputs", kind: "input" },
    { label: "Exogenous mixer", kind: "decoder", from: [4, 5] },
    { label: "Forecast", kind: "output" },
  ],
};
