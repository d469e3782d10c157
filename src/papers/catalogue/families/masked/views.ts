/** Papers of the family "masked" that learn from several modalities, views or moments of a scene. */
import type { Paper } from "../../family.ts";

export const multimae: Paper = {
  slug: "multimae",
  arxiv: "2204.01678",
  title: "MultiMAE: Multi-modal Multi-task Masked Autoencoders",
  authors: ["Roman Bachmann", "David Mizrahi", "Andrei Atanov", "Amir Zamir"],
  year: 2022,
  venue: "ECCV",
  code: "https://github.com/EPFL-VILAB/MultiMAE",
  keywords: ["masked autoencoder", "multi-modal pre-training", "depth estimation", "semantic segmentation", "pseudo labels", "multi-task learning"],
  modality: ["image", "depth"],
  card: {
    problem: [
      "Cameras increasingly come with depth or segmentation, but pre-trained vision models accept colour alone.",
      "Feeding several full modalities to one transformer would be too expensive, and the model could ignore all but the easiest.",
    ],
    idea: [
      "Cut colour, depth and semantic maps into patches and hide five sixths of the whole pile.",
      "How many patches each modality keeps is drawn at random per sample, so sometimes the network sees nearly nothing but depth, sometimes nearly nothing but colour.",
      "One encoder reads what is left, and small decoders rebuild every modality from it.",
      "A hidden colour patch can therefore be explained by visible depth at the same spot, which forces the modalities to predict each other.",
      "Depth and semantics come from existing networks, so any collection of photographs will do.",
    ],
    claims: [
      "With colour alone it equals MAE on ImageNet (83.3 %) and ADE20K (46.2 mIoU), and passes it on NYUv2 segmentation, 52.0 to 50.8, and depth, 86.4 to 85.1.",
      "Given depth as well, NYUv2 segmentation rises to 56.0 and Hypersim from 37.0 to 47.6.",
      "Pre-training encodes 98 of 588 tokens and relies on pseudo labels only.",
    ],
    checks: [
      "Segmentation of rendered scenes from 100 labelled images: with colour only it must stay within a point of a colour-only masked autoencoder that encodes as many tokens.",
      "Adding depth at test time must then raise mean IoU by three points.",
      "Depth guessed from colour alone must beat the mean-depth guess by a fifth.",
    ],
  },
  diagram: [
    { label: "Colour patches", kind: "input" },
    { label: "Depth patches", kind: "input" },
    { label: "Semantic patches", kind: "input" },
    { label: "Keep a random sixth of all", kind: "procedure", from: [0, 1, 2] },
    { label: "Shared transformer", kind: "encoder" },
    { label: "One decoder per modality", kind: "decoder" },
    { label: "Rebuild hidden patches", kind: "objective" },
    { label: "Sum of per-modality losses", kind: "loss" },
  ],
};

export const croco: Paper = {
  slug: "croco",
  arxiv: "2210.10716",
  title: "CroCo: Self-Supervised Pre-training for 3D Vision Tasks by Cross-View Completion",
  authors: [
    "Philippe Weinzaepfel",
    "Vincent Leroy",
    "Thomas Lucas",
    "Romain Brégier",
    "Yohann Cabon",
    "Vaibhav Arora",
    "Leonid Antsfeld",
    "Boris Chidlovskii",
    "Gabriela Csurka",
    "Jérôme Revaud",
  ],
  year: 2022,
  venue: "NeurIPS",
  code: "https://github.com/naver/croco",
  keywords: ["cross-view completion", "3d vision", "depth estimation", "optical flow", "relative camera pose", "masked image modeling"],
  modality: ["image"],
  card: {
    problem: [
      "Completing one masked photo teaches what things look like, not where they are in space.",
      "Depth, flow and camera pose need geometry, and hidden content in a single view can often only be guessed.",
    ],
    idea: [
      "The model is given a second, complete photo of the scene from another viewpoint, and the first loses nine tenths of its patches, so that it can hardly be completed from itself.",
      "A shared encoder reads both views, and the decoder lets the first view consult the second by cross-attention while it fills in the gaps.",
      "The answer is usually visible over there, but at a shifted place: to find it the network has to learn how the two cameras relate.",
      "Encoder and decoder together are then tuned on two-image tasks, the encoder alone on one-image tasks.",
    ],
    claims: [
      "Fine-tuned for monocular 3D tasks such as depth, it improves clearly on single-view masked pre-training.",
      "Optical flow and relative pose come out competitive with a plain transformer that has no part made for these tasks.",
    ],
    checks: [
      "On rendered pairs of views, the error on hidden patches must be a tenth lower than that of a masked autoencoder without the second view, and a wrong second view must bring no help.",
      "Depth read linearly from the frozen encoder must have at least 3 % less relative error than from that autoencoder.",
      "The turn of the camera is regressed from the decoder.",
    ],
  },
  diagram: [
    { label: "View 1, nine tenths hidden", kind: "input" },
    { label: "View 2, complete", kind: "input" },
    { label: "Shared vision transformer", kind: "encoder", from: [0, 1] },
    { label: "Cross-attention to view 2", kind: "decoder" },
    { label: "Fill in view 1", kind: "objective" },
    { label: "Squared error on pixels", kind: "loss" },
  ],
};

export const videomaeV2: Paper = {
  slug: "videomae-v2",
  arxiv: "2303.16727",
  title: "VideoMAE V2: Scaling Video Masked Autoencoders with Dual Masking",
  authors: ["Limin Wang", "Bingkun Huang", "Zhiyu Zhao", "Zhan Tong", "Yinan He", "Yi Wang", "Yali Wang", "Yu Qiao"],
  year: 2023,
  venue: "CVPR",
  code: "https://github.com/OpenGVLab/VideoMAEv2",
  keywords: ["video masked autoencoder", "dual masking", "action recognition", "tube masking", "foundation model", "video pre-training"],
  modality: ["video"],
  card: {
    problem: [
      "A masked video autoencoder spares its encoder nine tenths of the tokens, yet its decoder still processes them all.",
      "At a billion parameters that decoder, and the shortage of varied clips, stand in the way.",
    ],
    idea: [
      "Mask twice, once for each half of the network.",
      "The encoder sees a tenth of the places, the same ones in every frame, so nothing can be copied from the moment before.",
      "The decoder rebuilds only half of the places, chosen by a small checker pattern that moves on from frame to frame.",
      "Over any four time slices every place gets its turn equally often, so little is lost by looking at half.",
      "Training then goes from unlabelled clips of many sources through a merged labelled set to the target data.",
    ],
    claims: [
      "A video transformer with a billion parameters reaches 90.0 % on Kinetics-400 and 89.9 % on Kinetics-600.",
      "On Something-Something it reaches 68.7 % (V1) and 77.0 % (V2).",
      "In the released ViT-g, the supervised stage in the middle lifts Kinetics-400 from 87.2 to 88.4 %.",
    ],
    checks: [
      "A linear probe for the motion class of rendered clips must stay within 1.5 points of VideoMAE, which decodes everything, after as many steps.",
      "The decoder may take at most 0.65 of VideoMAE's FLOPs and less wall time; a random decoder mask is the control.",
    ],
  },
  diagram: [
    { label: "Video clip", kind: "input" },
    { label: "Tube mask hides 90 %", kind: "procedure" },
    { label: "Video transformer", kind: "encoder" },
    { label: "Moving mask keeps half", kind: "procedure", from: [0] },
    { label: "Light decoder", kind: "decoder", from: [2, 3] },
    { label: "Squared error on pixels", kind: "loss" },
  ],
};
