/** Papers of the family "multimodal-llm" that select, mark or generate visual tokens. */
import type { Paper } from "../../family.ts";

export const vistog: Paper = {
  slug: "vistog",
  arxiv: "2411.17773",
  title: "Efficient Multi-modal Large Language Models via Visual Token Grouping",
  authors: ["Minbin Huang", "Runhui Huang", "Han Shi", "Yimeng Chen", "Chuanyang Zheng", "Xiangguo Sun", "Xin Jiang", "Zhenguo Li", "Hong Cheng"],
  year: 2024,
  keywords: ["token reduction", "visual token grouping", "multimodal language model", "inference speed", "segmentation"],
  modality: ["image", "text"],
  card: {
    problem: [
      "An image enters a language model as hundreds of tokens, most of them repeating their neighbours.",
      "Shrinking them after encoding ignores what the encoder already knows about objects.",
    ],
    idea: [
      "Add a few extra tokens, each meant to collect one meaningful region, and send them through the pre-trained encoder with the patches.",
      "Patches may not look at the newcomers, so the encoder's features stay exactly as trained.",
      "At the end every patch joins one group by a hard choice that still lets gradients through.",
      "The language model reads the groups and nothing else, and no segmentation labels are used.",
    ],
    claims: [
      "The model keeps 98.1% of its original performance.",
      "Inference takes over 27% less time.",
    ],
    checks: [
      "Grouping competes with average pooling, attention-based selection and learned queries at 32 and 16 tokens, after equal tuning.",
      "Group borders are compared with true object masks.",
      "Patch features with and without the extra tokens must be identical.",
    ],
  },
  diagram: [
    { label: "Image patches", kind: "input" },
    { label: "Learnt group tokens", kind: "input" },
    { label: "Encoder, patches isolated", kind: "encoder", from: [0, 1] },
    { label: "Each patch joins one group", kind: "procedure" },
    { label: "Projector", kind: "encoder" },
    { label: "Language model", kind: "decoder" },
    { label: "Answer", kind: "output" },
  ],
};

export const mustdrop: Paper = {
  slug: "mustdrop",
  arxiv: "2411.10803",
  title: "Multi-Stage Vision Token Dropping: Towards Efficient Multimodal Large Language Model",
  authors: ["Ting Liu", "Liangtao Shi", "Richang Hong", "Yue Hu", "Quanjun Yin", "Linfeng Zhang"],
  year: 2024,
  code: "https://github.com/liuting20/MustDrop",
  keywords: ["token pruning", "multimodal language model", "kv cache", "training-free", "inference efficiency"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Most tokens a multimodal model reads are image patches, and most patches hardly matter.",
      "Pruners decide at one moment only, before they know the question or after they paid for encoding.",
    ],
    idea: [
      "Prune at three moments, each with what is known by then, and train nothing.",
      "While encoding, merge neighbouring patches that look alike, and put the visually most important ones on a protected list.",
      "While reading the question, drop a patch only if the text as a whole ignores it and no single word cares about it.",
      "Before answering, cut the stored keys and values to the survivors.",
    ],
    claims: [
      "On LLaVA about 88.5% of the FLOPs are saved at a compression of 92.2%, with comparable accuracy.",
      "No weights are trained for it.",
    ],
    checks: [
      "One dense model answers a thousand questions with random dropping, two known pruners, the full method, and the method minus each stage.",
      "Prefill time and cache bytes are measured on real buffers.",
      "With thresholds at zero the dense model must come back.",
    ],
  },
  diagram: [
    { label: "Image", kind: "input" },
    { label: "Vision encoder, merging", kind: "encoder" },
    { label: "Protected key tokens", kind: "memory" },
    { label: "Question", kind: "input" },
    { label: "Drop what text ignores", kind: "procedure", from: [1, 2, 3] },
    { label: "Trimmed key-value cache", kind: "memory" },
    { label: "Language model", kind: "decoder", from: [4, 5] },
    { label: "Answer", kind: "output" },
  ],
};

export const omniRgpt: Paper = {
  slug: "omni-rgpt",
  arxiv: "2501.08326",
  title: "Omni-RGPT: Unifying Image and Video Region-level Understanding via Token Marks",
  authors: ["Miran Heo", "Min-Hung Chen", "De-An Huang", "Sifei Liu", "Subhashree Radhakrishnan", "Seon Joo Kim", "Yu-Chiang Frank Wang", "Ryo Hachiuma"],
  year: 2025,
  venue: "CVPR",
  keywords: ["region understanding", "token mark", "video question answering", "referring expressions", "multimodal language model"],
  modality: ["image", "video", "text"],
  card: {
    problem: [
      "To ask about one object, users must write coordinates or draw a box.",
      "In a video the object moves, and neither says where it went.",
    ],
    idea: [
      "Stamp the object with a mark: a learned vector drawn at random from a bank.",
      "The vector is added to the visual tokens inside the region, and stands for the region in the question too.",
      "Because both places hold the same vector, the link needs no explanation.",
      "In video only the first frame is marked; an extra training task asks which mark each later patch belongs to.",
      "That task is dropped in use, and no tracks are needed.",
    ],
    claims: [
      "It leads on commonsense reasoning benchmarks for images and videos, and is strong in captioning and referring.",
      "A data set of 300 thousand region-level video instructions comes with it.",
    ],
    checks: [
      "Marks are compared with coordinates in text, pooled region features and drawn boxes, on clips with crossing look-alikes.",
      "The extra task is switched off to see what motion questions lose.",
      "Without regions the model must be an ordinary one.",
    ],
  },
  diagram: [
    { label: "Image or video", kind: "input" },
    { label: "Box or mask in one frame", kind: "input" },
    { label: "Bank of token marks", kind: "memory" },
    { label: "Visual tokens + marks", kind: "encoder", from: [0, 1, 2] },
    { label: "Question naming the mark", kind: "input" },
    { label: "Language model", kind: "decoder", from: [2, 3, 4] },
    { label: "Which mark, later frames", kind: "loss" },
    { label: "Answer about the region", kind: "output", from: [5] },
  ],
};

export const vlGpt: Paper = {
  slug: "vl-gpt",
  arxiv: "2312.09251",
  title: "VL-GPT: A Generative Pre-trained Transformer for Vision and Language Understanding and Generation",
  authors: ["Jinguo Zhu", "Xiaohan Ding", "Yixiao Ge", "Yuying Ge", "Sijie Zhao", "Hengshuang Zhao", "Xiaohua Wang", "Ying Shan"],
  year: 2023,
  code: "https://github.com/AILab-CVC/VL-GPT",
  keywords: ["image generation", "image tokenizer", "autoregressive", "multimodal pre-training", "in-context learning"],
  modality: ["image", "text"],
  card: {
    problem: [
      "Language models read and write words with one rule: predict what comes next.",
      "Images need different machinery for reading and for drawing.",
    ],
    idea: [
      "Turn an image into a short row of continuous vectors that depend on each other from left to right, as words do.",
      "A detokenizer turns such a row back into the conditions of a frozen image generator, so no diffusion runs during training.",
      "Text and image vectors are strung together into one sequence.",
      "The model predicts the next item: a word through the vocabulary, an image vector through regression.",
      "After an image marker it simply emits the fixed number of vectors.",
    ],
    claims: [
      "One model captions (116.4 CIDEr on COCO), answers (51.7 on VQAv2) and draws (FID 12.25).",
      "It learns from examples in the prompt.",
      "Rebuilding both image and text conditions beats either alone.",
    ],
    checks: [
      "A reader, a drawer and the unified model get the same total steps.",
      "Detokenizers with one condition missing should lose in the way the paper reports.",
      "Changing a later slot of the tokenizer must leave earlier vectors alone.",
    ],
  },
  diagram: [
    { label: "Interleaved images and text", kind: "input" },
    { label: "Frozen image encoder", kind: "encoder" },
    { label: "Causal image tokenizer", kind: "encoder" },
    { label: "Language model", kind: "decoder", from: [0, 2] },
    { label: "Next word or next vector", kind: "loss" },
    { label: "Image detokenizer", kind: "decoder", from: [3] },
    { label: "Text", kind: "output", from: [3] },
    { label: "Image", kind: "output", from: [5] },
  ],
};

export const xVila: Paper = {
  slug: "x-vila",
  arxiv: "2405.19335",
  title: "X-VILA: Cross-Modality Alignment for Large Language Model",
  authors: ["Hanrong Ye", "De-An Huang", "Yao Lu", "Zhiding Yu", "Wei Ping", "Andrew Tao", "Jan Kautz", "Song Han", "Dan Xu", "Pavlo Molchanov", "Hongxu Yin"],
  year: 2024,
  keywords: ["any-to-any", "multimodal generation", "diffusion", "visual alignment", "instruction tuning"],
  modality: ["image", "video", "audio", "text"],
  card: {
    problem: [
      "Assistants that both see and draw pass everything through words.",
      "Ask for the same picture with one change, and the rest of the picture is lost on the way.",
    ],
    idea: [
      "Encoders for image, video and sound feed a language model; its output tokens steer diffusion decoders.",
      "The usual alignment trains those tokens to resemble the decoder's own text condition, which forgets appearance.",
      "So a highway runs past the language model: features of the input picture go straight into the decoder's blocks.",
      "Training goes in phases: connect the parts, read interleaved documents, then follow instructions from any modality to any other.",
    ],
    claims: [
      "The highway counters the loss of visual detail, and any-to-any conversation surpasses earlier systems by large margins.",
      "Abilities appear for pairs of modalities that had no training data.",
    ],
    checks: [
      "Text-space alignment alone runs against alignment with the highway, on details that captions do not mention.",
      "Sound to picture is never trained and is compared with chance.",
      "With a fresh highway the output must equal the one without it.",
    ],
  },
  diagram: [
    { label: "Image, video or sound", kind: "input" },
    { label: "Modality encoders", kind: "encoder" },
    { label: "Instruction", kind: "input" },
    { label: "Language model", kind: "decoder", from: [1, 2] },
    { label: "Visual highway", kind: "procedure", from: [1] },
    { label: "Diffusion decoder", kind: "decoder", from: [3, 4] },
    { label: "Text", kind: "output", from: [3] },
    { label: "Image, video or sound out", kind: "output", from: [5] },
  ],
};
