/** Papers of the family "vision" that design vision transformers. */
import type { Paper } from "../../family.ts";

export const crossformer: Paper = {
  slug: "crossformer",
  arxiv: "2108.00154",
  title: "CrossFormer: A Versatile Vision Transformer Hinging on Cross-scale Attention",
  authors: ["Wenxiao Wang", "Lu Yao", "Long Chen", "Binbin Lin", "Deng Cai", "Xiaofei He", "Wei Liu"],
  year: 2022,
  venue: "ICLR",
  code: "https://github.com/cheerss/CrossFormer",
  keywords: ["vision transformer", "cross-scale attention", "backbone", "position bias", "image classification"],
  modality: ["image"],
  card: {
    problem: [
      "A vision transformer cuts the image into patches of one size.",
      "To save cost it also merges or confines them early, so fine detail and long reach are hard to have together.",
    ],
    idea: [
      "Build every token from several patch sizes around the same centre, the large ones with fewer channels.",
      "Do this again between stages, so scale is mixed all the way up.",
      "Attention alternates: one layer joins neighbours, the next joins tokens spread evenly over the map.",
      "After two such layers every token can have heard from every other, at the cost of small groups.",
      "Position enters through a tiny network of offsets, which works for image sizes never seen.",
    ],
    claims: [
      "It beats other vision transformers on classification, detection, and both kinds of segmentation.",
      "Images of any size are accepted.",
    ],
    checks: [
      "Shifted windows, mixed patch sizes alone, alternating attention alone, and both are compared at equal FLOPs.",
      "After training at 64 pixels, tests at 96 compare the offset network with a stretched table.",
      "Spreading tokens into groups and gathering them must be the identity.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Patches of four sizes", kind: "encoder" },
    { label: "Attention among neighbours", kind: "encoder" },
    { label: "Attention at a distance", kind: "encoder" },
    { label: "Merge, mix sizes again", kind: "procedure" },
    { label: "Class or dense features", kind: "output" },
  ],
};

export const xcit: Paper = {
  slug: "xcit",
  arxiv: "2106.09681",
  title: "XCiT: Cross-Covariance Image Transformers",
  authors: ["Alaaeldin El-Nouby", "Hugo Touvron", "Mathilde Caron", "Piotr Bojanowski", "Matthijs Douze", "Armand Joulin", "Ivan Laptev", "Natalia Neverova", "Gabriel Synnaeve", "Jakob Verbeek", "Hervé Jégou"],
  year: 2021,
  venue: "NeurIPS",
  code: "https://github.com/facebookresearch/xcit",
  keywords: ["vision transformer", "linear attention", "cross-covariance", "high resolution", "backbone"],
  modality: ["image"],
  card: {
    problem: [
      "Self-attention compares every patch with every other.",
      "Double the side of an image and the cost grows sixteenfold.",
    ],
    idea: [
      "Transpose attention: compare channels instead of patches.",
      "Each head builds a small matrix of how its key channels vary with its query channels over the whole image.",
      "Its size is fixed, so cost grows in step with the number of patches.",
      "Channels are normalised along the patches and a learnt temperature sets the sharpness.",
      "As this mixes no neighbours by itself, a light convolution follows each block, and the class token comes in only at the end.",
    ],
    claims: [
      "XCiT-S12/16 scores 82.0 on ImageNet where DeiT-S has 79.9.",
      "It is strong in self-supervised learning, detection and segmentation too, and time and memory grow only linearly with the patches.",
    ],
    checks: [
      "Time, FLOPs and activations are measured from 64 to 4,096 tokens beside ordinary attention.",
      "On emoji it must stay within a point of a vision transformer and lose clearly without its convolution.",
      "Scaling one channel of the queries must change nothing.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Convolutional stem", kind: "encoder" },
    { label: "Channel attention", kind: "encoder" },
    { label: "Local convolution", kind: "encoder" },
    { label: "Class attention", kind: "encoder" },
    { label: "Class or dense features", kind: "output", from: [3, 4] },
  ],
};

export const cswin: Paper = {
  slug: "cswin",
  arxiv: "2107.00652",
  title: "CSWin Transformer: A General Vision Transformer Backbone with Cross-Shaped Windows",
  authors: ["Xiaoyi Dong", "Jianmin Bao", "Dongdong Chen", "Weiming Zhang", "Nenghai Yu", "Lu Yuan", "Dong Chen", "Baining Guo"],
  year: 2022,
  venue: "CVPR",
  code: "https://github.com/microsoft/CSWin-Transformer",
  keywords: ["vision transformer", "cross-shaped window", "backbone", "positional encoding", "semantic segmentation"],
  modality: ["image"],
  card: {
    problem: [
      "Global attention is expensive; attention in square windows spreads information slowly, a window at a time.",
    ],
    idea: [
      "Split the heads in two.",
      "One half attends within vertical stripes, the other within horizontal ones, so a token sees a whole cross in a single layer.",
      "Stripes are narrow in early stages, where maps are large, and wide later.",
      "Position comes from a small convolution on the values, added beside attention rather than to its scores.",
      "It accepts any input size.",
    ],
    claims: [
      "It reaches 85.4% on ImageNet-1K without extra data, 53.9 box and 46.4 mask AP on COCO, and 52.2 mIoU on ADE20K.",
      "At similar FLOPs Swin trails by 1.2 points in classification and by 2.0 in box AP and mIoU.",
      "Pre-trained on ImageNet-21K it reaches 87.5% and 55.7 mIoU.",
    ],
    checks: [
      "Shifted windows, stripes in one direction, and the cross are compared at equal FLOPs on emoji and on a task that needs rows and columns.",
      "The gradient of one output must reach a cross of tokens and nothing else.",
      "Stripes as wide as the map must equal full attention.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Overlapping patch stem", kind: "encoder" },
    { label: "Vertical stripe heads", kind: "encoder" },
    { label: "Horizontal stripe heads", kind: "encoder", from: [1] },
    { label: "Join, then MLP", kind: "encoder", from: [2, 3] },
    { label: "Shrink map, widen stripes", kind: "procedure" },
    { label: "Class or dense features", kind: "output" },
  ],
};

export const crossvit: Paper = {
  slug: "crossvit",
  arxiv: "2103.14899",
  title: "CrossViT: Cross-Attention Multi-Scale Vision Transformer for Image Classification",
  authors: ["Chun-Fu Chen", "Quanfu Fan", "Rameswar Panda"],
  year: 2021,
  venue: "ICCV",
  code: "https://github.com/IBM/CrossViT",
  keywords: ["vision transformer", "multi-scale", "cross-attention", "image classification", "dual-branch"],
  modality: ["image"],
  card: {
    problem: [
      "Small patches see detail and cost much; large patches are cheap and coarse.",
      "A plain vision transformer must choose one size.",
    ],
    idea: [
      "Run two branches: a deep one on large patches and a shallow one on small patches.",
      "Each has a class token that sums up its own view.",
      "To exchange views, the class token of one branch visits the other's patches as the only query and takes the news home.",
      "One query makes the exchange linear in the number of patches.",
      "The two class tokens vote at the end.",
    ],
    claims: [
      "On ImageNet it is 2 points above DeiT, for a small to moderate rise in FLOPs and weights.",
      "CrossViT-15 is listed at 81.5 against 79.9 for DeiT-S.",
    ],
    checks: [
      "Single branches at matched FLOPs, voting without exchange, full attention over both, and the single-query exchange compete.",
      "Exchange must cost under 5% of full attention's.",
      "Changing small patches must not alter the large-patch tokens within the same stage.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Small-patch branch", kind: "encoder" },
    { label: "Large-patch branch", kind: "encoder", from: [0] },
    { label: "Class tokens visit", kind: "encoder", from: [1, 2] },
    { label: "Average two votes", kind: "procedure" },
    { label: "Class", kind: "output" },
  ],
};
