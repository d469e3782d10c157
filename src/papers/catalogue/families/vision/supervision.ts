/** Papers of the family "vision" about what to pre-train on. */
import type { Paper } from "../../family.ts";

export const look: Paper = {
  slug: "look",
  arxiv: "2110.06014",
  title: "Rethinking Supervised Pre-training for Better Downstream Transferring",
  authors: ["Yutong Feng", "Jianwen Jiang", "Mingqian Tang", "Rong Jin", "Yue Gao"],
  year: 2022,
  venue: "ICLR",
  keywords: ["supervised pre-training", "transfer learning", "k-nearest neighbors", "intra-class variation", "fine-grained"],
  modality: ["image"],
  card: {
    problem: [
      "Supervised pre-training can transfer worse than training without labels.",
      "Pulling all dogs to one point throws away what tells dogs apart, and later tasks may need just that.",
    ],
    idea: [
      "Ask for less.",
      "An image need not resemble all images of its class; it is enough that most of its nearest neighbours share its label.",
      "The loss is the error of a nearest-neighbour vote that leaves the image itself out.",
      "To stay cheap on large data, neighbours are sought among stored vectors that carry labels.",
      "A class may then live in several clusters, and its inner structure survives.",
    ],
    claims: [
      "On several downstream tasks it outperforms supervised and self-supervised pre-training of its day.",
      "The implementation scales to large data sets.",
    ],
    checks: [
      "Trained on ten coarse emoji groups, it is compared with cross-entropy and supervised contrast on a hundred hidden subgroups.",
      "Coarse accuracy must not suffer by more than two points.",
      "Two far clusters of one class must feel no force towards each other.",
    ],
  },
  diagram: [
    { label: "Labelled images", kind: "input" },
    { label: "Image encoder", kind: "encoder" },
    { label: "Stored labelled vectors", kind: "memory" },
    { label: "Find k nearest", kind: "procedure", from: [1, 2] },
    { label: "Vote without itself", kind: "loss" },
    { label: "Transferable features", kind: "output", from: [1] },
  ],
};

export const hashtagPretraining: Paper = {
  slug: "hashtag-pretraining",
  arxiv: "1805.00932",
  title: "Exploring the Limits of Weakly Supervised Pretraining",
  authors: ["Dhruv Mahajan", "Ross Girshick", "Vignesh Ramanathan", "Kaiming He", "Manohar Paluri", "Yixuan Li", "Ashwin Bharambe", "Laurens van der Maaten"],
  year: 2018,
  venue: "ECCV",
  keywords: ["weak supervision", "hashtags", "transfer learning", "large-scale pre-training", "label noise"],
  modality: ["image"],
  card: {
    problem: [
      "ImageNet was the standard for pre-training and nearly ten years old.",
      "What happens with orders of magnitude more pictures was hardly known, because such sets are hard to collect and label.",
    ],
    idea: [
      "Let users label them: predict the hashtags of social-media images.",
      "Tags of like meaning are merged, and images with rare tags are repeated.",
      "Then vary what can be varied: number of images, choice of tags, noise, sampling, size of the network.",
      "Each model is judged by how well it transfers.",
    ],
    claims: [
      "It reached 85.4% top-1 and 97.6% top-5 on ImageNet-1k, the highest single-crop result at the time.",
      "Billions of images were used; object detection and several classification tasks improve as well.",
      "The study adds new measurements on how pre-training scale relates to transfer.",
    ],
    checks: [
      "A dozen short runs plot accuracy against the number of images, vocabulary, sampling and noise.",
      "A matching vocabulary should win, square-root sampling should help the tail, and 10% noise should cost little.",
      "Merging synonyms must give one label.",
    ],
  },
  diagram: [
    { label: "Images with hashtags", kind: "input" },
    { label: "Merge and resample tags", kind: "procedure" },
    { label: "Convolutional network", kind: "encoder" },
    { label: "Predict the tags", kind: "loss", from: [1, 2] },
    { label: "Vary size, tags and noise", kind: "procedure", from: [2] },
    { label: "Curves of transfer", kind: "output" },
  ],
};

export const swag: Paper = {
  slug: "swag",
  arxiv: "2201.08371",
  title: "Revisiting Weakly Supervised Pre-Training of Visual Perception Models",
  authors: ["Mannat Singh", "Laura Gustafson", "Aaron Adcock", "Vinicius de Freitas Reis", "Bugra Gedik", "Raj Prateek Kosaraju", "Dhruv Mahajan", "Ross Girshick", "Piotr Dollár", "Laurens van der Maaten"],
  year: 2022,
  venue: "CVPR",
  code: "https://github.com/facebookresearch/SWAG",
  keywords: ["weak supervision", "hashtags", "large-scale pre-training", "zero-shot transfer", "bias audit"],
  modality: ["image"],
  card: {
    problem: [
      "Pre-training still leaned on the hand-made labels of ImageNet, with self-supervision as the alternative.",
      "Pictures on social media come with hashtags, a free if noisy label.",
    ],
    idea: [
      "Revisit hashtag prediction with modern networks and the largest set yet.",
      "Tags are merged by meaning; rare ones are drawn more often.",
      "An image with several tags shares its target among them.",
      "Transfer is tested in every setting, down to naming classes with no training at all, by mapping tags to class names.",
      "The paper also asks what stereotypes such a model picks up.",
    ],
    claims: [
      "It is very competitive in all transfer settings, and well ahead of self-supervised counterparts.",
      "The released RegNetY-16GF reaches 86.02% on ImageNet after tuning.",
      "An audit looks for troubling associations.",
    ],
    checks: [
      "Keywords of emoji act as hashtags: they run against masked reconstruction and contrast for equal steps.",
      "Zero-shot naming, higher test resolution, and few labels are measured.",
      "The audit prints associations with skin tone and gender, without a pass mark.",
    ],
  },
  diagram: [
    { label: "Images with hashtags", kind: "input" },
    { label: "Merge tags by meaning", kind: "procedure" },
    { label: "Draw rare tags more", kind: "procedure", from: [0, 1] },
    { label: "Large image network", kind: "encoder" },
    { label: "Predict the tags", kind: "loss", from: [1, 3] },
    { label: "Map tags to classes", kind: "procedure", from: [1, 3] },
    { label: "Features", kind: "output", from: [3] },
    { label: "Zero-shot classes", kind: "output", from: [5] },
  ],
};

export const multimodalPathway: Paper = {
  slug: "multimodal-pathway",
  arxiv: "2401.14405",
  title: "Multimodal Pathway: Improve Transformers with Irrelevant Data from Other Modalities",
  authors: ["Yiyuan Zhang", "Xiaohan Ding", "Kaixiong Gong", "Yixiao Ge", "Ying Shan", "Xiangyu Yue"],
  year: 2024,
  venue: "CVPR",
  code: "https://github.com/AILab-CVC/M2PT",
  keywords: ["re-parameterization", "cross-modal transfer", "unpaired data", "transformer", "fine-tuning"],
  modality: ["image", "video", "audio"],
  card: {
    problem: [
      "Can a network for pictures profit from audio that has nothing to do with them?",
      "Methods that join modalities all rely on pairs.",
    ],
    idea: [
      "Take two transformers of the same shape, one per modality.",
      "While tuning the first on its task, add to each weight matrix a scaled copy of the corresponding matrix of the second.",
      "The scale starts at zero, so nothing breaks; both scale and copy are trained.",
      "What helps is presumably skill in processing sequences, not facts.",
      "At the end the two matrices are summed into one, and inference costs nothing extra.",
    ],
    claims: [
      "Unrelated data consistently improve image, point cloud, video and audio recognition.",
      "Inference costs nothing extra.",
    ],
    checks: [
      "Emoji recognition with few labels is tuned alone and with text, speech, random and duplicate helpers, over five seeds.",
      "A random helper is the control that matters.",
      "At step zero the outputs must be identical, and merging must change nothing.",
    ],
  },
  diagram: [
    { label: "Images", kind: "input" },
    { label: "Target transformer", kind: "encoder" },
    { label: "Data of another modality", kind: "input" },
    { label: "Helper transformer", kind: "encoder" },
    { label: "Add scaled helper weights", kind: "procedure", from: [1, 3] },
    { label: "Target task", kind: "loss" },
    { label: "Merge into one", kind: "procedure", from: [4] },
    { label: "Same size, better model", kind: "output" },
  ],
};
