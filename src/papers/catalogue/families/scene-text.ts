/** Papers of the family "scene-text". */
import type { Family, Paper } from "../family.ts";

const dptr: Paper = {
  slug: "dptr",
  arxiv: "2408.05706",
  title: "Decoder Pre-Training with only Text for Scene Text Recognition",
  authors: ["Shuai Zhao", "Yongkun Du", "Zhineng Chen", "Yu-Gang Jiang"],
  year: 2024,
  venue: "ACM Multimedia",
  code: "https://github.com/Topdu/OpenOCR",
  keywords: ["scene text recognition", "text-only pre-training", "clip", "decoder", "perturbation"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Readers of text in photos are pre-trained on synthetic pictures of words.",
      "Those look unlike real ones, and what is learnt from them transfers only in part.",
    ],
    idea: [
      "Pre-train the decoder with no pictures at all.",
      "CLIP has put images and text into one space, so its text features can pose as image features: a word goes in, and the decoder must spell it.",
      "Pure text features are too neat, so each draw is roughened with features of random real photos.",
      "At fine-tuning a small unit gathers the image's features into as many slots as the decoder is used to, looking past the background.",
      "Word lists are free in any language.",
    ],
    claims: [
      "The method improves several recognition decoders and works for several languages.",
      "It needs no image in pre-training, synthetic or real.",
    ],
    checks: [
      "A decoder prepared by nothing, by synthetic pictures, or by text with no, Gaussian or photo noise is tuned on the same few real crops.",
      "The lab first asserts that the text features still contain spelling; without that the idea cannot work.",
    ],
  },
  diagram: [
    { label: "Word list", kind: "input" },
    { label: "CLIP text encoder", kind: "encoder" },
    { label: "Photos without text", kind: "input" },
    { label: "Roughen with photo features", kind: "procedure", from: [1, 2] },
    { label: "Spelling decoder", kind: "decoder" },
    { label: "Spell the word", kind: "loss" },
    { label: "Real word crops", kind: "input" },
    { label: "Image encoder", kind: "encoder" },
    { label: "Feature merge unit", kind: "encoder" },
    { label: "Recognised word", kind: "output", from: [4, 8] },
  ],
};

const prestu: Paper = {
  slug: "prestu",
  arxiv: "2209.05534",
  title: "PreSTU: Pre-Training for Scene-Text Understanding",
  authors: ["Jihyung Kil", "Soravit Changpinyo", "Xi Chen", "Hexiang Hu", "Sebastian Goodman", "Wei-Lun Chao", "Radu Soricut"],
  year: 2023,
  venue: "ICCV",
  keywords: ["scene text", "ocr", "visual question answering", "image captioning", "pre-training"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Ask a vision-language model what a street sign says and it often cannot read it.",
      "Its training never required reading.",
    ],
    idea: [
      "Run an off-the-shelf text reader over a large image collection and sort the strings top to bottom, left to right.",
      "Split them at a random point; the model sees the picture and the first part, and must write the rest.",
      "To do so it has to read, and to find where it is in the picture.",
      "Later stages give it the recognised words as input and ask for captions or answers, so that it learns to use them.",
    ],
    claims: [
      "Eight question-answering and four captioning benchmarks with text in pictures all gain.",
      "The model stays plain: an image encoder and a text encoder-decoder.",
    ],
    checks: [
      "Captioning alone is compared with the split task, and the split task followed by answers and captions, at equal steps.",
      "Questions are asked with the recognised words, without them, and with a fifth of them wrong, to see whether the model itself reads.",
      "Prefix and target together must always restore the string.",
    ],
  },
  diagram: [
    { label: "Picture with signs", kind: "input" },
    { label: "Read and sort the text", kind: "procedure" },
    { label: "Split at a random point", kind: "procedure" },
    { label: "Image and text encoder", kind: "encoder", from: [0, 2] },
    { label: "Text decoder", kind: "decoder" },
    { label: "Write the second part", kind: "loss", from: [2, 4] },
    { label: "Answer or caption", kind: "output", from: [4] },
  ],
};

const s4: Paper = {
  slug: "s4",
  arxiv: "2403.03346",
  title: "Enhancing Vision-Language Pre-training with Rich Supervisions",
  year: 2024,
  venue: "CVPR",
  keywords: ["screenshots", "web pages", "html", "table detection", "grounding", "multi-task pre-training"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Captions found on the web say little about a picture: no boxes, no structure, no reading order.",
    ],
    idea: [
      "Render web pages, because the page's own source labels every pixel.",
      "The tree of elements gives text, position, type and nesting, at no annotation cost.",
      "Ten tasks are cut from it: read with boxes, locate a described element, name the parent of two boxes, find and transcribe tables, title the page and so on.",
      "All of them are written as one sequence of words and coordinate tokens by a single image-to-text model.",
      "They resemble what users later ask, which is why they transfer.",
    ],
    claims: [
      "Compared with pre-training on screenshot parsing, table detection improves by up to 76.1%.",
      "The smallest gain is 1%, on captioning widgets; nine downstream tasks were tried.",
    ],
    checks: [
      "All ten tasks run against parsing alone and no pre-training, at equal steps, on tables, grounding, widgets and titles.",
      "Writing a page's tree and reading it back must lose nothing.",
      "Box coordinates may be off by half a bin at most.",
    ],
  },
  diagram: [
    { label: "Web page source", kind: "input" },
    { label: "Render screenshot", kind: "procedure" },
    { label: "Cut ten tasks from the tree", kind: "procedure", from: [0] },
    { label: "Image encoder", kind: "encoder", from: [1] },
    { label: "Text and box decoder", kind: "decoder", from: [2, 3] },
    { label: "Next token of each task", kind: "loss" },
    { label: "Tables, boxes, titles", kind: "output", from: [4] },
  ],
};

const clip4str: Paper = {
  slug: "clip4str",
  arxiv: "2305.14014",
  title: "CLIP4STR: A Simple Baseline for Scene Text Recognition with Pre-trained Vision-Language Model",
  authors: ["Shuai Zhao", "Ruijie Quan", "Linchao Zhu", "Yi Yang"],
  year: 2024,
  venue: "IEEE TIP",
  code: "https://github.com/VamosC/CLIP4STR",
  keywords: ["scene text recognition", "clip", "permutation language model", "iterative refinement", "occluded text"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Text recognisers start from networks that only know pictures, so a bent or half-hidden word is guessed from shapes alone.",
      "CLIP copes with such words but does not spell.",
    ],
    idea: [
      "Make CLIP the reader, with two branches.",
      "The visual branch decodes a first guess from image features.",
      "The cross-modal branch sends that guess through CLIP's text encoder, sets it beside the image and reads again: does what it says fit what is seen?",
      "In use the visual guess is refined once, then the second branch has the last word.",
    ],
    claims: [
      "As model and data grow, it leads on eleven recognition benchmarks.",
      "The base model with real training data reads 99.2% of IIIT5K, 98.3% of SVT and 91.4% of IC15.",
    ],
    checks: [
      "Both branches compete with the visual branch alone and a vision transformer from scratch, with matched compute.",
      "Occluded words and random strings are scored apart: a sense of language must help the former and not hurt the latter.",
      "The second branch must send no gradient into the image encoder.",
    ],
  },
  diagram: [
    { label: "Word crop", kind: "input" },
    { label: "CLIP image encoder", kind: "encoder" },
    { label: "Visual branch", kind: "decoder" },
    { label: "CLIP text encoder", kind: "encoder" },
    { label: "Cross-modal branch", kind: "decoder", from: [1, 3] },
    { label: "Refine each guess once", kind: "procedure", from: [2, 4] },
    { label: "Recognised word", kind: "output" },
  ],
};

export const sceneText: Family = {
  name: "scene-text",
  title: "Scene text",
  papers: [dptr, prestu, s4, clip4str],
};
