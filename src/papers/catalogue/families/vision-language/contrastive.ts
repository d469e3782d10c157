/** Papers of the family "vision-language" that train image-text encoders by contrast. */
import type { Paper } from "../../family.ts";

export const filip: Paper = {
  slug: "filip",
  arxiv: "2111.07783",
  title: "FILIP: Fine-grained Interactive Language-Image Pre-Training",
  authors: ["Lewei Yao", "Runhui Huang", "Lu Hou", "Guansong Lu", "Minzhe Niu", "Hang Xu", "Xiaodan Liang", "Zhenguo Li", "Xin Jiang", "Chunjing Xu"],
  year: 2022,
  venue: "ICLR",
  keywords: ["fine-grained alignment", "late interaction", "clip", "zero-shot classification", "image-text retrieval"],
  modality: ["image", "text"],
  card: {
    problem: [
      "CLIP compares one vector per image with one per text, which loses detail.",
      "Attention between words and patches keeps detail but must be computed for every pair.",
    ],
    idea: [
      "Compare tokens, but only at the very end.",
      "For each patch, take its best-matching word and average; for each word, its best-matching patch and average.",
      "These two scores replace the dot product in the contrastive loss; nothing else changes.",
      "Since no token attends to the other side, both sides can be computed in advance.",
      "Which word found which patch is readable for free.",
    ],
    claims: [
      "It led on several tasks, among them zero-shot classification and image-text retrieval.",
      "Words land on the right patches without any box in training.",
      "A set of 300 million pairs, FILIP300M, was built for it.",
    ],
    checks: [
      "CLIP and the token score train on the same scenes; galleries include near-twins.",
      "The best patch for a shape word must lie inside that shape far more often than chance.",
      "With one token on each side the loss must be that of CLIP, and padding must count for nothing.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Text", kind: "input" },
    { label: "Patch vectors", kind: "encoder", from: [0] },
    { label: "Word vectors", kind: "encoder", from: [1] },
    { label: "Best match per token", kind: "procedure", from: [2, 3] },
    { label: "Contrast in both directions", kind: "loss" },
    { label: "Search with heat-map", kind: "output", from: [4] },
  ],
};

export const lightclip: Paper = {
  slug: "lightclip",
  arxiv: "2312.00674",
  title: "LightCLIP: Learning Multi-Level Interaction for Lightweight Vision-Language Models",
  authors: ["Ying Nie", "Wei He", "Kai Han", "Yehui Tang", "Tianyu Guo", "Fanyi Du", "Yunhe Wang"],
  year: 2023,
  keywords: ["lightweight model", "clip", "soft labels", "token alignment", "masked language modeling"],
  modality: ["image", "text"],
  card: {
    problem: [
      "CLIP is studied with large encoders.",
      "Small ones suffer more from its crude rule that exactly one caption fits an image.",
    ],
    idea: [
      "Add three training signals and remove them afterwards.",
      "Wrong captions are not equally wrong: as training goes on, part of the target is given to those that resemble the right one.",
      "Words and patches are matched in a relaxed one-to-one assignment, which adds detail to the single similarity.",
      "A bigger text encoder hardly helps, so it is shortened; hidden words, restored with the help of the image at several depths, get the most out of what is left.",
    ],
    claims: [
      "Several downstream tasks improve over CLIP trained the plain way, at no extra cost in use.",
      "A smaller text encoder loses little, since accuracy does not rise in step with its size.",
    ],
    checks: [
      "The three signals are added one by one on captions that are ambiguous on purpose.",
      "The plain model is also given the extra training compute, and that comparison is shown whatever it says.",
      "The final graph must have CLIP's FLOPs and weights.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Caption", kind: "input" },
    { label: "Small image encoder", kind: "encoder", from: [0] },
    { label: "Short text encoder", kind: "encoder", from: [1] },
    { label: "Softened pair labels", kind: "loss", from: [2, 3] },
    { label: "Word-patch matching", kind: "loss", from: [2, 3] },
    { label: "Masked words, image-aided", kind: "loss", from: [2, 3] },
    { label: "Small dual encoder", kind: "output", from: [2, 3] },
  ],
};

export const growclip: Paper = {
  slug: "growclip",
  arxiv: "2308.11331",
  title: "GrowCLIP: Data-aware Automatic Model Growing for Large-scale Contrastive Language-Image Pre-training",
  authors: ["Xinchi Deng", "Han Shi", "Runhui Huang", "Changlin Li", "Hang Xu", "Jianhua Han", "James Kwok", "Shen Zhao", "Wei Zhang", "Xiaodan Liang"],
  year: 2023,
  venue: "ICCV",
  keywords: ["continual pre-training", "model growth", "architecture search", "clip", "weight inheritance"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Image-text data keep arriving, but a network's size is fixed on the first day.",
      "Starting again with a bigger one wastes what was learnt.",
    ],
    idea: [
      "Let the network grow when the data do.",
      "At each arrival a search tries where to add: layers for images, layers for text, layers shared by both, or width.",
      "The space of choices widens with the data.",
      "Old weights are inherited with momentum rather than copied outright, to keep what was learnt without staying stuck where the old model was.",
      "The log of choices shows which parts are worth enlarging.",
    ],
    claims: [
      "Average top-1 accuracy over nine zero-shot classification tasks improves by 2.3%.",
      "Image-to-text recall on Flickr30K improves by 1.2%.",
    ],
    checks: [
      "A fixed small model, the final shape from scratch at equal total compute, growth by exact copy, by mixed copy, and by random choice compete.",
      "The cost of the search is counted.",
      "An exact copy with silent new layers must give the old embeddings.",
    ],
  },
  diagram: [
    { label: "New image-text data", kind: "input" },
    { label: "Current model", kind: "input" },
    { label: "Try ways to grow", kind: "procedure", from: [0, 1] },
    { label: "Inherit weights with momentum", kind: "procedure" },
    { label: "Larger image-text model", kind: "encoder", from: [0, 3] },
    { label: "Contrast pairs", kind: "loss" },
    { label: "Grown model", kind: "output", from: [4] },
  ],
};

export const clips: Paper = {
  slug: "clips",
  arxiv: "2411.16828",
  title: "CLIPS: An Enhanced CLIP Framework for Learning with Synthetic Captions",
  authors: ["Yanqing Liu", "Xianhang Li", "Zeyu Wang", "Bingchen Zhao", "Cihang Xie"],
  year: 2024,
  code: "https://github.com/UCSC-VLAA/CLIPS",
  keywords: ["synthetic captions", "clip", "recaptioning", "image-text retrieval", "pre-training"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Web captions are noisy, so models now train on long captions written by other models.",
      "Oddly, the longer these are, the worse CLIP gets.",
    ],
    idea: [
      "Feed the text encoder only a part of each synthetic caption, drawn anew at each step.",
      "Short synthetic text was found to work far better than full text, and over time every piece has its turn.",
      "So that the full text is not wasted, a decoder must write it from the image and the web caption, as the captioning model once did.",
      "The decoder is dropped after training.",
    ],
    claims: [
      "It sets new records in zero-shot retrieval on MSCOCO and Flickr30K.",
      "LLaVA gains on a range of benchmarks when it uses the trained vision encoder.",
    ],
    checks: [
      "Web text, full synthetic text, a mixture, pieces alone, and pieces with the decoder are compared.",
      "A curve over lengths should fall for synthetic text, as the paper found.",
      "A decoder of weight zero and whole captions must give back CLIP.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Web caption", kind: "input" },
    { label: "Long synthetic caption", kind: "input" },
    { label: "Draw a short piece", kind: "procedure" },
    { label: "Image and text encoders", kind: "encoder", from: [0, 1, 3] },
    { label: "Contrast", kind: "loss" },
    { label: "Recaptioner", kind: "decoder", from: [1, 4] },
    { label: "Write the full caption", kind: "loss", from: [2, 6] },
    { label: "Dual encoder", kind: "output", from: [4] },
  ],
};

export const clipBeyondTail: Paper = {
  slug: "clip-beyond-tail",
  arxiv: "2405.21070",
  title: "Generalization Beyond Data Imbalance: A Controlled Study on CLIP for Transferable Insights",
  authors: ["Xin Wen", "Bingchen Zhao", "Yilun Chen", "Jiangmiao Pang", "Xiaojuan Qi"],
  year: 2024,
  venue: "NeurIPS",
  code: "https://github.com/CVMI-Lab/clip-beyond-tail",
  keywords: ["long tail", "data imbalance", "clip", "supervised learning", "controlled study"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Web data are wildly unbalanced: some things appear a million times, others hardly ever.",
      "A classifier trained on them ignores the rare; CLIP much less so, and it was not known why.",
    ],
    idea: [
      "Build pairs of models that differ in one thing at a time.",
      "The main cause turns out to be simple: in each batch CLIP distinguishes only the captions present, so it solves a new small classification every step.",
      "Frequent classes cannot dominate a contest they are mostly absent from.",
      "The trick is then lent back to classifiers: per batch, compute the loss over a random subset of classes.",
      "Richer language, more data and open concepts add to it.",
    ],
    claims: [
      "With the insight transferred, supervised and self-supervised models trained on unbalanced data reach CLIP-level performance on diverse tasks.",
      "More descriptive text, larger scale and wider concepts make CLIP sturdier still.",
    ],
    checks: [
      "A classifier, CLIP, the classifier with class subsets, and with text-made class vectors learn 96 classes at 100:1 imbalance.",
      "Per-class accuracy is correlated with class frequency; a mean would hide it.",
      "Taking all classes as the subset must give the ordinary loss.",
    ],
  },
  diagram: [
    { label: "Unbalanced images", kind: "input" },
    { label: "Image encoder", kind: "encoder" },
    { label: "Subset of classes per batch", kind: "procedure", from: [0] },
    { label: "Class vectors from text", kind: "memory" },
    { label: "Classify within the subset", kind: "loss", from: [1, 2, 3] },
    { label: "Fair to rare classes", kind: "output", from: [1] },
  ],
};
