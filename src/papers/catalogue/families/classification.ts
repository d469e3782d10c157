/** Papers of the family "classification". */
import type { Family, Paper } from "../family.ts";

const discreteKeyValueBottleneck: Paper = {
  slug: "discrete-key-value-bottleneck",
  arxiv: "2207.11240",
  title: "Discrete Key-Value Bottleneck",
  authors: ["Frederik Träuble", "Anirudh Goyal", "Nasim Rahaman", "Michael Mozer", "Kenji Kawaguchi", "Yoshua Bengio", "Bernhard Schölkopf"],
  year: 2023,
  venue: "ICML",
  code: "https://github.com/ftraeuble/discrete_key_value_bottleneck",
  keywords: ["continual learning", "catastrophic forgetting", "vector quantization", "class-incremental", "key-value memory", "frozen encoder"],
  modality: ["image"],
  card: {
    problem: ["Teach a network classes one after the other and it forgets the early ones, because every update moves weights that all classes share."],
    idea: [
      "Put a memory with very many cells between a frozen encoder and the answer, and let each example touch only a few.",
      "Random projections cut the features into heads; each head snaps to the nearest of thousands of fixed keys and fetches the value kept there.",
      "Keys are laid out beforehand on unlabelled data, which may come from elsewhere, and never move again.",
      "Learning changes fetched values alone, by plain gradient steps without momentum.",
      "A new class lands on other keys than the old ones, so what was stored for them stays as it was, and nobody has to say when a task ends.",
    ],
    claims: [
      "In class-incremental learning it reduces catastrophic forgetting with a wide range of pre-trained encoders, and beats the relevant baselines.",
      "It needs no task boundaries.",
      "The authors prove that the bottleneck shrinks the hypothesis class, which limits learning's side effects when the data shift.",
    ],
    checks: [
      "Ten digits taught two at a time: final accuracy must be 25 points above a linear probe on the same frozen features.",
      "It must stay within five points of itself trained on shuffled data; the nearest class mean is printed as a strong, simple reference.",
    ],
  },
  diagram: [
    { label: "Image, task by task", kind: "input" },
    { label: "Frozen encoder", kind: "encoder" },
    { label: "Random projections to heads", kind: "procedure" },
    { label: "Nearest frozen key per head", kind: "memory" },
    { label: "Learned values", kind: "memory" },
    { label: "Mean of values", kind: "decoder" },
    { label: "Cross-entropy", kind: "loss" },
  ],
};

const crosstune: Paper = {
  slug: "crosstune",
  arxiv: "2403.12468",
  title: "CrossTune: Black-Box Few-Shot Classification with Label Enhancement",
  authors: ["Danqing Luo", "Chen Zhang", "Yan Zhang", "Haizhou Li"],
  year: 2024,
  venue: "LREC-COLING",
  keywords: ["few-shot classification", "black-box tuning", "label descriptions", "cross-attention", "data augmentation", "llm api"],
  modality: ["text"],
  card: {
    problem: [
      "Many language models sit behind an interface that returns outputs and no gradients.",
      "Searching for a good prompt by trial and error spends thousands of calls on each task.",
    ],
    idea: [
      "Call the model once per text and once per label, and learn elsewhere.",
      "Labels are not bare names but written descriptions, which the same black box encodes.",
      "A small cross-attention network then relates what the model says about a text, at a mask slot, to what it says about each description.",
      "Meaning does most of the work here, so a few examples suffice to adjust it.",
      "Further examples are written by a chat model, and a second classifier acts as a switch: it keeps only those whose label it agrees with.",
    ],
    claims: [
      "On seven few-shot benchmarks it is 5.7 % better on average than the previous best gradient-free black-box tuning.",
      "Without any generated data it is better than earlier methods of this kind, or comparable.",
    ],
    checks: [
      "With 16 examples a class it must beat evolutionary prompt search by five points, and calls of the black box are counted for both.",
      "A linear probe on the same features is the hard baseline: one point more on two of three sets is asked for.",
      "Filtered synthetic texts must not do worse than unfiltered ones.",
    ],
  },
  diagram: [
    { label: "Text in a template", kind: "input" },
    { label: "Label descriptions", kind: "input" },
    { label: "Black-box language model", kind: "encoder", from: [0, 1] },
    { label: "Cross-attention to labels", kind: "decoder" },
    { label: "Filtered generated texts", kind: "procedure", from: [1] },
    { label: "Right label of few examples", kind: "objective", from: [3, 4] },
    { label: "Cross-entropy", kind: "loss" },
  ],
};

const conformalZeroShot: Paper = {
  slug: "conformal-zero-shot",
  arxiv: "2210.12619",
  title: "Conformal Predictor for Improving Zero-shot Text Classification Efficiency",
  authors: ["Prafulla Kumar Choubey", "Yu Bai", "Chien-Sheng Wu", "Wenhao Liu", "Nazneen Rajani"],
  year: 2022,
  venue: "EMNLP",
  keywords: ["zero-shot classification", "conformal prediction", "coverage guarantee", "natural language inference", "intent detection", "efficient inference"],
  modality: ["text"],
  card: {
    problem: ["Zero-shot classifiers test each label with a full pass, so fifty intents cost fifty passes a sentence."],
    idea: [
      "A cheap scorer, word overlap for instance or a small distilled network, says how strange each label would be for a text.",
      "How strange is too strange is learned on unlabelled texts that the slow model has labelled itself; conformal prediction then bounds the mistakes.",
      "With an error rate of 1 %, the slow model's own answer survives in at least 99 of 100 cases.",
      "Only survivors are passed on: often a single label is left, and the slow model need not run.",
    ],
    claims: [
      "Mean inference time falls by 25.6 % for classifiers built on language inference and by 22.2 % for those built on next-sentence prediction.",
      "Performance does not fall below the chosen error rate of 1 % on three intent and two topic datasets.",
    ],
    checks: [
      "About 45 package sections as labels: the slow model's answer must be kept in 98.5 % of texts.",
      "The best of four cheap scorers must save a quarter of the wall time and change accuracy by one point at most, against the slow model alone.",
    ],
  },
  diagram: [
    { label: "Text and all labels", kind: "input" },
    { label: "Cheap scorer", kind: "encoder" },
    { label: "Threshold from calibration", kind: "memory", from: [0] },
    { label: "Keep plausible labels", kind: "procedure", from: [1, 2] },
    { label: "Slow cross-encoder", kind: "encoder", from: [0, 3] },
    { label: "Label", kind: "output" },
  ],
};

const eeeQa: Paper = {
  slug: "eee-qa",
  arxiv: "2403.02176",
  title: "EEE-QA: Exploring Effective and Efficient Question-Answer Representations",
  authors: ["Zhanghao Hu", "Yijun Yang", "Junjie Xu", "Yifu Qiu", "Pinzhen Chen"],
  year: 2024,
  venue: "LREC-COLING",
  keywords: ["multiple-choice question answering", "answer encoding", "pooling", "knowledge graph", "inference throughput", "commonsense reasoning"],
  modality: ["text", "graph"],
  card: {
    problem: [
      "Multiple-choice models let the first token stand for the question, and read the question again with each answer.",
      "Both habits were inherited rather than examined.",
    ],
    idea: [
      "To test the first habit, the question is represented by pooling: a mean, a maximum, learned attention, or first tokens from all layers.",
      "To test the second, question and all answers share a single sequence, and each answer is the mean of its own tokens.",
      "The question is then encoded once, and the choices can be weighed against one another while they are read.",
      "Either encoder can feed a reasoner over a knowledge graph.",
    ],
    claims: [
      "Throughput rises by 38 to 100 % on consumer graphics cards.",
      "Larger batches fit into memory and bring speed-ups of 26 to 65 %.",
      "The price in accuracy is small, for several language models and with knowledge graphs or without.",
    ],
    checks: [
      "Five-way word questions: one joint pass must reach 1.5 times the throughput of separate passes in the same memory, and lose at most 1.5 points.",
      "The best pooling must gain half a point over the first token.",
    ],
  },
  diagram: [
    { label: "Question + all answers", kind: "input" },
    { label: "One transformer pass", kind: "encoder" },
    { label: "Pooled question", kind: "encoder" },
    { label: "Mean of each answer", kind: "encoder", from: [1] },
    { label: "Knowledge subgraph", kind: "input" },
    { label: "Score every answer", kind: "decoder", from: [2, 3, 4] },
    { label: "Softmax over answers", kind: "loss" },
  ],
};

export const classification: Family = {
  name: "classification",
  title: "Text classification",
  papers: [conformalZeroShot, crosstune, discreteKeyValueBottleneck, eeeQa],
};
