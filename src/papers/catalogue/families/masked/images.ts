/** Papers of the family "masked" that learn from single images. */
import type { Paper } from "../../family.ts";

export const crossmae: Paper = {
  slug: "crossmae",
  arxiv: "2401.14391",
  title: "Rethinking Patch Dependence for Masked Autoencoders",
  authors: ["Letian Fu", "Long Lian", "Renhao Wang", "Baifeng Shi", "Xudong Wang", "Adam Yala", "Trevor Darrell", "Alexei A. Efros", "Ken Goldberg"],
  year: 2025,
  venue: "TMLR",
  code: "https://github.com/TonyLianLong/CrossMAE",
  keywords: ["masked autoencoder", "self-supervised learning", "cross-attention", "vision transformer", "efficient decoder", "image pre-training"],
  modality: ["image"],
  card: {
    problem: [
      "A masked autoencoder hides three quarters of an image, yet its decoder still runs self-attention over every patch, hidden or not.",
      "It was unclear whether hidden patches gain anything from looking at one another.",
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

export const positionPrediction: Paper = {
  slug: "position-prediction",
  arxiv: "2207.07611",
  title: "Position Prediction as an Effective Pretraining Strategy",
  authors: ["Shuangfei Zhai", "Navdeep Jaitly", "Jason Ramapuram", "Dan Busbridge", "Tatiana Likhomanenko", "Joseph Yitan Cheng", "Walter Talbott", "Chen Huang", "Hanlin Goh", "Joshua Susskind"],
  year: 2022,
  venue: "ICML",
  keywords: ["position prediction", "self-supervised learning", "jigsaw", "vision transformer", "speech recognition", "position embeddings"],
  modality: ["image", "speech"],
  card: {
    problem: ["Transformers want a lot of data or strong regularization, and the usual cure, rebuilding hidden content, spends its effort on pixels or audio samples."],
    idea: [
      "Shuffle the pieces, leave out any position code and ask where each one came from: one classification per patch or audio frame, among all places.",
      "In every attention layer only a random part of the tokens may be read, so most tokens have to place themselves against sparse context.",
      "To solve that puzzle a model has to know how parts of an object, or sounds of a word, usually sit next to each other.",
      "The class head is then dropped and the transformer fine-tuned with or without positions.",
    ],
    claims: [
      "On vision and speech benchmarks it beats strong supervised training from scratch.",
      "It is comparable to current self-supervised methods: above MoCo v3 for the same number of epochs, a little under MAE.",
      "A transformer without position embeddings, pre-trained this way, outperforms one that was given full positions.",
    ],
    checks: [
      "Emoji classification with few labels: position prediction, then fine-tuning without positions, must beat training from scratch with positions by two points.",
      "The true place among 64 must be named ten times more often than by chance; masked autoencoding and an ensemble of both are reported beside it.",
    ],
  },
  diagram: [
    { label: "Patches, positions removed", kind: "input" },
    { label: "Random readable subset", kind: "procedure" },
    { label: "Transformer", kind: "encoder", from: [0, 1] },
    { label: "Name each patch's place", kind: "objective" },
    { label: "Cross-entropy over places", kind: "loss" },
  ],
};

export const flexpredict: Paper = {
  slug: "flexpredict",
  arxiv: "2308.00566",
  title: "Predicting masked tokens in stochastic locations improves masked image modeling",
  authors: ["Amir Bar", "Florian Bordes", "Assaf Shocher", "Mahmoud Assran", "Pascal Vincent", "Nicolas Ballas", "Trevor Darrell", "Amir Globerson", "Yann LeCun"],
  year: 2024,
  venue: "ICML",
  code: "https://github.com/amirbar/StoP",
  keywords: ["masked image modeling", "stochastic positions", "joint-embedding prediction", "position embeddings", "self-supervised learning", "linear probe"],
  modality: ["image"],
  card: {
    problem: [
      "Seeing half a dog, anyone expects a tail, but nobody can say at which pixel.",
      "Masked image models are nevertheless punished for every misplacement, which pushes them towards exact location instead of meaning.",
    ],
    idea: [
      "Tell the predictor only roughly where the missing piece lies.",
      "The position code of each hidden token receives Gaussian noise, drawn anew for every token, image and step, so the best answer is one that holds over a neighbourhood.",
      "The noise passes through the very matrix that carries the visible context into the predictor.",
      "That tie is the trick: a free noise matrix could shrink to zero and restore the rigid task, but this one cannot, since context would vanish with it.",
      "Targets are features from a slowly moving copy of the encoder, not pixels.",
    ],
    claims: [
      "ImageNet linear probing with ViT-B gains 1.6 points over masked-image baselines.",
      "Semi-supervised video segmentation with ViT-L gains 2.5 points.",
    ],
    checks: [
      "A linear probe on emoji categories, averaged over three seeds, must gain one point over the same joint-embedding model with exact positions.",
      "An ablation unties the noise matrix and follows its norm, to see whether it collapses as the authors argue.",
    ],
  },
  diagram: [
    { label: "Context block of an image", kind: "input" },
    { label: "Whole image", kind: "input" },
    { label: "Context encoder", kind: "encoder", from: [0] },
    { label: "Moving-average encoder", kind: "encoder", from: [1] },
    { label: "Noisy positions", kind: "procedure", from: [2] },
    { label: "Predictor", kind: "decoder", from: [2, 4] },
    { label: "Distance to target features", kind: "loss", from: [3, 5] },
  ],
};

export const uta: Paper = {
  slug: "uta",
  arxiv: "2405.19009",
  title: "Enhancing Vision-Language Model with Unmasked Token Alignment",
  authors: ["Jihao Liu", "Jinliang Zheng", "Boxiao Liu", "Yu Liu", "Hongsheng Li"],
  year: 2024,
  venue: "TMLR",
  code: "https://github.com/jihaonew/UTA",
  keywords: ["clip", "feature distillation", "zero-shot classification", "masked image modeling", "vision-language", "unmasked tokens"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Training a CLIP model from noisy web pairs is expensive.",
      "Masked image modelling is cheaper but yields an encoder that cannot be compared with text, and it trains on mask tokens that never occur in use.",
    ],
    idea: [
      "A frozen CLIP looks at the whole image; a fresh student sees only some of its patches.",
      "For exactly those visible patches, and for the summary token, the student has to match the teacher's vectors in the space shared with text.",
      "Since the teacher saw everything, each of its patch vectors already contains context that the student must infer.",
      "No mask token is ever fed in, so training and use look alike and fewer tokens are computed.",
      "The result works with CLIP's text tower at once, although the student has read no caption.",
    ],
    claims: [
      "Zero-shot ImageNet accuracy is 77.0 % for the B model, 81.4 % for L at 336 pixels and 83.9 % for g at 336 pixels.",
      "It outperforms masked image modelling on uni-modal and multi-modal benchmarks and trains more cheaply.",
    ],
    checks: [
      "Zero-shot naming of held-out emoji with a frozen text tower: aligning visible tokens must beat predicting hidden ones by two points at equal FLOPs.",
      "Distillation from full images, without masking, is trained as a third arm, and the student is set against its teacher.",
    ],
  },
  diagram: [
    { label: "Whole image", kind: "input" },
    { label: "Frozen CLIP image tower", kind: "encoder" },
    { label: "Keep half the patches", kind: "procedure", from: [0] },
    { label: "Student transformer", kind: "encoder" },
    { label: "Align the kept tokens", kind: "objective", from: [1, 3] },
    { label: "Negative cosine", kind: "loss" },
    { label: "Zero-shot classifier", kind: "output", from: [3] },
  ],
};
