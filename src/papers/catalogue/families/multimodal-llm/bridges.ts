/** Papers of the family "multimodal-llm" that bridge encoders and a language model. */
import type { Paper } from "../../family.ts";

export const limber: Paper = {
  slug: "limber",
  arxiv: "2209.15162",
  title: "Linearly Mapping from Image to Text Space",
  authors: ["Jack Merullo", "Louis Castricato", "Carsten Eickhoff", "Ellie Pavlick"],
  year: 2023,
  venue: "ICLR",
  code: "https://github.com/jmerullo/limber",
  keywords: ["linear mapping", "frozen models", "image captioning", "soft prompt", "representation similarity"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Language models have read about the world but never seen it.",
      "Does their idea of a hippo resemble what a vision model sees?",
    ],
    idea: [
      "Make the test as strict as possible.",
      "Freeze an image encoder and a language model that has read only text, and train one linear map between them.",
      "If the map suffices to caption, the two spaces must already share a structure.",
      "Three encoders differ in how much language they met: none, class names, whole sentences.",
      "What each passes on is scored apart: properties such as colour and size, and categories.",
    ],
    claims: [
      "The linear map is competitive with models that tune both encoder and decoder, in captioning and visual questions.",
      "All three encoders pass on visual properties equally well.",
      "Those that met language are clearly better at telling categories apart.",
    ],
    checks: [
      "Three encoders of one shape, a random one, no image, and a fully tuned pair caption the same scenes.",
      "Recall is split into colour and size words on one side and shape words on the other.",
      "The language model's own text score must be bit-identical afterwards.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Frozen image encoder", kind: "encoder" },
    { label: "One linear map", kind: "encoder" },
    { label: "Text prompt", kind: "input" },
    { label: "Frozen language model", kind: "decoder", from: [2, 3] },
    { label: "Next caption word", kind: "loss" },
    { label: "Caption or answer", kind: "output", from: [4] },
  ],
};

export const rsCapret: Paper = {
  slug: "rs-capret",
  arxiv: "2402.06475",
  title: "Large Language Models for Captioning and Retrieving Remote Sensing Images",
  authors: ["João Daniel Silva", "João Magalhães", "Devis Tuia", "Bruno Martins"],
  year: 2024,
  keywords: ["remote sensing", "image captioning", "image retrieval", "frozen language model", "clip"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Aerial images come with few captions, and earlier models for them were small.",
    ],
    idea: [
      "Borrow strength from outside and train as little as possible.",
      "CLIP is first adapted to aerial pictures, then frozen, as is a large language model.",
      "Linear layers are all that connects them: one feeds the image in, two map images and a special retrieval token to a common space.",
      "The language model captions, and when it writes the retrieval token its state becomes a search query.",
      "A query may thus be a whole dialogue, pictures included.",
    ],
    claims: [
      "It sets or approaches the best results in captioning and retrieving aerial images.",
      "It also handles interleaved images and text in conversation.",
    ],
    checks: [
      "A generic image encoder, an adapted one, the encoder alone, and captioning without retrieval are compared on procedural top-view maps.",
      "Dialogue queries combine an example image with a change in words.",
      "Apart from the linear layers, only the embedding of the one new token may move.",
    ],
  },
  diagram: [
    { label: "Aerial image", kind: "input" },
    { label: "Adapted CLIP", kind: "encoder" },
    { label: "Linear bridge", kind: "encoder" },
    { label: "Words or dialogue", kind: "input" },
    { label: "Frozen language model", kind: "decoder", from: [2, 3] },
    { label: "Caption", kind: "output" },
    { label: "Retrieval token to query", kind: "procedure", from: [4] },
    { label: "Matching images", kind: "output", from: [1, 6] },
  ],
};

export const nxtp: Paper = {
  slug: "nxtp",
  arxiv: "2312.02142",
  title: "Object Recognition as Next Token Prediction",
  authors: ["Kaiyu Yue", "Bor-Chun Chen", "Jonas Geiping", "Hengduo Li", "Tom Goldstein", "Ser-Nam Lim"],
  year: 2024,
  venue: "CVPR",
  code: "https://github.com/kaiyuyue/nxtp",
  keywords: ["object recognition", "image tagging", "open vocabulary", "next token prediction", "parallel decoding"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Recognisers pick from a fixed list of names.",
      "Let a language model write the names instead, and the order in which it lists them starts to matter, though objects have no order.",
    ],
    idea: [
      "Show the model the image as a prefix that sees itself in both directions.",
      "Mask attention so that each label sees the image and its own letters but no other label.",
      "Then all labels can be written at once: take the likeliest first tokens, and continue each on its own.",
      "Their probabilities rank them.",
      "Most blocks of the language model turn out to be dispensable: the first few and the final head do as well.",
    ],
    claims: [
      "The 1.78B model has top-10 recall 0.740 on CC3M, 0.703 on COCO and 0.616 on OpenImages.",
      "The shortened decoder matches the full one and is much cheaper.",
    ],
    checks: [
      "Independent labels are compared with ordinary left-to-right decoding and CLIP with a closed list, scored by matching meanings.",
      "Six blocks are cut to two, and seconds per image are measured against beam search.",
      "Swapping two labels must swap their losses and change nothing else.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "CLIP image encoder", kind: "encoder" },
    { label: "Mask labels from each other", kind: "procedure" },
    { label: "Truncated language model", kind: "decoder", from: [1, 2] },
    { label: "Sample labels at once", kind: "procedure" },
    { label: "Ranked labels", kind: "output" },
  ],
};

export const oneencoder: Paper = {
  slug: "oneencoder",
  arxiv: "2409.11059",
  title: "OneEncoder: A Lightweight Framework for Progressive Alignment of Modalities",
  authors: ["Bilal Faye", "Hanane Azzag", "Mustapha Lebbah"],
  year: 2024,
  code: "https://github.com/b-faye/OneEncoder",
  keywords: ["modality alignment", "frozen encoders", "lightweight", "modality token", "multimodal retrieval"],
  modality: ["image", "text", "audio", "video"],
  card: {
    problem: [
      "To align pictures, text, sound and video, one usually trains large encoders on large paired sets.",
      "Adding a fifth modality means starting over.",
    ],
    idea: [
      "Keep the encoders frozen and share one small Transformer between all modalities.",
      "A modality token, a handful of numbers, tells it what it is reading.",
      "It is trained once, on images and text, and then frozen too.",
      "A new modality gets a thin layer and its own token, and is matched with any modality already inside.",
      "Pairs never seen together, such as sound and text, line up through the one they share.",
    ],
    claims: [
      "Small paired sets suffice: it beats methods that rely on large sets and specialised encoders, in classification, querying and visual questions.",
      "Modalities are added one after another without retraining what is there.",
    ],
    checks: [
      "It runs against a fully tuned pair of towers and separate heads on the same few hundred pairs.",
      "Text and sound are never paired in training, and their retrieval must beat three times chance.",
      "After the second step, image and text vectors must not have changed by one bit.",
    ],
  },
  diagram: [
    { label: "Image and text", kind: "input" },
    { label: "Frozen backbones", kind: "encoder" },
    { label: "Shared small Transformer", kind: "encoder" },
    { label: "Match image and text", kind: "loss" },
    { label: "New modality", kind: "input" },
    { label: "Thin alignment layer", kind: "encoder" },
    { label: "Match a known modality", kind: "loss", from: [2, 5] },
    { label: "One space for all", kind: "output", from: [2, 5] },
  ],
};

export const eagle: Paper = {
  slug: "eagle",
  arxiv: "2408.15998",
  title: "Eagle: Exploring The Design Space for Multimodal LLMs with Mixture of Encoders",
  authors: ["Min Shi", "Fuxiao Liu", "Shihao Wang", "Shijia Liao", "Subhashree Radhakrishnan", "De-An Huang", "Hongxu Yin", "Karan Sapra", "Yaser Yacoob", "Humphrey Shi", "Bryan Catanzaro", "Andrew Tao", "Jan Kautz", "Zhiding Yu", "Guilin Liu"],
  year: 2025,
  venue: "ICLR",
  code: "https://github.com/NVlabs/Eagle",
  keywords: ["multimodal language model", "mixture of encoders", "vision experts", "high resolution", "ocr"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Many systems give a language model several vision encoders at once, each with its own scheme for mixing them.",
      "A systematic comparison of the schemes was missing.",
    ],
    idea: [
      "Vary one choice at a time: which encoders, at which resolution, unfrozen or not, fused how.",
      "The plainest fusion holds up: resize every encoder's map to one grid and stack the channels.",
      "The number of visual tokens then stays the same however many experts look.",
      "Experts trained for vision alone speak a foreign language, so each is first aligned on its own with the frozen language model.",
      "New experts are added greedily, keeping the best of each round.",
    ],
    claims: [
      "Stacking complementary encoders works as well as more elaborate ways to mix them.",
      "On TextVQA a fifth expert adds 0.3 points: 71.2 against 70.9 at 7B, and 74.2 against 73.9 at 13B.",
      "The resulting family leads open models on the main benchmarks.",
    ],
    checks: [
      "Five tiny experts, among them a detector and a text reader, are fused by stacking, appending and cross-attention, with equal steps.",
      "The gain of aligning experts beforehand is measured against extra tuning of the same cost.",
      "With a single expert all fusions must agree.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Several vision experts", kind: "encoder" },
    { label: "Resize to one grid", kind: "procedure" },
    { label: "Stack the channels", kind: "procedure" },
    { label: "Projector", kind: "encoder" },
    { label: "Question", kind: "input" },
    { label: "Language model", kind: "decoder", from: [4, 5] },
    { label: "Answer", kind: "output" },
  ],
};
