/** Papers of the family "generation" that drive or transmit a video. */
import type { Paper } from "../../family.ts";

export const toontalker: Paper = {
  slug: "toontalker",
  arxiv: "2308.12866",
  title: "ToonTalker: Cross-Domain Face Reenactment",
  authors: ["Yuan Gong", "Yong Zhang", "Xiaodong Cun", "Fei Yin", "Yanbo Fan", "Xuan Wang", "Baoyuan Wu", "Yujiu Yang"],
  year: 2023,
  venue: "ICCV",
  code: "https://github.com/yuanygong/ToonTalker",
  keywords: ["face reenactment", "cartoon animation", "cross-domain", "motion transfer", "unpaired training", "talking head"],
  modality: ["image", "video"],
  card: {
    problem: [
      "A cartoon's smile is not a person's smile; motion copied across distorts the face.",
      "Nobody has pairs of the same expression in both worlds.",
    ],
    idea: [
      "Translate both into a motion language that belongs to neither.",
      "Each domain has its own motion encoder and a learned set of basic motions; transformers shared by both domains turn these into a common code.",
      "There, transferring is adding: the change in the driver is added to the state of the source.",
      "Another transformer translates the sum back, with the source's appearance in view.",
      "In place of pairs, training relies on analogy: the change between two driven cartoons must equal the change between the two real frames that drove them.",
    ],
    claims: [
      "It is superior to competing methods in extensive evaluations of cartoon faces driven by real videos and the reverse.",
      "No paired data are used.",
      "A cartoon dataset in Disney style is contributed.",
    ],
    checks: [
      "Drawn faces with a known right answer: motion error 15 % lower than the best of a within-domain model and a shared encoder.",
      "Identity may get 5 % worse; leaving out the analogy is the ablation.",
    ],
  },
  diagram: [
    { label: "Source cartoon", kind: "input" },
    { label: "Driving real video", kind: "input" },
    { label: "Motion encoder per domain", kind: "encoder", from: [0, 1] },
    { label: "Motion bases as queries", kind: "memory" },
    { label: "Add in canonical space", kind: "procedure" },
    { label: "Back to source domain", kind: "decoder", from: [0, 4] },
    { label: "Domain generator", kind: "decoder" },
    { label: "Analogy + reconstruction", kind: "loss" },
  ],
};

export const taskAwareDvc: Paper = {
  slug: "task-aware-dvc",
  arxiv: "2404.04848",
  title: "Task-Aware Encoder Control for Deep Video Compression",
  authors: ["Xingtong Ge", "Jixiang Luo", "Xinjie Zhang", "Tongda Xu", "Guo Lu", "Dailan He", "Jing Geng", "Yan Wang", "Jun Zhang", "Hongwei Qin"],
  year: 2024,
  venue: "CVPR",
  keywords: ["video compression", "coding for machines", "encoder control", "object detection", "rate-distortion", "mode prediction"],
  modality: ["video"],
  card: {
    problem: ["Video meant for detectors rather than eyes could be far smaller, but learned codecs then need a separate decoder for each task."],
    idea: [
      "Put the intelligence into the encoder, as classical codecs do, and freeze the decoder.",
      "One small network looks at each residual value and decides whether the task needs it; skipped values are replaced by what the decoder expects anyway and cost almost nothing.",
      "Another decides where new groups of pictures begin and which frames deserve which mode; both are trained on bits plus the loss of a detector or tracker.",
      "The stream remains valid for the standard decoder, so one decoder serves people and all machines.",
    ],
    claims: [
      "About 25 % of the bitrate is saved for different tasks compared with earlier deep codecs.",
      "A single pre-trained decoder suffices, and several existing codecs can be controlled in this way.",
    ],
    checks: [
      "Detection, tracking and action recognition on rendered clips: 15 % fewer bits in two of three tasks than the uncontrolled codec.",
      "Bits are real file bytes, and the hash of the decoder must stay the same.",
    ],
  },
  diagram: [
    { label: "Video frames", kind: "input" },
    { label: "Where do groups begin?", kind: "encoder" },
    { label: "Trained video encoder", kind: "encoder", from: [0, 1] },
    { label: "Which residuals to send?", kind: "encoder" },
    { label: "Bitstream", kind: "memory", from: [2, 3] },
    { label: "Frozen standard decoder", kind: "decoder" },
    { label: "Task loss + rate", kind: "loss", from: [4, 5] },
  ],
};

export const cmvc: Paper = {
  slug: "cmvc",
  arxiv: "2408.08093",
  title: "When Video Coding Meets Multimodal Large Language Models: A Unified Paradigm for Video Coding",
  year: 2024,
  keywords: ["video coding", "multimodal llm", "semantic compression", "text-to-video", "frame interpolation", "ultra-low bitrate"],
  modality: ["video", "text", "image"],
  card: {
    problem: ["Codecs remove redundancy inside a video but ignore how much of any video could be described in a sentence."],
    idea: [
      "Send the description and let a generator draw it again.",
      "The video is cut where its content changes, and each clip is separated into what is seen, a key frame, and what happens, a motion.",
      "A multimodal language model puts them into words.",
      "In one mode two texts are all that is sent, and a text-to-video model rebuilds the scene.",
      "In the other the key frames go along as compressed images, and a generator with a low-rank adapter fills the time between them as the motion text says.",
    ],
    claims: [
      "The text-only mode reconstructs the meaning effectively.",
      "With key frames, perceptual consistency is competitive.",
      "An interpolation model tuned by low-rank adaptation keeps the generated motion smooth.",
    ],
    checks: [
      "Text alone must keep 60 % of what a captioner reads in the original, in a fifth of a learned codec's lowest rate.",
      "With key frames it must look better, by Fréchet distance, than that codec at the same rate; pixel accuracy is expected to lose and is printed.",
    ],
  },
  diagram: [
    { label: "Video", kind: "input" },
    { label: "Cut at content changes", kind: "procedure" },
    { label: "Multimodal language model", kind: "encoder" },
    { label: "Content text, motion text", kind: "memory" },
    { label: "Key frames, optional", kind: "memory", from: [1] },
    { label: "Video generator", kind: "decoder", from: [3, 4] },
    { label: "Rebuilt video", kind: "output" },
  ],
};
