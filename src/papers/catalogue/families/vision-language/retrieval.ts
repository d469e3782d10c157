/** Papers of the family "vision-language" that embed for retrieval or share adapters. */
import type { Paper } from "../../family.ts";

export const pcme: Paper = {
  slug: "pcme",
  arxiv: "2101.05068",
  title: "Probabilistic Embeddings for Cross-Modal Retrieval",
  authors: ["Sanghyuk Chun", "Seong Joon Oh", "Rafael Sampaio de Rezende", "Yannis Kalantidis", "Diane Larlus"],
  year: 2021,
  venue: "CVPR",
  code: "https://github.com/naver-ai/pcme",
  keywords: ["probabilistic embedding", "cross-modal retrieval", "uncertainty", "one-to-many", "image-text matching"],
  modality: ["image", "text"],
  card: {
    problem: [
      "'A bird on a branch' fits hundreds of pictures.",
      "A point in space cannot be close to all of them without being close to everything.",
    ],
    idea: [
      "Make each image and each caption a distribution: a mean and a spread.",
      "Whether two match is judged over many samples drawn from both, softly, with learnt scale and shift.",
      "Right and wrong pairs get separate terms, instead of a contest with one winner.",
      "Vague inputs learn a wide spread, so the model can say how sure it is.",
      "Because common test sets mark too few matches, results are also given on a set where all are known.",
    ],
    claims: [
      "It retrieves better than its deterministic twin.",
      "Its spreads are uncertainty estimates that make embeddings easier to interpret.",
    ],
    checks: [
      "Captions from vague to exact have known sets of matches; the twin with a single point is the rival.",
      "A caption's spread should grow with the number of scenes it fits.",
      "As the spread goes to zero the loss must become the twin's.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Caption", kind: "input" },
    { label: "Mean and spread", kind: "encoder", from: [0] },
    { label: "Mean and spread of text", kind: "encoder", from: [1] },
    { label: "Draw samples from both", kind: "procedure", from: [2, 3] },
    { label: "Soft match of samples", kind: "loss" },
    { label: "Search with confidence", kind: "output", from: [4] },
  ],
};

export const xbt: Paper = {
  slug: "xbt",
  arxiv: "2405.14715",
  title: "Towards Cross-modal Backward-compatible Representation Learning for Vision-Language Models",
  authors: ["Young Kyun Jang", "Ser-nam Lim"],
  year: 2025,
  venue: "ICCV",
  keywords: ["backward compatibility", "embedding upgrade", "clip", "image-text retrieval", "index"],
  modality: ["image", "text"],
  card: {
    problem: [
      "A better model arrives, but the index was built with the old one.",
      "Re-embedding a billion images is slow and dear.",
    ],
    idea: [
      "Teach the new model to speak the old one's space.",
      "A small projection maps new embeddings to old ones, and it is learnt from text alone, because text is plentiful and both models tie text to images.",
      "Then a few image-text pairs suffice to close the rest of the gap, through light added weights.",
      "The old model is no longer needed at that point, and the new one can be had back unchanged.",
      "New queries search the old gallery at once.",
    ],
    claims: [
      "Upgrades between CLIP-type models become possible without recomputing the gallery.",
      "Learning from text first means that far fewer captioned images are needed.",
    ],
    checks: [
      "New queries against the old gallery must beat old against old, in both directions.",
      "A linear map and full tuning get the same few pairs.",
      "With the added weights off, the new model must be untouched.",
    ],
  },
  diagram: [
    { label: "Text corpus", kind: "input" },
    { label: "Old text encoder", kind: "encoder" },
    { label: "New text encoder", kind: "encoder", from: [0] },
    { label: "Projection, new to old", kind: "encoder" },
    { label: "Same place as old", kind: "loss", from: [1, 3] },
    { label: "Few image-text pairs", kind: "input" },
    { label: "New model, light weights", kind: "encoder" },
    { label: "Contrast in old space", kind: "loss", from: [3, 6] },
    { label: "Old index, new queries", kind: "output", from: [3, 6] },
  ],
};

export const uniadapter: Paper = {
  slug: "uniadapter",
  arxiv: "2302.06605",
  title: "UniAdapter: Unified Parameter-Efficient Transfer Learning for Cross-modal Modeling",
  year: 2024,
  venue: "ICLR",
  code: "https://github.com/RERV/UniAdapter",
  keywords: ["parameter-efficient tuning", "adapters", "weight sharing", "video-text retrieval", "visual question answering"],
  modality: ["image", "video", "text"],
  card: {
    problem: [
      "Tuning all of a vision-language model for each task costs memory and a full copy.",
      "Adapters made for one modality do not fit a model with three paths.",
    ],
    idea: [
      "Put one small adapter beside every layer and let images, text and their fusion share it in part.",
      "Its first half, which squeezes, is common; its second half, which expands, is separate for each path.",
      "The fusion path also reuses the text half, and sees the query as it was before cross-attention.",
      "Sharing saves weights and lets what one path learns reach the others.",
      "The backbone stays frozen.",
    ],
    claims: [
      "Only 1.0-2.0% of the weights are tuned, and in most of six benchmarks it beats full fine-tuning.",
      "MSR-VTT retrieval reaches 49.7% recall@1 with 2.2% of the weights, 2.0% above the nearest rival.",
    ],
    checks: [
      "Full tuning, three separate adapters, and low-rank updates of equal size are compared with it on two shifted domains.",
      "Tuned weights, optimiser memory and step time are listed.",
      "At the start it must equal the frozen model, and every part must still receive a gradient.",
    ],
  },
  diagram: [
    { label: "Image or video", kind: "input" },
    { label: "Text", kind: "input" },
    { label: "Frozen vision layers", kind: "encoder", from: [0] },
    { label: "Frozen text layers", kind: "encoder", from: [1] },
    { label: "Shared squeeze, own expansion", kind: "encoder", from: [2, 3] },
    { label: "Frozen fusion layers", kind: "encoder" },
    { label: "Match and rank", kind: "loss" },
    { label: "Adapted model", kind: "output", from: [5] },
  ],
};
