/** Papers of the family "translation" that change attention or positions. */
import type { Paper } from "../../family.ts";

export const contextAwareCrossAttention: Paper = {
  slug: "context-aware-cross-attention",
  arxiv: "2011.00770",
  title: "Context-Aware Cross-Attention for Non-Autoregressive Translation",
  authors: ["Liang Ding", "Longyue Wang", "Di Wu", "Dacheng Tao", "Zhaopeng Tu"],
  year: 2020,
  venue: "COLING",
  code: "https://github.com/alphadl/CCAN",
  keywords: ["non-autoregressive translation", "cross-attention", "local attention", "mask-predict", "gating"],
  modality: ["text"],
  card: {
    problem: [
      "A translator that writes all words at once cannot look at the words before.",
      "It leans wholly on the source sentence, and its attention there turns out too spread out.",
    ],
    idea: [
      "Keep the usual attention over the whole source and add a local one.",
      "For every head and target position, take the source word with the highest score as the centre.",
      "A second softmax looks only at its neighbours.",
      "A learnt gate blends the two; it is the only new weight.",
      "Because the centre follows the data, word order may differ between the languages.",
    ],
    claims: [
      "Translation quality rises consistently over strong parallel translators on several data sets.",
      "The analysis finds that both local and global context get used better.",
    ],
    checks: [
      "The plain model, the blend, and a blend centred on the diagonal are compared at one and four decoding rounds.",
      "Attention must become sharper, and on a reversed language only the data-driven centre should keep its gain.",
      "With the gate at one the plain model must return.",
    ],
  },
  diagram: [
    { label: "Source sentence", kind: "input" },
    { label: "Encoder", kind: "encoder" },
    { label: "Partly masked target", kind: "input" },
    { label: "Parallel decoder", kind: "decoder", from: [1, 2] },
    { label: "Window at the best match", kind: "procedure" },
    { label: "Gate local and global", kind: "procedure", from: [3, 4] },
    { label: "All words at once", kind: "output" },
  ],
};

export const crossLingualPosition: Paper = {
  slug: "cross-lingual-position",
  arxiv: "2004.13310",
  title: "Self-Attention with Cross-Lingual Position Representation",
  authors: ["Liang Ding", "Longyue Wang", "Dacheng Tao"],
  year: 2020,
  venue: "ACL",
  keywords: ["position encoding", "word order", "preordering", "bracketing transduction grammar", "machine translation"],
  modality: ["text"],
  card: {
    problem: [
      "Attention knows where a word stands in its own sentence.",
      "It does not know where that word will stand in the translation, and for Japanese or German that can be far away.",
    ],
    idea: [
      "Give each source word a second position: its place in target order.",
      "A grammar that may only keep or swap neighbouring blocks predicts the reordering from the source alone.",
      "The second position is mixed into the input, or used by part of the attention heads, which then see the sentence reordered.",
      "The decoder stays as it is.",
    ],
    claims: [
      "Gains are consistent and significant for English to German, Japanese to English, and Chinese and English both ways.",
      "The analysis traces them to the cross-lingual order.",
    ],
    checks: [
      "Both ways of using the second position are tried on two strongly reordering languages and one that keeps the order.",
      "Two controls have the same weights but shuffled positions, or the ordinary position twice.",
      "The number of reorderings the grammar allows must be 1, 2, 6, 22, 90 for up to five words.",
    ],
  },
  diagram: [
    { label: "Source sentence", kind: "input" },
    { label: "Predict target order", kind: "procedure" },
    { label: "Word with two positions", kind: "encoder", from: [0, 1] },
    { label: "Attention in both orders", kind: "encoder" },
    { label: "Ordinary decoder", kind: "decoder" },
    { label: "Translation", kind: "output" },
  ],
};

export const semanticsAwareAttention: Paper = {
  slug: "semantics-aware-attention",
  arxiv: "2110.06920",
  title: "Semantics-aware Attention Improves Neural Machine Translation",
  year: 2022,
  venue: "*SEM",
  keywords: ["semantic structure", "scenes", "ucca", "attention masking", "machine translation", "parameter-free"],
  modality: ["text"],
  card: {
    problem: [
      "Syntax has been built into translators with profit.",
      "Meaning, in the sense of who does what in which event, had not.",
    ],
    idea: [
      "Parse the source into scenes: one event and those who take part.",
      "In the encoder, one attention head may only weigh words of the same scene.",
      "In the decoder, one head compares with keys pooled over scenes, so it picks an event rather than a word.",
      "Both are masks: no weight is added, and all other heads stay free.",
      "Words in several scenes see all of them.",
    ],
    claims: [
      "In four language pairs it consistently beats the plain and the syntax-aware Transformer.",
      "For some pairs semantics and syntax together add more.",
    ],
    checks: [
      "On sentences of two or three clauses with known scenes, both masks run against the plain model, a syntactic mask and a random one.",
      "Adjectives bound to the wrong noun are counted, besides BLEU.",
      "A random mask of equal density must not show the gain.",
    ],
  },
  diagram: [
    { label: "Source sentence", kind: "input" },
    { label: "Parse into scenes", kind: "procedure" },
    { label: "Scene-masked head", kind: "encoder", from: [0, 1] },
    { label: "Head over scene keys", kind: "decoder", from: [1, 2] },
    { label: "Translation loss", kind: "loss" },
    { label: "Translation", kind: "output", from: [3] },
  ],
};
