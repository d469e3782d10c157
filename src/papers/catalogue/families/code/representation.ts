/** Papers of the family "code" that represent code as vectors. */
import type { Paper } from "../../family.ts";

export const unixcoder: Paper = {
  slug: "unixcoder",
  arxiv: "2203.03850",
  title: "UniXcoder: Unified Cross-Modal Pre-training for Code Representation",
  authors: ["Daya Guo", "Shuai Lu", "Nan Duan", "Yanlin Wang", "Ming Zhou", "Jian Yin"],
  year: 2022,
  venue: "ACL",
  code: "https://github.com/microsoft/CodeBERT",
  keywords: ["code representation", "syntax tree", "code search", "contrastive learning", "code completion", "unified model"],
  modality: ["code", "text"],
  card: {
    problem: [
      "Search needs a model that looks both ways, completion one that only looks back.",
      "An encoder-decoder can do both, but for completion it drags a useless encoder along.",
    ],
    idea: [
      "One Transformer plays encoder, decoder or both; a token at the front and the shape of the attention mask decide which.",
      "It reads comments and the syntax tree as well as code.",
      "The tree becomes a sequence by opening and closing each inner node like a bracket, so nothing about its shape is lost.",
      "Half of the time the inner nodes are dropped, because plain code is what it will meet later.",
      "A whole fragment gets a vector by contrast between two noisy readings of it, and languages are drawn together by making the model write the comment.",
    ],
    claims: [
      "It leads on most of nine data sets for five tasks, and opens a new task: finding equivalent code in another language without training.",
      "Comments and syntax trees each help.",
    ],
    checks: [
      "The full recipe is compared with masked words alone, three token tasks, and itself without trees, in search across JavaScript, Python and a made-up language.",
      "Tree to sequence and back must be lossless on a thousand trees.",
      "In decoder mode no logit may depend on a later token.",
    ],
  },
  diagram: [
    { label: "Code", kind: "input" },
    { label: "Comment", kind: "input" },
    { label: "Flatten syntax tree", kind: "procedure", from: [0] },
    { label: "Mode token and mask", kind: "procedure", from: [1, 2] },
    { label: "One shared Transformer", kind: "encoder" },
    { label: "Contrast two readings", kind: "objective" },
    { label: "Write the comment", kind: "objective", from: [4] },
    { label: "Sum of five tasks", kind: "loss", from: [4, 5, 6] },
    { label: "Vector, completion, summary", kind: "output", from: [4] },
  ],
};

export const contrabert: Paper = {
  slug: "contrabert",
  arxiv: "2301.09072",
  title: "ContraBERT: Enhancing Code Pre-trained Models via Contrastive Learning",
  authors: ["Shangqing Liu", "Bozhi Wu", "Xiaofei Xie", "Guozhu Meng", "Yang Liu"],
  year: 2023,
  venue: "ICSE",
  code: "https://github.com/shangqing-liu/ContraBERT",
  keywords: ["robustness", "contrastive learning", "code representation", "variable renaming", "adversarial attack"],
  modality: ["code", "text"],
  card: {
    problem: [
      "Rename the variables of a function and it still does the same thing, yet a pre-trained code model may no longer recognise it.",
    ],
    idea: [
      "Teach the model that such edits do not matter.",
      "Nine operators make variants of a function or its comment: renaming, dead code, reordered statements, words dropped or repeated.",
      "A function and its variant must get similar vectors, unlike a long queue of other functions encoded by a slowly moving copy of the model.",
      "Masked-word prediction goes on alongside, so the model keeps what it knew.",
      "CodeBERT or GraphCodeBERT is the start; nothing changes in how they are used.",
    ],
    claims: [
      "With eight renamed variables CodeBERT's accuracy on algorithm classification falls to about 0.4; after this training it stays high.",
      "The sturdier models also do better than the originals on four ordinary tasks.",
    ],
    checks: [
      "The contrast runs against continued masked training, on original and on mutated data, under attack by one to eight renamed variables.",
      "Every operator said to preserve behaviour must pass all tests of the program on two hundred programs.",
      "Clone search after a short fine-tuning shows whether robustness costs anything.",
    ],
  },
  diagram: [
    { label: "Function and comment", kind: "input" },
    { label: "Nine kinds of edit", kind: "procedure" },
    { label: "Code encoder", kind: "encoder", from: [0] },
    { label: "Slow copy of the encoder", kind: "encoder", from: [1] },
    { label: "Queue of other functions", kind: "memory" },
    { label: "Match original and variant", kind: "loss", from: [2, 3, 4] },
    { label: "Masked words", kind: "loss", from: [2] },
    { label: "Robust code vector", kind: "output", from: [2] },
  ],
};

export const decoderOnlyCodeSearch: Paper = {
  slug: "decoder-only-code-search",
  arxiv: "2410.22240",
  title: "Are Decoder-Only Large Language Models the Silver Bullet for Code Search?",
  year: 2024,
  code: "https://github.com/Georgepitt/DecoderLLMs-CodeSearch",
  keywords: ["code search", "decoder-only model", "lora", "contrastive fine-tuning", "embedding"],
  modality: ["code", "text"],
  card: {
    problem: [
      "Code search runs on encoders of modest size.",
      "Large decoder-only models know far more code, but they read only leftwards and were never asked for a vector.",
    ],
    idea: [
      "The study turns decoders into search engines and measures how far that goes.",
      "Two recipes: contrast between query and code alone, or first remove the causal mask and practise filling in masked tokens, then contrast.",
      "Only low-rank adapters are trained.",
      "Nine models, two data sets and three sizes are crossed, with encoders as the bar.",
      "Results are broken down by query length and by how many words query and code share.",
    ],
    claims: [
      "Fine-tuned CodeGemma beats zero-shot UniXcoder by 5.57% in MRR on CodeSearchNet and 49.6% in MAP on CoSQA+.",
      "Model choice, fine-tuning method, training data and size all matter, and the report weighs each.",
    ],
    checks: [
      "A decoder and an encoder of equal size and pre-training are fine-tuned on the same pairs; the winner is reported, not assumed.",
      "Attention stays causal, turns bidirectional, or turns so after masked practice, at three depths.",
      "Adapters that start at zero must leave the base model unchanged.",
    ],
  },
  diagram: [
    { label: "Query", kind: "input" },
    { label: "Code", kind: "input" },
    { label: "Lift the causal mask", kind: "procedure", from: [0, 1] },
    { label: "Decoder model with adapters", kind: "encoder" },
    { label: "Mean of token states", kind: "procedure" },
    { label: "Contrast with other code", kind: "loss" },
    { label: "Index of code vectors", kind: "memory", from: [4] },
    { label: "Ranked functions", kind: "output" },
  ],
};

export const graphcodebert: Paper = {
  slug: "graphcodebert",
  arxiv: "2009.08366",
  title: "GraphCodeBERT: Pre-training Code Representations with Data Flow",
  authors: ["Daya Guo", "Shuo Ren", "Shuai Lu", "Zhangyin Feng", "Duyu Tang", "Shujie Liu", "Long Zhou", "Nan Duan", "Alexey Svyatkovskiy", "Shengyu Fu", "Michele Tufano", "Shao Kun Deng", "Colin Clement", "Dawn Drain", "Neel Sundaresan", "Jian Yin", "Daxin Jiang", "Ming Zhou"],
  year: 2021,
  venue: "ICLR",
  code: "https://github.com/microsoft/CodeBERT",
  keywords: ["data flow", "code representation", "code search", "clone detection", "graph attention"],
  modality: ["code", "text"],
  card: {
    problem: [
      "A flat sequence hides how values move through a program.",
      "A syntax tree shows the grammar, but it is deep and still does not say where a value comes from.",
    ],
    idea: [
      "Append one node per variable occurrence to the code.",
      "Edges say where each value came from: assignments, branches merged, loops walked twice.",
      "A mask lets a node attend only along these edges and to the token it stands for.",
      "Two tasks teach the structure: guess hidden edges, and guess which token a node belongs to.",
      "Edges being asked for are removed from the mask, or the answer would lie in plain sight.",
    ],
    claims: [
      "It led in code search, clone detection, translation and refinement.",
      "Both the structure and the two tasks contribute, and in search the model attends to nodes more than to tokens.",
    ],
    checks: [
      "Nodes with both tasks compete with nodes without tasks and words alone, at equal compute, on search and on finding swapped variables.",
      "For a three-line program the graph must have the six edges found by hand.",
      "Renaming every variable must give the same graph.",
    ],
  },
  diagram: [
    { label: "Code and comment", kind: "input" },
    { label: "Trace where values come from", kind: "procedure" },
    { label: "Mask along the edges", kind: "procedure" },
    { label: "Transformer", kind: "encoder", from: [0, 2] },
    { label: "Masked words", kind: "loss" },
    { label: "Hidden edges", kind: "loss", from: [1, 3] },
    { label: "Node to token", kind: "loss", from: [1, 3] },
    { label: "Code vector", kind: "output", from: [3] },
  ],
};
