/** Papers of the family "masked" that learn from single images. */
import type { Paper } from "../../family.ts";

export const crossmae: Paper = {
  slug: "crossmae",
  arxiv: "2401.14391",
  title: "Rethinking Patch Dependence for Masked Autoencoders",
  year: 2025,
  venue: "TMLR",
  code: "https://github.com/TonyLianLong/CrossMAE",
  keywords: ["masked autoencoder", "self-supervised learning", "cross-attention", "vision transformer", "efficient decoder", "image pre-training"],
  modality: ["image"],
  card: {
    problem: [
      "A masked autoencoder hides three quarters of an image, yet its decoder still runs self-attention over every patch, hidden or not.",
      "Nobody had asked whether hidden patches need to look at one another at all.",
    ],
    idea: [
      "Take self-attention out of the decoder.",
      "Each hidden patch becomes a query that reads only the visible patches, through cross-attention.",
      "Because queries no longer depend on each other, any subset can be decoded, and a third of the hidden patches is enough to train on.",
      "Every decoder block also learns its own weighted sum of all encoder layers, so early blocks may read coarse features and later ones fine detail.",
      "After pre-training the decoder is thrown away; the encoder is an ordinary vision transformer.",
    ],
    claims: [
      "The decoder needs 2.5 to 3.7 times less compute than that of MAE at equal accuracy.",
      "Fine-tuned on ImageNet, the released models reach 79.3 (ViT-S), 83.7 (ViT-B), 85.4 (ViT-L) and 86.3 % (ViT-H); MAE's ViT-H is listed at 85.9 %.",
      "With compute held equal it beats MAE on ImageNet classification and on COCO instance segmentation.",
    ],
    checks: [
      "A linear probe on ten emoji categories: decoding a third of the hidden patches must stay within two points of MAE with the same encoder and the same steps.",
      "Counted decoder FLOPs must fall at least 2.5 times and the measured step must be shorter.",
      "Given MAE's total compute, the cheaper decoder must do no worse than MAE.",
    ],
  },
  diagram: [
    { label: "Visible quarter of the patches", kind: "input" },
    { label: "Positions of some hidden patches", kind: "input" },
    { label: "Vision transformer", kind: "encoder", from: [0] },
    { label: "Weighted sums of all layers", kind: "encoder" },
    { label: "Cross-attention decoder", kind: "decoder", from: [1, 3] },
    { label: "Squared error on pixels", kind: "loss" },
  ],
};
