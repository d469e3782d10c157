/** Papers of the family "vision-language" that fuse words with image regions, or caption with memory. */
import type { Paper } from "../../family.ts";

export const unicoderVl: Paper = {
  slug: "unicoder-vl",
  arxiv: "1908.06066",
  title: "Unicoder-VL: A Universal Encoder for Vision and Language by Cross-modal Pre-training",
  year: 2020,
  venue: "AAAI",
  keywords: ["vision-language pre-training", "single-stream", "image-text retrieval", "object regions", "visual commonsense reasoning"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Language had its universal encoder, pre-trained once and used everywhere.",
      "Pictures with text still got a new network for each task.",
    ],
    idea: [
      "Feed words and detected image regions to one BERT as a single sequence.",
      "Hide words, and restore them from words and regions.",
      "Hide a region's features but not its place, and name its object.",
      "Exchange the caption or the picture half of the time, and ask whether they belong together.",
      "The first two tasks tie details to details, the third the whole to the whole.",
    ],
    claims: [
      "It matches or beats the best of its day in image-text retrieval and visual commonsense reasoning.",
      "One added output layer is enough for either task.",
    ],
    checks: [
      "No joint pre-training, words and matching only, and all three tasks are fine-tuned to rerank candidates that include near-twins.",
      "Hidden regions are named as the detector named them, errors included.",
      "The order of the regions must not matter.",
    ],
  },
  diagram: [
    { label: "Caption", kind: "input" },
    { label: "Image regions", kind: "input" },
    { label: "Hide words or regions", kind: "procedure", from: [0, 1] },
    { label: "One BERT for both", kind: "encoder" },
    { label: "Words, objects, matching", kind: "loss" },
    { label: "Reranked matches", kind: "output", from: [3] },
  ],
};

export const lxmert: Paper = {
  slug: "lxmert",
  arxiv: "1908.07490",
  title: "LXMERT: Learning Cross-Modality Encoder Representations from Transformers",
  authors: ["Hao Tan", "Mohit Bansal"],
  year: 2019,
  venue: "EMNLP",
  code: "https://github.com/airsplay/lxmert",
  keywords: ["vision-language pre-training", "cross-modality encoder", "visual question answering", "object regions", "two-stream"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Answering a question about a picture takes three skills: language, objects and their relations, and the link between the two.",
    ],
    idea: [
      "Give each skill its own encoder: one for words, one for objects, and a cross-modality encoder on top.",
      "In each of its layers words attend to objects and objects to words, through the same weights, before each side attends to itself.",
      "Five tasks train it: hidden words, features and classes of hidden objects, matching, and questions with answers.",
      "Asking questions during pre-training is unusual, and it teaches what captions never say.",
    ],
    claims: [
      "It led on two visual question sets, VQA and GQA.",
      "On NLVR2, where a sentence is judged against two pictures, accuracy rises from 54% to 76%.",
    ],
    checks: [
      "The network from scratch, pre-trained without questions, and fully pre-trained get the same tuning.",
      "Statements about two images are tested as well as questions about one.",
      "Swapping the two inputs of the shared attention must swap its outputs.",
    ],
  },
  diagram: [
    { label: "Sentence", kind: "input" },
    { label: "Detected objects", kind: "input" },
    { label: "Language encoder", kind: "encoder", from: [0] },
    { label: "Object encoder", kind: "encoder", from: [1] },
    { label: "Cross-modality encoder", kind: "encoder", from: [2, 3] },
    { label: "Five pre-training tasks", kind: "loss" },
    { label: "Answer", kind: "output", from: [4] },
  ],
};

export const oscar: Paper = {
  slug: "oscar",
  arxiv: "2004.06165",
  title: "Oscar: Object-Semantics Aligned Pre-training for Vision-Language Tasks",
  authors: ["Xiujun Li", "Xi Yin", "Chunyuan Li", "Xiaowei Hu", "Pengchuan Zhang", "Lei Zhang", "Lijuan Wang", "Houdong Hu", "Li Dong", "Furu Wei", "Yejin Choi", "Jianfeng Gao"],
  year: 2020,
  venue: "ECCV",
  code: "https://github.com/microsoft/Oscar",
  keywords: ["vision-language pre-training", "object tags", "single-stream", "image captioning", "visual question answering"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Words and image regions are thrown into one Transformer, and attention must discover by brute force which belongs to which.",
    ],
    idea: [
      "Give it anchors.",
      "A detector already names the main objects, and the caption often mentions them too.",
      "So the names are added as a third part of the input, between caption and regions.",
      "They share the word embeddings with the caption, and come from the regions: a bridge with a foot on each bank.",
      "Training hides words and names, and exchanges the names to ask whether they fit.",
    ],
    claims: [
      "Pre-trained on 6.5 million pairs, it sets the best results on six tasks of understanding and generation.",
      "Anchors make the alignment markedly easier to learn.",
    ],
    checks: [
      "No names, predicted names, and true names are compared as learning curves, not only at the end.",
      "The steps until predicted names reach the final score without them are counted.",
      "Exchanging names must touch neither caption nor regions.",
    ],
  },
  diagram: [
    { label: "Caption", kind: "input" },
    { label: "Image regions", kind: "input" },
    { label: "Detector names objects", kind: "procedure" },
    { label: "One BERT", kind: "encoder", from: [0, 1, 2] },
    { label: "Hidden words and names", kind: "loss" },
    { label: "Do the names fit?", kind: "loss", from: [3] },
    { label: "Answer, caption, match", kind: "output", from: [3] },
  ],
};

export const xgpt: Paper = {
  slug: "xgpt",
  arxiv: "2003.01473",
  title: "XGPT: Cross-modal Generative Pre-Training for Image Captioning",
  authors: ["Qiaolin Xia", "Haoyang Huang", "Nan Duan", "Dongdong Zhang", "Lei Ji", "Zhifang Sui", "Edward Cui", "Taroon Bharti", "Xin Liu", "Ming Zhou"],
  year: 2021,
  venue: "NLPCC",
  keywords: ["image captioning", "generative pre-training", "encoder-decoder", "data augmentation", "denoising"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Pre-trained image-text encoders understand but do not write.",
      "To caption, they are bent into a shape they were not trained in.",
    ],
    idea: [
      "Pre-train the captioner itself, by writing.",
      "It fills masked fragments of a caption with the picture at hand, and restores captions in which a whole span shrank to a single mark.",
      "It also writes in the other direction: from the caption, produce the features of the image regions.",
      "Encoder and decoder share one stack.",
      "Fine-tuning then changes nothing in the architecture.",
    ],
    claims: [
      "It set the best captioning results on COCO and Flickr30k.",
      "Captions it generates, used as extra training data, raise every recall measure of an image retrieval model.",
    ],
    checks: [
      "Tuning only, pre-training on captions only, and all tasks get equal steps; objects and attributes in the captions are counted.",
      "A retrieval model is trained with and without two thousand generated captions.",
      "A region must not influence the regenerated features before it.",
    ],
  },
  diagram: [
    { label: "Image regions", kind: "input" },
    { label: "Damaged caption", kind: "input" },
    { label: "Shared stack", kind: "encoder", from: [0, 1] },
    { label: "Same stack, writing", kind: "decoder" },
    { label: "Caption and fragments", kind: "loss" },
    { label: "Image features from text", kind: "loss", from: [3] },
    { label: "Caption", kind: "output", from: [3] },
  ],
};

export const pmaNet: Paper = {
  slug: "pma-net",
  arxiv: "2308.12383",
  title: "With a Little Help from your own Past: Prototypical Memory Networks for Image Captioning",
  authors: ["Manuele Barraco", "Sara Sarto", "Marcella Cornia", "Lorenzo Baraldi", "Rita Cucchiara"],
  year: 2023,
  venue: "ICCV",
  code: "https://github.com/aimagelab/PMA-Net",
  keywords: ["image captioning", "memory", "prototypes", "attention", "k-means"],
  modality: ["image", "text"],
  card: {
    problem: [
      "When a captioner writes, its attention sees only the current image and sentence.",
      "What it saw in thousands of similar examples is present only dimly, in the weights.",
    ],
    idea: [
      "Keep a memory of activations from past training batches.",
      "Keys met in attention are collected and clustered into prototypes; each prototype's value is averaged from its nearest neighbours.",
      "Self-attention in the decoder then reads the prototypes beside the words.",
      "The memory is refreshed as training moves on and fixed for use.",
      "It is compact, though it stands for a great many tokens.",
    ],
    claims: [
      "On COCO, with cross-entropy, it scores 3.7 CIDEr points more than the same encoder-decoder without memory.",
      "The gain is as large after self-critical training.",
    ],
    checks: [
      "A plain decoder and one with learnt memory slots are the rivals; a null result at this size is likely and would be printed.",
      "Blocking the memory must give back the plain decoder.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Grid features", kind: "encoder" },
    { label: "Keys and values of the past", kind: "memory" },
    { label: "Cluster to prototypes", kind: "procedure" },
    { label: "Decoder with memory", kind: "decoder", from: [1, 3] },
    { label: "Next word, then reward", kind: "loss" },
    { label: "Caption", kind: "output", from: [4] },
  ],
};
