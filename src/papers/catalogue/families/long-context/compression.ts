/** Papers of the family "long-context" that make the sequence shorter: fewer tokens, one vector, a picture. */
import type { Paper } from "../../family.ts";

export const mrt5: Paper = {
  slug: "mrt5",
  arxiv: "2410.20771",
  title: "MrT5: Dynamic Token Merging for Efficient Byte-level Language Models",
  authors: ["Julie Kallini", "Shikhar Murty", "Christopher D. Manning", "Christopher Potts", "Róbert Csordás"],
  year: 2025,
  venue: "ICLR",
  code: "https://github.com/jkallini/mrt5",
  keywords: ["byte-level model", "token merging", "token deletion", "byt5", "dynamic pruning", "multilingual"],
  modality: ["text"],
  card: {
    problem: [
      "Models on raw bytes take typos and any script in their stride.",
      "They also read sequences several times longer than subword models do.",
    ],
    idea: [
      "Let the model find out which bytes it can do without.",
      "After three encoder layers a gate marks positions for deletion; by then their neighbours have had time to take up what they carried.",
      "In training, deletion is soft: the gate lowers attention to the marked positions, and gradients still flow.",
      "In use they are dropped for real, and later layers run on the shorter sequence.",
      "A controller steers the share of deleted bytes towards a chosen target.",
    ],
    claims: [
      "Sequences become up to 80 % shorter at accuracy comparable to ByT5 on XNLI and character-level tasks.",
      "Deletion learned on English carries over to other languages without training, and gets better with multilingual training.",
      "Inference time falls significantly with minimal effect on performance.",
    ],
    checks: [
      "Half of the bytes deleted: loss within 0.05 nat of the full model and 0.05 below random deletion, in at most 70 % of the encoder time.",
      "On a task where only vowels can be spared, nine of ten deletions must be right.",
    ],
  },
  diagram: [
    { label: "Raw bytes", kind: "input" },
    { label: "First three layers", kind: "encoder" },
    { label: "Delete gate", kind: "encoder" },
    { label: "Later layers, shorter input", kind: "encoder", from: [1, 2] },
    { label: "Decoder", kind: "decoder" },
    { label: "Rate controller", kind: "procedure", from: [2] },
    { label: "Cross-entropy + deletion term", kind: "loss", from: [4, 5] },
  ],
};

export const cramming: Paper = {
  slug: "cramming",
  arxiv: "2502.13063",
  title: "Cramming 1568 Tokens into a Single Vector and Back Again: Exploring the Limits of Embedding Space Capacity",
  authors: ["Yuri Kuratov", "Mikhail Arkhipov", "Aydar Bulatov", "Mikhail Burtsev"],
  year: 2025,
  venue: "ACL",
  code: "https://github.com/yurakuratov/hidden_capacity",
  keywords: ["embedding capacity", "prompt compression", "soft prompt", "memory tokens", "context compression", "frozen language model"],
  modality: ["text"],
  card: {
    problem: [
      "Encoders that squeeze a prompt into vectors rarely achieve more than ten to one without loss.",
      "Whether the vectors or the encoders are at fault was open.",
    ],
    idea: [
      "How good could any encoder be?",
      "To find out, do without one: an input vector in front of a frozen language model is adjusted by gradient descent until the model recites a given text.",
      "No encoder can do better, so this measures what a vector can hold in principle.",
      "The amount is counted in information rather than in tokens: how much of the text's surprise disappears when the vector is present.",
      "Random words test whether it is memory or mere language skill at work.",
    ],
    claims: [
      "Vectors with compression ratios up to 1,500 exist; one can hold 1,568 tokens.",
      "That is two orders of magnitude beyond what practical encoders attain.",
      "The limit is set by the cross-entropy to be removed and does not depend on length.",
    ],
    checks: [
      "Information gained against surprise without the vector: a line of slope near one up to a ceiling.",
      "Ceilings for novels, training text and random words must agree within 25 % in nats while they differ by half or more in tokens, and rise with more vectors.",
    ],
  },
  diagram: [
    { label: "Text to memorise", kind: "input" },
    { label: "One trainable vector", kind: "memory" },
    { label: "Frozen language model", kind: "decoder", from: [0, 1] },
    { label: "Recite the text", kind: "objective" },
    { label: "Cross-entropy, vector only", kind: "loss" },
    { label: "Capacity in nats", kind: "output", from: [2] },
  ],
};

export const vist: Paper = {
  slug: "vist",
  arxiv: "2502.00791",
  title: "Vision-centric Token Compression in Large Language Model",
  authors: ["Ling Xing", "Alex Jinpeng Wang", "Rui Yan", "Xiangbo Shu", "Jinhui Tang"],
  year: 2025,
  venue: "NeurIPS",
  keywords: ["token compression", "rendered text", "vision encoder", "long context", "in-context learning", "perceiver resampler"],
  modality: ["text", "image"],
  card: {
    problem: ["Long prompts are compressed by a smaller text encoder, which is itself slow and still handles every token."],
    idea: [
      "People skim: distant lines by shape, the current line word by word.",
      "In the same spirit the far part of the context is printed as images, while the near part stays text.",
      "A small frozen vision encoder reads each page, and a resampler boils it down to a few tokens that the language model can attend to.",
      "To aim the eye at what matters, training matches the visual tokens with the passage after its most frequent words have been masked.",
    ],
    claims: [
      "Results are comparable to compression by a text encoder, with 16 % fewer FLOPs and half the memory.",
      "Methods built on text encoders are beaten by 5.7 % on average over benchmarks such as TriviaQA, NQ and SST.",
      "The trained visual encoder ignores prepositions and conjunctions, much as a summariser would.",
    ],
    checks: [
      "Far context as four small pictures: at least 40 % of what a text encoder gains over no context.",
      "Masking frequent words must beat uniform masking by a point; word recognition of the frozen encoder is reported.",
    ],
  },
  diagram: [
    { label: "Far context", kind: "input" },
    { label: "Print as images", kind: "procedure" },
    { label: "Frozen vision encoder", kind: "encoder" },
    { label: "Resample to a few tokens", kind: "encoder" },
    { label: "Near context", kind: "input" },
    { label: "Gated language model", kind: "decoder", from: [3, 4] },
    { label: "Match the rarer words", kind: "objective", from: [0, 3] },
    { label: "Next token + matching", kind: "loss", from: [5, 6] },
  ],
};
