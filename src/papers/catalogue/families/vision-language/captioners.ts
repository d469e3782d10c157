/** Papers of the family "vision-language" that learn by captioning. */
import type { Paper } from "../../family.ts";

export const coca: Paper = {
  slug: "coca",
  arxiv: "2205.01917",
  title: "CoCa: Contrastive Captioners are Image-Text Foundation Models",
  authors: ["Jiahui Yu", "Zirui Wang", "Vijay Vasudevan", "Legg Yeung", "Mojtaba Seyedhosseini", "Yonghui Wu"],
  year: 2022,
  venue: "TMLR",
  keywords: ["contrastive captioning", "foundation model", "zero-shot classification", "image captioning", "attention pooling"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Contrast gives vectors for search, captioning gives a decoder for language.",
      "A model for both risks paying for two passes over the data.",
    ],
    idea: [
      "Split one text decoder in the middle.",
      "The lower half never looks at the image, so its output is a pure text embedding, good for contrast.",
      "The upper half attends to the image and predicts the caption.",
      "Both losses come out of one forward pass.",
      "Class labels are simply more text, so annotated images join the web's captions.",
    ],
    claims: [
      "On ImageNet it reaches 86.3% zero-shot, 90.6% with a frozen encoder and a learnt head, and 91.0% fine-tuned.",
      "It also leads in video recognition, retrieval, multimodal understanding and captioning.",
    ],
    checks: [
      "Contrast only, captions only, and both are trained with the same image encoder; twins with swapped attributes are added to the test.",
      "FLOPs must be well below the sum of the two single models.",
      "Changing the image must not move the text embedding.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Text", kind: "input" },
    { label: "Image encoder and poolers", kind: "encoder", from: [0] },
    { label: "Lower half, text only", kind: "encoder", from: [1] },
    { label: "Contrast", kind: "loss", from: [2, 3] },
    { label: "Upper half, sees image", kind: "decoder", from: [2, 3] },
    { label: "Next word", kind: "loss" },
    { label: "Embed, search, caption", kind: "output", from: [2, 3, 5] },
  ],
};

export const cappa: Paper = {
  slug: "cappa",
  arxiv: "2306.07915",
  title: "Image Captioners Are Scalable Vision Learners Too",
  authors: ["Michael Tschannen", "Manoj Kumar", "Andreas Steiner", "Xiaohua Zhai", "Neil Houlsby", "Lucas Beyer"],
  year: 2023,
  venue: "NeurIPS",
  code: "https://github.com/google-research/big_vision",
  keywords: ["image captioning", "vision pre-training", "parallel prediction", "scaling", "contrastive baseline"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Vision encoders are pre-trained by contrast; captioning is held to be inferior.",
      "The two had never been compared with equal data, compute and size.",
    ],
    idea: [
      "Make the comparison fair, with a standard encoder-decoder.",
      "Then improve the captioner by making it less comfortable.",
      "For most examples the decoder sees no previous words at all and must predict the whole caption in parallel.",
      "It cannot lean on language habits, so everything has to come from the image, and the encoder learns more.",
      "The rest are ordinary captions, so it can still score text.",
    ],
    claims: [
      "On classification, captioning rivals contrast; on tasks of vision and language it is ahead.",
      "It scales as well or better with model and data.",
    ],
    checks: [
      "Contrast, captioning, and captioning with parallel prediction get equal FLOPs and the same encoder.",
      "Attribute swaps and relation swaps test whether word order and binding are understood.",
      "In parallel mode, permuting the target must change no score.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Vision transformer", kind: "encoder" },
    { label: "Hide all words, 3 in 4 cases", kind: "procedure" },
    { label: "Caption decoder", kind: "decoder", from: [1, 2] },
    { label: "Predict the caption", kind: "loss" },
    { label: "Image features", kind: "output", from: [1] },
    { label: "Caption scores", kind: "output", from: [3] },
  ],
};

export const locca: Paper = {
  slug: "locca",
  arxiv: "2403.19596",
  title: "LocCa: Visual Pretraining with Location-aware Captioners",
  authors: ["Bo Wan", "Michael Tschannen", "Yongqin Xian", "Filip Pavetic", "Ibrahim Alabdulmohsin", "Xiao Wang", "André Susano Pinto", "Andreas Steiner", "Lucas Beyer", "Xiaohua Zhai"],
  year: 2024,
  venue: "NeurIPS",
  keywords: ["captioning", "localization", "vision pre-training", "referring expressions", "bounding boxes"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Captioning has proved a good way to pre-train a vision encoder.",
      "But a caption says what is there, not where.",
    ],
    idea: [
      "Keep the captioner and ask it for places too.",
      "Box coordinates are written as words, so the decoder needs no new part.",
      "Three requests share one encoding of the image: caption it, name a region and then its box, or give a box and then its name.",
      "The encoder must keep positions that a plain caption lets it forget.",
    ],
    claims: [
      "It is clearly better than standard captioners on localisation tasks.",
      "On tasks about the whole image it stays comparable.",
    ],
    checks: [
      "A plain captioner with matched FLOPs and the three-request model are frozen, and a fresh decoder learns to locate from 500 examples.",
      "Captions and attribute probes guard the whole-image skills.",
      "Writing a box and reading it back may be off by half a bin.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Image encoder", kind: "encoder" },
    { label: "Which request", kind: "input" },
    { label: "Caption and box decoder", kind: "decoder", from: [1, 2] },
    { label: "Next word or coordinate", kind: "loss" },
    { label: "Box for a phrase", kind: "output", from: [3] },
    { label: "Image features", kind: "output", from: [1] },
  ],
};

export const icmlm: Paper = {
  slug: "icmlm",
  arxiv: "2008.01392",
  title: "Learning Visual Representations with Caption Annotations",
  authors: ["Mert Bulent Sariyildiz", "Julien Perez", "Diane Larlus"],
  year: 2020,
  venue: "ECCV",
  keywords: ["visual representation learning", "masked language modeling", "captions", "weak supervision", "transfer learning"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Good image features were learnt from a million hand-labelled pictures.",
      "Captioned pictures are easy to crawl, and a caption says more than a label.",
    ],
    idea: [
      "Hide one word of the caption and let the network guess it from the picture and the remaining words.",
      "If the words alone do not suffice, the image features must carry the answer.",
      "Image and text have separate encoders; they meet only in the guess, through attention or a small Transformer.",
      "Attention shows which part of the image was consulted.",
      "Afterwards the visual encoder is kept, trained from scratch by captions alone.",
    ],
    claims: [
      "The features transfer well to a variety of tasks.",
      "Captions inject both global and localised meaning into them.",
    ],
    checks: [
      "Predicting tags from the same captions is the rival; two ways of joining image and text are tried.",
      "Guessing with a shuffled image shows how much came from words alone.",
      "The text encoder must receive no gradient.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Caption, one word hidden", kind: "input" },
    { label: "Visual encoder", kind: "encoder", from: [0] },
    { label: "Frozen text encoder", kind: "encoder", from: [1] },
    { label: "Attention or Transformer", kind: "encoder", from: [2, 3] },
    { label: "Guess the word", kind: "loss" },
    { label: "Image features", kind: "output", from: [2] },
  ],
};

export const refers: Paper = {
  slug: "refers",
  arxiv: "2111.03452",
  title: "Generalized Radiograph Representation Learning via Cross-supervision between Images and Free-text Radiology Reports",
  authors: ["Hong-Yu Zhou", "Xiaoyu Chen", "Yinghao Zhang", "Ruibang Luo", "Liansheng Wang", "Yizhou Yu"],
  year: 2022,
  venue: "Nature Machine Intelligence",
  code: "https://github.com/funnyzhou/REFERS",
  keywords: ["medical imaging", "radiology reports", "pre-training", "multi-view", "low-label"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Labelled X-rays are scarce, because labelling takes experts and two rounds of work.",
      "Every X-ray, however, comes with a report.",
    ],
    idea: [
      "Use the report as the teacher.",
      "A patient's study holds several views; one vision transformer reads each.",
      "Gates decide, patch by patch, how much each view contributes.",
      "From the fused views the model must write the report, and match it among others.",
      "Afterwards the transformer works on single images.",
    ],
    claims: [
      "On four X-ray sets with very few labels it is ahead of transfer and self-supervised methods.",
      "It even surpasses pre-training on structured labels made with human help.",
    ],
    checks: [
      "Pre-training uses scenes from three cameras with partly negated reports; tests use one view and 1% or 10% of the labels.",
      "Contrast on images alone and a single-view version are the rivals.",
      "Exchanging views together with their gates must exchange outputs alike.",
    ],
  },
  diagram: [
    { label: "Up to three views", kind: "input" },
    { label: "Shared vision transformer", kind: "encoder" },
    { label: "Gated view fusion", kind: "encoder" },
    { label: "Report", kind: "input" },
    { label: "Write the report", kind: "decoder", from: [2] },
    { label: "Report encoder", kind: "encoder", from: [3] },
    { label: "Generate and match", kind: "loss", from: [3, 4, 5] },
    { label: "Features for one X-ray", kind: "output", from: [1] },
  ],
};
