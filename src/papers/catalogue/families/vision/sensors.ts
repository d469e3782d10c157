/** Papers of the family "vision" that join two views or sensors. */
import type { Paper } from "../../family.ts";

export const dformer: Paper = {
  slug: "dformer",
  arxiv: "2309.09668",
  title: "DFormer: Rethinking RGBD Representation Learning for Semantic Segmentation",
  authors: ["Bowen Yin", "Xuying Zhang", "Zhong-Yu Li", "Li Liu", "Ming-Ming Cheng", "Qibin Hou"],
  year: 2024,
  venue: "ICLR",
  code: "https://github.com/VCIP-RGBD/DFormer",
  keywords: ["rgb-d", "semantic segmentation", "depth", "pre-training", "salient object detection"],
  modality: ["image", "depth"],
  card: {
    problem: [
      "Networks for colour plus depth reuse a backbone trained on colour alone and run depth through it.",
      "It was never meant for geometry, and running two copies is costly.",
    ],
    idea: [
      "Pre-train on colour and depth from the first day: depth is estimated for every ImageNet picture.",
      "The block is built for unequal partners: depth gets half the channels.",
      "A local part gates colour with depth detail, and a global part lets 49 pooled queries look over the whole image, at a cost that grows only in step with its size.",
      "A light head on top segments.",
    ],
    claims: [
      "It sets new best results on two segmentation and five salient-object data sets.",
      "It spends less than half the compute of the best methods before it.",
    ],
    checks: [
      "On camouflaged scenes that need depth, colour alone and two fused encoders compete with the block pre-trained with and without depth.",
      "FLOPs must be at most 0.6 of the two-encoder rival.",
      "With the depth weights at zero, depth must enter only through the pooled queries.",
    ],
  },
  diagram: [
    { label: "Colour image", kind: "input" },
    { label: "Depth map", kind: "input" },
    { label: "Colour stream", kind: "encoder", from: [0] },
    { label: "Thin depth stream", kind: "encoder", from: [1] },
    { label: "Gates and pooled attention", kind: "encoder", from: [2, 3] },
    { label: "Pre-train with depth present", kind: "objective" },
    { label: "Light segmentation head", kind: "decoder", from: [4, 5] },
    { label: "Label per pixel", kind: "output" },
  ],
};

export const rgbEventTracking: Paper = {
  slug: "rgb-event-tracking",
  arxiv: "2307.04129",
  title: "Cross-modal Orthogonal High-rank Augmentation for RGB-Event Transformer-trackers",
  authors: ["Zhiyu Zhu", "Junhui Hou", "Dapeng Oliver Wu"],
  year: 2023,
  venue: "ICCV",
  code: "https://github.com/ZHU-Zhiyu/High-Rank_RGB-Event_Tracker",
  keywords: ["object tracking", "event camera", "vision transformer", "modality masking", "regularization"],
  modality: ["video", "event-stream"],
  card: {
    problem: [
      "An event camera sees motion in the dark, an ordinary one sees a still object.",
      "A pre-trained transformer given both tends to lean on the one it knows.",
    ],
    idea: [
      "Change the training, not the network.",
      "At random places one sensor's token is dropped, never both, so the model must fetch the missing part from the other sensor.",
      "Dropping makes training shaky, and attention between sensors may collapse to a few patterns.",
      "A loss pushes the singular values of these attention blocks towards one, so every token keeps its own partner.",
      "Neither is present at test time.",
    ],
    claims: [
      "One-stream and two-stream trackers both gain clearly in precision and success rate.",
      "On COESOT the base model reaches 63.2 and the large one 65.0 success.",
    ],
    checks: [
      "The base tracker, dropping, and dropping with the loss are compared on clips where darkness blinds one camera or stillness the other.",
      "The effective rank of the attention blocks is printed.",
      "In ten thousand draws no place may lose both sensors.",
    ],
  },
  diagram: [
    { label: "Camera frames", kind: "input" },
    { label: "Event stream", kind: "input" },
    { label: "Drop one sensor per token", kind: "procedure", from: [0, 1] },
    { label: "Vision transformer", kind: "encoder" },
    { label: "Keep attention high-rank", kind: "loss" },
    { label: "Box head", kind: "decoder", from: [3] },
    { label: "Track", kind: "output" },
  ],
};

export const deepcvir: Paper = {
  slug: "deepcvir",
  arxiv: "2005.00725",
  title: "Cross-View Image Retrieval -- Ground to Aerial Image Retrieval through Deep Learning",
  authors: ["Numan Khurshid", "Talha Hanif", "Mohbat Tharani", "Murtaza Taj"],
  year: 2019,
  venue: "Lecture Notes in Computer Science",
  keywords: ["cross-view retrieval", "aerial images", "street view", "metric learning", "dataset"],
  modality: ["image"],
  card: {
    problem: [
      "A street photo and a satellite picture of the same kind of place share almost no pixels.",
      "Earlier data sets pair exact locations and carry no classes.",
    ],
    idea: [
      "Learn in two steps.",
      "One network per view supplies features that suit it.",
      "Two towers, one per view and not shared, map these features to a common space.",
      "Metric learning draws pairs of one class together and pushes others apart.",
      "Search then works from ground to air and back.",
    ],
    claims: [
      "It outperforms conventional matching on the authors' data set.",
      "That set, CrossViewRet, has six classes, from freeway to stadium, with 700 two-view images each.",
    ],
    checks: [
      "Ground and overhead renderings of six scene kinds are searched both ways by raw features, class posteriors, a shared tower, and the two towers.",
      "The class posterior is a strong trivial rival and must be shown.",
      "The metric stage must send no gradient into the feature networks.",
    ],
  },
  diagram: [
    { label: "Street photo", kind: "input" },
    { label: "Satellite image", kind: "input" },
    { label: "Street feature network", kind: "encoder", from: [0] },
    { label: "Aerial feature network", kind: "encoder", from: [1] },
    { label: "Two metric towers", kind: "encoder", from: [2, 3] },
    { label: "Same class close, others far", kind: "loss" },
    { label: "Search both ways", kind: "output", from: [4] },
  ],
};
