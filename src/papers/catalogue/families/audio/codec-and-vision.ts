/** Papers of the family "audio" about codecs, and about sound with pictures. */
import type { Paper } from "../../family.ts";

export const pmcanet: Paper = {
  slug: "pmcanet",
  arxiv: "2406.02345",
  title: "Progressive Confident Masking Attention Network for Audio-Visual Segmentation",
  authors: ["Yuxuan Wang", "Jinchao Zhu", "Feng Dong", "Shuyue Zhu"],
  year: 2024,
  code: "https://github.com/PrettyPlate/PCMANet",
  keywords: ["audio-visual segmentation", "cross-attention", "confidence", "efficiency"],
  modality: ["audio", "video"],
  card: {
    problem: [
      "Which pixels make the sound?",
      "Attention between every pixel and the audio answers that, but at a high price, and most pixels are easy.",
    ],
    idea: [
      "Work from coarse to fine and predict a mask at each level.",
      "A pixel whose probability is already near 0 or 1 is settled; it stops asking.",
      "Only the doubtful pixels go on as queries to the audio at the next level.",
      "Settled pixels still serve as evidence for the audio side, whose tokens travel along and are updated.",
      "The mask only shrinks: once confident, always skipped.",
    ],
    claims: [
      "It segments sounding objects better than earlier audio-visual networks.",
      "It spends less compute than they do, because settled pixels are not asked again.",
    ],
    checks: [
      "In scenes with silent look-alikes it is compared with dense queries, plain addition of the audio vector, and no audio at all.",
      "With thresholds that keep every pixel the result must equal dense attention.",
      "Wall time and the share of pixels kept at each level are reported, not just counted operations.",
    ],
  },
  diagram: [
    { label: "Video frames", kind: "input" },
    { label: "Sound", kind: "input" },
    { label: "Pyramid of features", kind: "encoder", from: [0] },
    { label: "Audio tokens", kind: "encoder", from: [1] },
    { label: "Keep doubtful pixels", kind: "procedure", from: [2] },
    { label: "Coarse-to-fine attention", kind: "decoder", from: [3, 4] },
    { label: "Mask of the sounding object", kind: "output" },
  ],
};

export const xCodec: Paper = {
  slug: "x-codec",
  arxiv: "2408.17175",
  title: "Codec Does Matter: Exploring the Semantic Shortcoming of Codec for Audio Language Model",
  authors: ["Zhen Ye", "Peiwen Sun", "Jiahe Lei", "Hongzhan Lin", "Xu Tan", "Zheqi Dai", "Qiuqiang Kong", "Jianyi Chen", "Jiahao Pan", "Qifeng Liu", "Yike Guo", "Wei Xue"],
  year: 2025,
  venue: "AAAI",
  code: "https://github.com/zhenye234/xcodec",
  keywords: ["neural codec", "residual vector quantization", "semantic features", "text-to-speech", "audio language model"],
  modality: ["audio", "speech"],
  card: {
    problem: [
      "Language models that speak are trained on codec tokens.",
      "Codecs were built to save bits, and their tokens blur what is said: the model skips and mangles words.",
    ],
    idea: [
      "Put meaning into the tokens before they are quantised.",
      "A frozen self-supervised speech model supplies semantic features; they are joined with the acoustic ones and quantised together.",
      "Two decoders read the codes: one must rebuild the wave, the other the semantic features.",
      "The first codebook, which the language model predicts first, now carries words as well as sound.",
      "Decoding needs no semantic model.",
    ],
    claims: [
      "A first-stage VALL-E on LibriTTS makes 22.32% word errors with an acoustic codec and 5.27% with X-Codec; natural speech scores 2.23%.",
      "With both stages the errors are 7.70% and 4.07%.",
      "Music continuation and text-to-sound improve as well.",
    ],
    checks: [
      "Two codecs differ only in the semantic path; the same language model speaks through each, and an independent recogniser counts the errors.",
      "Reconstruction is allowed to suffer by a tenth at most.",
      "Before training, adding codebooks must never raise the error.",
    ],
  },
  diagram: [
    { label: "Wave", kind: "input" },
    { label: "Acoustic encoder", kind: "encoder" },
    { label: "Frozen semantic encoder", kind: "encoder", from: [0] },
    { label: "Residual codebooks", kind: "memory", from: [1, 2] },
    { label: "Wave decoder", kind: "decoder" },
    { label: "Rebuild the semantics", kind: "loss", from: [2, 3] },
    { label: "Codes for a language model", kind: "output", from: [3] },
    { label: "Reconstructed wave", kind: "output", from: [4] },
  ],
};

export const learnablePins: Paper = {
  slug: "learnable-pins",
  arxiv: "1805.00833",
  title: "Learnable PINs: Cross-Modal Embeddings for Person Identity",
  authors: ["Arsha Nagrani", "Samuel Albanie", "Andrew Zisserman"],
  year: 2018,
  venue: "ECCV",
  keywords: ["face and voice", "cross-modal retrieval", "curriculum", "hard negatives", "self-supervised"],
  modality: ["image", "speech"],
  card: {
    problem: [
      "We can often guess a face from a voice.",
      "Learning that link from labelled people is costly, and learning it from unlabelled video means many supposed strangers are one person.",
    ],
    idea: [
      "A face and a voice from one clip belong together; from two clips they do not.",
      "Two networks map them to one space with a margin loss.",
      "Negatives must get harder for learning to go on, but the very hardest are often the same person seen again.",
      "So difficulty follows a timetable: begin with easy negatives, raise the bar every few epochs, and stop short of the top.",
      "No name is ever used.",
    ],
    claims: [
      "The embedding is learnt without identity labels, and the timetable is needed for training to get going.",
      "Retrieval works for people neither seen nor heard in training; an application labels characters in TV drama.",
    ],
    checks: [
      "The timetable runs against random, always-easy and always-hardest negatives.",
      "Pairs matched for sex and age show what remains beyond the obvious.",
      "When face and voice are generated unrelated, the score must be chance.",
    ],
  },
  diagram: [
    { label: "Talking-face clips", kind: "input" },
    { label: "Face network", kind: "encoder" },
    { label: "Voice network", kind: "encoder", from: [0] },
    { label: "Timetabled hard negatives", kind: "procedure", from: [1, 2] },
    { label: "Margin contrast", kind: "loss" },
    { label: "Shared identity space", kind: "output", from: [1, 2] },
  ],
};
