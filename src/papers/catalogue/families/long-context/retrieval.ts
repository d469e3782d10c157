/** Papers of the family "long-context" that read a long input once and look up what they need. */
import type { Paper } from "../../family.ts";

export const unlimiformer: Paper = {
  slug: "unlimiformer",
  arxiv: "2305.01625",
  title: "Unlimiformer: Long-Range Transformers with Unlimited Length Input",
  authors: ["Amanda Bertsch", "Uri Alon", "Graham Neubig", "Matthew R. Gormley"],
  year: 2023,
  venue: "NeurIPS",
  code: "https://github.com/abertsch72/unlimiformer",
  keywords: ["long-document summarization", "nearest neighbour index", "cross-attention", "encoder-decoder", "long context", "book summarization"],
  modality: ["text"],
  card: {
    problem: ["A trained summariser accepts a thousand tokens or so and throws the rest of the book away."],
    idea: [
      "Read everything in overlapping chunks with the encoder as it is, and keep the middle of each chunk, where context is complete on both sides.",
      "The states of the whole book go into one index.",
      "When the decoder attends, each head looks up the states that suit it best and attends to those alone.",
      "A rearranged product makes the trick cheap: the head's key matrix is moved to the query's side, so all heads and layers can share the index.",
      "Nothing is learned, so the wrapper fits any encoder-decoder already trained.",
    ],
    claims: [
      "Books of 350,000 tokens from BookSum are summarised without cutting any input at test time.",
      "BART and Longformer improve when extended this way, with no added weights and no change to their code.",
      "The index can be held in GPU or CPU memory and is searched in sub-linear time.",
    ],
    checks: [
      "Questions on documents of up to 2,048 tokens, model trained on 128: ten points over truncation where the clue comes late, no loss where it comes early.",
      "Training with retrieval switched on must add three points.",
    ],
  },
  diagram: [
    { label: "Very long input", kind: "input" },
    { label: "Overlapping chunks", kind: "procedure" },
    { label: "Unchanged encoder", kind: "encoder" },
    { label: "One index of states", kind: "memory" },
    { label: "Decoder, top-k per head", kind: "decoder" },
    { label: "Summary", kind: "output" },
  ],
};

export const treeCrossAttention: Paper = {
  slug: "tree-cross-attention",
  arxiv: "2309.17388",
  title: "Tree Cross Attention",
  authors: ["Leo Feng", "Frederick Tung", "Hossein Hajimirsadeghi", "Yoshua Bengio", "Mohamed Osama Ahmed"],
  year: 2024,
  venue: "ICLR",
  code: "https://github.com/BorealisAI/tree-cross-attention",
  keywords: ["cross-attention", "tree search", "token efficiency", "perceiver io", "reinforcement learning", "neural processes"],
  modality: ["image", "text"],
  card: {
    problem: [
      "For each prediction, cross-attention scans all context tokens.",
      "Distilling them into a few latent vectors is cheap, but how many are needed grows with what there is to know.",
    ],
    idea: [
      "Build a balanced tree over the tokens, in which every inner node summarises its children.",
      "A query enters at the root and decides, level by level, which child to open.",
      "Children it leaves closed are kept as summaries, those at the bottom as themselves, and the answer attends to this handful.",
      "Fine detail is read where it matters, a rough outline everywhere else.",
      "Choosing a branch cannot be differentiated, so the search is trained by reinforcement, with the prediction's success as the reward.",
    ],
    claims: [
      "Its token count for a prediction grows with the logarithm of the context.",
      "Classification and uncertainty regression come out comparable to full cross-attention.",
      "With as many tokens as Perceiver IO it is significantly better.",
    ],
    checks: [
      "Copying 128 symbols in reverse: 95 % of the accuracy of cross-attention while reading a tenth of the tokens.",
      "Perceiver IO with as many latents must be 20 points worse, and a random path is the control.",
    ],
  },
  diagram: [
    { label: "Context tokens", kind: "input" },
    { label: "Tree of learned summaries", kind: "memory" },
    { label: "Query", kind: "input" },
    { label: "Search from root to leaf", kind: "encoder", from: [1, 2] },
    { label: "Attend to visited nodes", kind: "decoder", from: [2, 3] },
    { label: "Prediction loss + reward", kind: "loss" },
  ],
};

export const plugd: Paper = {
  slug: "plugd",
  arxiv: "2305.17660",
  title: "Plug-and-Play Document Modules for Pre-trained Models",
  authors: ["Chaojun Xiao", "Zhengyan Zhang", "Xu Han", "Chi-Min Chan", "Yankai Lin", "Zhiyuan Liu", "Xiangyang Li", "Zhonghua Li", "Zhao Cao", "Maosong Sun"],
  year: 2023,
  venue: "ACL",
  code: "https://github.com/thunlp/Document-Plugin",
  keywords: ["document encoding", "plug-in", "prefix tuning", "question answering", "knowledge injection", "adapters"],
  modality: ["text"],
  card: {
    problem: ["Every question about a document encodes it again, and each task does so with an encoder of its own."],
    idea: [
      "Encode a document once, without any question, and store the result as a plug-in.",
      "Plugged into the upper layers of a T5, its states are read by attention as though they were a prefix, and the decoder reads them too.",
      "A self-supervised stage teaches documents to be useful in this form: spans that recur are hidden and must be found in the plug-in, or the following sentences must be written.",
      "Tasks then train small adapters only, so that one plug-in serves all of them.",
      "It can even be inserted into a task model that has never seen documents.",
    ],
    claims: [
      "Computation falls by 69 % at comparable performance to encoding document and question together.",
      "Eight datasets of four typical tasks are covered with one encoding of each document.",
      "Inserted afterwards, it improves task models without any training.",
    ],
    checks: [
      "Four tasks with eight questions a document: 95 % of the score of joint encoding for 45 % of its FLOPs per query.",
      "Inserted after training, it must gain three points over having no document.",
    ],
  },
  diagram: [
    { label: "Document", kind: "input" },
    { label: "Encoder, run once", kind: "encoder" },
    { label: "Document plug-in", kind: "memory" },
    { label: "Question of any task", kind: "input" },
    { label: "T5 with task adapters", kind: "encoder", from: [2, 3] },
    { label: "Decoder", kind: "decoder", from: [2, 4] },
    { label: "Answer", kind: "output" },
  ],
};
