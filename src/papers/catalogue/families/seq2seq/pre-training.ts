/** Papers of the family "seq2seq" about pre-training and about decoding that extrapolates. */
import type { Paper } from "../../family.ts";

export const spactorT5: Paper = {
  slug: "spactor-t5",
  arxiv: "2401.13160",
  title: "SpacTor-T5: Pre-training T5 Models with Span Corruption and Replaced Token Detection",
  authors: ["Ke Ye", "Heinrich Jiang", "Afshin Rostamizadeh", "Ayan Chakrabarti", "Giulia DeSalvo", "Jean-François Kagy", "Lazaros Karydas", "Gui Citovsky", "Sanjiv Kumar"],
  year: 2024,
  keywords: ["t5", "span corruption", "replaced token detection", "electra", "curriculum", "efficient pre-training"],
  modality: ["text"],
  card: {
    problem: ["T5 learns from the 15 % of text that is cut out; what remains in the input teaches it comparatively little."],
    idea: [
      "Make the remainder work too.",
      "A small generator swaps some of the remaining words for plausible ones, and the encoder has to spot every swap, while the decoder restores the missing spans from the same encoder pass.",
      "Spotting gives a signal at each position, so the encoder learns fast in the beginning.",
      "Later on the fake words become a burden, since span filling must live with false input.",
      "So after some steps generator and detector are dropped, and ordinary span corruption takes over.",
    ],
    claims: [
      "It reaches the downstream performance of standard T5 training in half the iterations and with 40 % fewer FLOPs.",
      "Given an equal budget, results are significantly better.",
      "The gain depends on switching: the hybrid objective without the second stage does not deliver it.",
    ],
    checks: [
      "At equal FLOPs, one point more on seven small understanding tasks than span corruption alone.",
      "Switching must end 0.05 nat below keeping the hybrid objective to the end.",
    ],
  },
  diagram: [
    { label: "Text with spans cut out", kind: "input" },
    { label: "Generator swaps words", kind: "encoder" },
    { label: "T5 encoder", kind: "encoder", from: [0, 1] },
    { label: "Spot the swaps (stage 1)", kind: "objective" },
    { label: "T5 decoder fills spans", kind: "decoder", from: [2] },
    { label: "Weighted sum, then fill only", kind: "loss", from: [1, 3, 4] },
  ],
};

export const e2s2: Paper = {
  slug: "e2s2",
  arxiv: "2205.14912",
  title: "E2S2: Encoding-Enhanced Sequence-to-Sequence Pretraining for Language Understanding and Generation",
  authors: ["Qihuang Zhong", "Liang Ding", "Juhua Liu", "Bo Du", "Dacheng Tao"],
  year: 2022,
  code: "https://github.com/WHU-ZQH/E2S2",
  keywords: ["sequence-to-sequence pre-training", "bart", "denoising", "contrastive learning", "grammar correction", "encoder supervision"],
  modality: ["text"],
  card: {
    problem: ["In BART and T5 all training signal enters through the decoder, although the encoder turns out to matter more for most tasks."],
    idea: [
      "Give the encoder exercises of its own.",
      "Locally: some words are shuffled or replaced, and a classifier on top of the encoder says for each position whether it is intact, moved or false.",
      "Globally: two different corruptions of a sentence must get similar sentence vectors, unlike those of other sentences.",
      "The decoder keeps its task of writing the clean text.",
      "An encoder that sees where the noise is, and what the sentence means in spite of it, leaves the decoder an easier job.",
    ],
    claims: [
      "With BART, the average on GLUE gains 1.1 % and F0.5 on CoNLL-2014 gains 1.75 %.",
      "T5 improves as well, over a broad range of understanding and generation tasks.",
    ],
    checks: [
      "A small BART trained further in two ways for equal passes: one point more on understanding tasks and one more F0.5 on grammar.",
      "Detecting disturbed word order is trained directly, so its gain of two points is shown apart.",
    ],
  },
  diagram: [
    { label: "Sentence, two corruptions", kind: "input" },
    { label: "Encoder", kind: "encoder" },
    { label: "Intact, moved or false?", kind: "objective" },
    { label: "Same sentence, near vectors", kind: "objective", from: [1] },
    { label: "Decoder", kind: "decoder", from: [1] },
    { label: "Write the clean text", kind: "objective" },
    { label: "Weighted sum", kind: "loss", from: [2, 3, 5] },
  ],
};

export const monotonicLocationAttention: Paper = {
  slug: "monotonic-location-attention",
  arxiv: "2305.20019",
  title: "Monotonic Location Attention for Length Generalization",
  authors: ["Jishnu Ray Chowdhury", "Cornelia Caragea"],
  year: 2023,
  venue: "ICML",
  code: "https://github.com/JRC1995/MonotonicLocationAttention",
  keywords: ["length generalization", "location attention", "algorithmic tasks", "seq2seq", "scan", "recurrent network"],
  modality: ["text"],
  card: {
    problem: ["A network that copies ten symbols flawlessly fails at thirty, because its attention has learned contents and absolute places, not how to proceed."],
    idea: [
      "Attend by walking.",
      "The decoder keeps a position in the source and learns how far to move for the next output, never backward; attention is a bell curve around that place.",
      "Whether to walk from the front or from the back is settled first, by blending the encoded source with its mirror image.",
      "For plain copying and table look-up, relative attention with this blend is already enough.",
      "When one symbol has to be written one, three or five times, the right distance varies, and only learned steps can follow.",
    ],
    claims: [
      "Blending both directions with relative attention gives near-perfect generalization to longer forward and reverse copying and look-up.",
      "It does not suffice for new tasks in which the ideal distance changes over time; location attention solves those.",
      "SCAN and CFQ length splits benefit too.",
    ],
    checks: [
      "Trained on 5 to 10 symbols, tested on 20: at least 90 % exact, and 40 points above content attention, on reverse copy and on repeated copy.",
      "Relative attention must manage reverse copy but trail by 20 points on repeats.",
    ],
  },
  diagram: [
    { label: "Source sequence", kind: "input" },
    { label: "Bidirectional recurrent net", kind: "encoder" },
    { label: "Blend with its mirror image", kind: "encoder" },
    { label: "Last position + learned step", kind: "memory", from: [2] },
    { label: "Decoder, bell-shaped focus", kind: "decoder", from: [2, 3] },
    { label: "Cross-entropy", kind: "loss" },
  ],
};
