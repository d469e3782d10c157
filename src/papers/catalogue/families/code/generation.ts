/** Papers of the family "code" that write code or transfer between its tasks. */
import type { Paper } from "../../family.ts";

export const codet5: Paper = {
  slug: "codet5",
  arxiv: "2109.00859",
  title: "CodeT5: Identifier-aware Unified Pre-trained Encoder-Decoder Models for Code Understanding and Generation",
  authors: ["Yue Wang", "Weishi Wang", "Shafiq Joty", "Steven C.H. Hoi"],
  year: 2021,
  venue: "EMNLP",
  code: "https://github.com/salesforce/CodeT5",
  keywords: ["code generation", "code summarization", "identifiers", "encoder-decoder", "t5"],
  modality: ["code", "text"],
  card: {
    problem: [
      "Models for prose treat a program as a string of words.",
      "But much of what a program says is in the names its author chose, and nothing in their training points at names.",
    ],
    idea: [
      "Start from T5: an encoder-decoder that restores missing spans.",
      "Add a task that marks which tokens are identifiers.",
      "Add another that blanks out every identifier, the same blank for every use of one name, and asks for the names: de-obfuscation as an exercise.",
      "Last, use the comments: each function with a comment trains both directions, comment to code and code to comment.",
      "The same weights then classify, summarise, translate and repair.",
    ],
    claims: [
      "CodeT5 clearly beats earlier methods on defect and clone detection and on generation between languages and prose.",
      "Training used 8.35 million functions in eight languages, and a tokenizer for code that shortens inputs by 30-45%.",
    ],
    checks: [
      "Three pre-trainings start from scratch with equal steps: spans only, with identifier tasks added, and with dual generation as well.",
      "They are compared on summaries, translation with executed tests, defects, and restoring the names of an obfuscated function.",
    ],
  },
  diagram: [
    { label: "Functions and comments", kind: "input" },
    { label: "Blank spans and identifiers", kind: "procedure" },
    { label: "T5 encoder", kind: "encoder" },
    { label: "Tag the identifiers", kind: "objective" },
    { label: "T5 decoder", kind: "decoder", from: [2] },
    { label: "Restore spans, names, comments", kind: "loss", from: [3, 4] },
    { label: "Summary, translation, fix", kind: "output", from: [4] },
  ],
};

export const transcoder: Paper = {
  slug: "transcoder",
  arxiv: "2306.07285",
  title: "TransCoder: Towards Unified Transferable Code Representation Learning Inspired by Human Skills",
  authors: ["Qiushi Sun", "Nuo Chen", "Jianing Wang", "Xiang Li", "Ming Gao"],
  year: 2024,
  venue: "LREC-COLING",
  code: "https://github.com/QiushiSun/TransCoder",
  keywords: ["transfer learning", "prefix tuning", "low-resource", "code summarization", "clone detection"],
  modality: ["code", "text"],
  card: {
    problem: [
      "Each task on code is fine-tuned from the same checkpoint and learns alone.",
      "Tasks with few examples, and languages with little code, get nothing from what the others learnt.",
    ],
    idea: [
      "Put what can be shared into a small module.",
      "It generates a prefix: a few extra keys and values in front of every attention layer.",
      "The model visits the source tasks one after another, and each hands the generator on to the next; task heads stay behind.",
      "On the new task a fresh model starts with that generator and is fine-tuned, perhaps on a twentieth of the data.",
    ],
    claims: [
      "It beats plain fine-tuning on several code tasks, which also help one another.",
      "The gain is most marked for small training sets and languages with little data.",
    ],
    checks: [
      "A transferred prefix is compared with a random one and plain fine-tuning at 100, 10 and 5% of the target data.",
      "One control trains on the source and then on the target, with no prefix, because that is the cheap alternative.",
      "With an empty prefix the model must equal its backbone.",
    ],
  },
  diagram: [
    { label: "Source tasks in turn", kind: "input" },
    { label: "Prefix generator", kind: "encoder" },
    { label: "Code model with prefix", kind: "decoder", from: [0, 1] },
    { label: "Loss of each task", kind: "loss" },
    { label: "Generator carried over", kind: "memory", from: [1] },
    { label: "New task, few examples", kind: "input" },
    { label: "Fresh code model", kind: "decoder", from: [4, 5] },
    { label: "Summary or label", kind: "output" },
  ],
};

export const codet5Plus: Paper = {
  slug: "codet5-plus",
  arxiv: "2305.07922",
  title: "CodeT5+: Open Code Large Language Models for Code Understanding and Generation",
  authors: ["Yue Wang", "Hung Le", "Akhilesh Deepak Gotmare", "Nghi D.Q. Bui", "Junnan Li", "Steven C.H. Hoi"],
  year: 2023,
  venue: "EMNLP",
  code: "https://github.com/salesforce/CodeT5",
  keywords: ["code generation", "code retrieval", "encoder-decoder", "frozen language model", "instruction tuning", "text-to-code"],
  modality: ["code", "text"],
  card: {
    problem: [
      "One architecture rarely suits every job: encoders retrieve, decoders complete, and a model trained on one kind of exercise disappoints at the others.",
    ],
    idea: [
      "Build an encoder-decoder whose halves also work alone, and give each half its own exercises.",
      "Stage one, on code only: restore spans, and continue a program from any cut, with or without the encoder.",
      "Stage two, on pairs of text and code: pull matching pairs together, judge whether a pair matches, and generate each from the other.",
      "To grow, a small trained encoder is bolted to a large frozen code model; only it and a few bridging layers learn.",
      "Instruction tuning comes last.",
    ],
    claims: [
      "Without task training, search over six languages reaches an MRR of 74.23 from the vectors and 75.85 after reranking; the best before was 49.2.",
      "On HumanEval the project lists pass@1 of 29.3 for the frozen 16B model, 30.9 with the bridge, and 36.1 after instruction tuning.",
      "It was tested on more than twenty benchmarks, tuned and untuned.",
    ],
    checks: [
      "The two stages run against the earlier CodeT5 recipe at equal compute, on search, reranking, completion and generation with retrieved help.",
      "A bridge from a tiny encoder to a frozen model competes with full fine-tuning of the same steps.",
      "With its gate at zero the bridged model must equal the frozen one.",
    ],
  },
  diagram: [
    { label: "Code", kind: "input" },
    { label: "Text about code", kind: "input" },
    { label: "Encoder", kind: "encoder", from: [0, 1] },
    { label: "Decoder", kind: "decoder" },
    { label: "Spans and continuation", kind: "loss" },
    { label: "Contrast text and code", kind: "loss", from: [2] },
    { label: "Match and generate", kind: "loss", from: [3] },
    { label: "Search", kind: "output", from: [2] },
    { label: "Generated code", kind: "output", from: [3] },
  ],
};

export const crosscodeeval: Paper = {
  slug: "crosscodeeval",
  arxiv: "2310.11248",
  title: "CrossCodeEval: A Diverse and Multilingual Benchmark for Cross-File Code Completion",
  authors: ["Yangruibo Ding", "Zijian Wang", "Wasi Uddin Ahmad", "Hantian Ding", "Ming Tan", "Nihal Jain", "Murali Krishna Ramanathan", "Ramesh Nallapati", "Parminder Bhatia", "Dan Roth", "Bing Xiang"],
  year: 2023,
  venue: "NeurIPS Datasets and Benchmarks",
  code: "https://github.com/amazon-science/cceval",
  keywords: ["code completion", "benchmark", "repository context", "retrieval-augmented", "static analysis"],
  modality: ["code"],
  card: {
    problem: [
      "Completion benchmarks show one file.",
      "Real code calls what other files define, and a model that has not seen them can only guess.",
    ],
    idea: [
      "Find places where the answer cannot be known from the file itself.",
      "Replace the project's imported modules by empty ones and run a static analyser: its new complaints mark the uses that need another file.",
      "Cut the prompt just before such a use; the rest of the statement is the target.",
      "Score models without help, with retrieved snippets, and with snippets retrieved by peeking at the answer.",
      "The gaps between the three measure the model and the retriever separately.",
    ],
    claims: [
      "Code models do badly when the other file is missing and clearly better when it is in the prompt.",
      "Even the best are far from solving it, in Python, Java, TypeScript and C#.",
      "The benchmark also ranks retrievers.",
    ],
    checks: [
      "The construction runs on real packages and reports how many examples each filter leaves.",
      "A tiny model completes with no context, four retrievers, a peeking one, and a wrong repository as control.",
      "Emptying an import that is never used must yield no example.",
    ],
  },
  diagram: [
    { label: "Repository", kind: "input" },
    { label: "Empty the imported modules", kind: "procedure" },
    { label: "Analyse and mark uses", kind: "procedure" },
    { label: "Cut prompt and target", kind: "procedure" },
    { label: "Chunks of other files", kind: "memory", from: [0] },
    { label: "Retrieve context", kind: "procedure", from: [3, 4] },
    { label: "Code model under test", kind: "decoder", from: [3, 5] },
    { label: "Exact match and similarity", kind: "output" },
  ],
};

export const panguCoder: Paper = {
  slug: "pangu-coder",
  arxiv: "2207.11280",
  title: "PanGu-Coder: Program Synthesis with Function-Level Language Modeling",
  authors: ["Fenia Christopoulou", "Gerasimos Lampouras", "Milan Gritta", "Guchun Zhang", "Yinpeng Guo", "Zhongqi Li", "Qi Zhang", "Meng Xiao", "Bo Shen", "Lin Li", "Hao Yu", "Li Yan", "Pingyi Zhou", "Xin Wang", "Yuchi Ma", "Ignacio Iacobacci", "Yasheng Wang", "Guangtai Liang", "Jiansheng Wei", "Xin Jiang", "Qianxiang Wang", "Qun Liu"],
  year: 2022,
  keywords: ["program synthesis", "text-to-code", "causal language model", "docstring", "unit tests"],
  modality: ["code", "text"],
  card: {
    problem: [
      "A model trained on files of code sees docstrings as just more text.",
      "Asked for a function from a description, it has never practised exactly that.",
    ],
    idea: [
      "Train in two stages.",
      "First, predict the next token in raw Python files.",
      "Second, turn to pairs of description and function, and count errors on the function only.",
      "Words of the description are masked and predicted in the same pass, so the model must understand the request and not just continue it.",
      "A final fine-tuning uses competition problems and functions whose tests can be run.",
    ],
    claims: [
      "It writes functions that pass their tests as often as models of similar size such as Codex, or more often.",
      "It does so with a shorter context window and less training data.",
    ],
    checks: [
      "Stage two runs with full prediction, with the loss on code only, and with masked descriptions added; a last arm sees pairs from the start.",
      "Generated programs are run in a sandbox; pass@1 and pass@5 are estimated without bias.",
      "Description tokens must receive no gradient from the code loss.",
    ],
  },
  diagram: [
    { label: "Raw code files", kind: "input" },
    { label: "Causal language model", kind: "decoder" },
    { label: "Description and function", kind: "input" },
    { label: "Same model, stage two", kind: "decoder", from: [1, 2] },
    { label: "Next token, code only", kind: "loss" },
    { label: "Masked description words", kind: "loss", from: [3] },
    { label: "Sample and run tests", kind: "procedure", from: [3] },
    { label: "Function that passes", kind: "output" },
  ],
};
