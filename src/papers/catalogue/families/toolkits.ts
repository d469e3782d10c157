/** Papers of the family "toolkits". */
import type { Family, Paper } from "../family.ts";

const uer: Paper = {
  slug: "uer",
  arxiv: "1909.05658",
  title: "UER: An Open-Source Toolkit for Pre-training Models",
  authors: ["Zhe Zhao", "Hui Chen", "Jinbin Zhang", "Xin Zhao", "Tao Liu", "Wei Lu", "Xi Chen", "Haotang Deng", "Qi Ju", "Xiaoyong Du"],
  year: 2019,
  venue: "EMNLP-IJCNLP",
  code: "https://github.com/dbiir/UER-py",
  keywords: ["pre-training toolkit", "modular design", "bert", "elmo", "model zoo", "fine-tuning"],
  modality: ["text"],
  card: {
    problem: [
      "ELMo, GPT and BERT each came as a code base of its own, although they share most of their parts.",
      "No one of them is best for every task, so people need to try several.",
    ],
    idea: [
      "Describe a pre-training model by three choices instead of a program.",
      "The first turns text into vectors, with characters as an optional supplement; the second is an encoder, recurrent, convolutional or a transformer; the third is the target it trains on.",
      "Each choice is a name in a small configuration file, and a builder wires the parts.",
      "Targets can be added together, such as masked words and next sentence, or language modelling and labels.",
      "Known models become rows of a table, and the gaps between the rows are models nobody has trained yet.",
      "Encoder weights from any target can be kept for any task head.",
    ],
    claims: [
      "On book reviews, an LSTM of two layers rises from 80.2 to 86.5 when it is pre-trained on language modelling and labels.",
      "BERT rises on the same set from 87.5 to 88.5 with further training on in-domain reviews and a classification target at the end.",
      "A model zoo over many corpora, encoders and targets is published, with new best results on a range of downstream sets.",
    ],
    checks: [
      "Every pre-trained combination must beat its own start from scratch by two points at sorting package descriptions.",
      "Masked words alone must equal masked words plus next sentence, or better, on texts of one sentence.",
    ],
  },
  diagram: [
    { label: "Text corpus", kind: "input" },
    { label: "Embedding (+ characters)", kind: "encoder" },
    { label: "Encoder chosen by name", kind: "encoder" },
    { label: "Targets chosen by name", kind: "objective" },
    { label: "Sum of target losses", kind: "loss" },
    { label: "Head for a task", kind: "output", from: [2] },
  ],
};

const tencentpretrain: Paper = {
  slug: "tencentpretrain",
  arxiv: "2212.06385",
  title: "TencentPretrain: A Scalable and Flexible Toolkit for Pre-training Models of Different Modalities",
  year: 2023,
  venue: "ACL",
  code: "https://github.com/Tencent/TencentPretrain",
  keywords: ["pre-training toolkit", "multi-modal", "modular design", "t5", "clip", "vision transformer", "speech recognition"],
  modality: ["text", "image", "speech"],
  card: {
    problem: ["Vision, speech and text models have grown alike inside, yet each field keeps toolkits that cannot exchange parts."],
    idea: [
      "Five slots turn out to be enough: embedding, encoder, target embedding, decoder and target.",
      "An encoder-only model leaves the decoder slots empty; a translator fills them; a model like CLIP runs two streams side by side.",
      "Modality matters almost only in the embedding slot, where words, image patches or filtered speech frames become vectors of one width.",
      "Everything after that is shared: masks, norms, position schemes, losses, training and conversion of weights.",
      "A model is a file of names, so an existing one is rebuilt by reading off its row, and a new one by mixing rows.",
    ],
    claims: [
      "On benchmarks of text, vision and audio, models put together this way perform as well as the original code.",
      "Most common modules are provided in each of the five components.",
    ],
    checks: [
      "Assembled BERT, GPT-2, T5, ViT and CLIP must agree with our hand-written ones to 1e-5, and their loss curves to 1e-4 over 20 steps.",
      "All of several hundred combinations of parts must either be refused with a reason or train three steps with a falling loss.",
      "Combinations nobody published, patches into a recurrent encoder for example, must learn better than chance.",
    ],
  },
  diagram: [
    { label: "Words, patches or speech", kind: "input" },
    { label: "Embeddings, summed", kind: "encoder" },
    { label: "Encoder", kind: "encoder" },
    { label: "Target embedding", kind: "decoder", from: [0] },
    { label: "Decoder, optional", kind: "decoder", from: [2, 3] },
    { label: "One or more targets", kind: "objective", from: [2, 4] },
    { label: "Sum of losses", kind: "loss" },
  ],
};

export const toolkits: Family = {
  name: "toolkits",
  title: "Toolkits",
  papers: [tencentpretrain, uer],
};
