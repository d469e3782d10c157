/** Papers of the family "seq2seq" that reuse a pre-trained model: its encoder, its draft, its vocabulary. */
import type { Paper } from "../../family.ts";

export const enct5: Paper = {
  slug: "enct5",
  arxiv: "2110.08426",
  title: "EncT5: A Framework for Fine-tuning T5 as Non-autoregressive Models",
  authors: ["Frederick Liu", "Terry Huang", "Shihang Lyu", "Siamak Shakeri", "Hongkun Yu", "Jing Li"],
  year: 2021,
  keywords: ["t5", "classification", "multi-label classification", "non-autoregressive", "latent queries", "fine-tuning"],
  modality: ["text"],
  card: {
    problem: ["T5 classifies by spelling out the label, token after token, and may spell one that does not exist."],
    idea: [
      "Keep the encoder and nearly nothing of the decoder.",
      "One decoder layer stays, with its pre-trained cross-attention, and instead of words it is fed learned query vectors: one for a single label, one per label or per slot where there are many.",
      "Each query collects what it needs from the encoder and is scored by a head of its own.",
      "Without text to write, no order is required, so the causal mask goes and all answers appear in one pass.",
      "The surviving layer is the bridge: it already knows how to read this encoder.",
    ],
    claims: [
      "From public checkpoints it outperforms BERT on classification, multi-label and structured tasks.",
      "It has advantages over T5 in efficiency and usability.",
    ],
    checks: [
      "Assigning several tags: three times faster than T5 writing them out, with an F1 that drops half a point at most.",
      "Averaged over four tasks it must beat a linear layer on the mean encoder state by half a point.",
    ],
  },
  diagram: [
    { label: "Text", kind: "input" },
    { label: "T5 encoder", kind: "encoder" },
    { label: "Learned label queries", kind: "input" },
    { label: "One decoder layer, no mask", kind: "decoder", from: [1, 2] },
    { label: "A head for each label", kind: "decoder" },
    { label: "Cross-entropy", kind: "loss" },
  ],
};

export const bertSummarization: Paper = {
  slug: "bert-summarization",
  arxiv: "1902.09243",
  title: "Pretraining-Based Natural Language Generation for Text Summarization",
  authors: ["Haoyu Zhang", "Jianjun Xu", "Ji Wang"],
  year: 2019,
  venue: "CoNLL",
  keywords: ["abstractive summarization", "bert", "two-stage decoding", "draft refinement", "copy mechanism", "text generation"],
  modality: ["text"],
  card: {
    problem: ["BERT understands a text from both sides at once; a generator writes from left to right and cannot use that."],
    idea: [
      "Write twice.",
      "First an ordinary decoder, reading the article through BERT and able to copy from it, produces a draft.",
      "Then each word of the draft is masked in turn, BERT reads the rest of the draft around the gap, and the same decoder proposes the word again.",
      "The second time it knows what follows, so it can mend what the first pass had to guess.",
      "Masking a single word is precisely what BERT was trained on, which is why its knowledge carries over.",
    ],
    claims: [
      "New best results on CNN/Daily Mail and on New York Times summaries.",
      "The authors know of no earlier work that applied BERT to text generation.",
    ],
    checks: [
      "One-line summaries of package descriptions: BERT as the encoder must gain one ROUGE-L point over untrained weights.",
      "Rewriting the draft must add 0.3 over the single pass, and how often a change helps is counted.",
    ],
  },
  diagram: [
    { label: "Article", kind: "input" },
    { label: "BERT", kind: "encoder" },
    { label: "Draft decoder with copying", kind: "decoder" },
    { label: "Mask draft words in turn", kind: "procedure" },
    { label: "BERT on the masked draft", kind: "encoder" },
    { label: "Same decoder, refining", kind: "decoder", from: [1, 4] },
    { label: "Draft loss + refine loss", kind: "loss", from: [2, 5] },
  ],
};

export const subwordGap: Paper = {
  slug: "subword-gap",
  arxiv: "2106.06125",
  title: "Bridging Subword Gaps in Pretrain-Finetune Paradigm for Natural Language Generation",
  authors: ["Xin Liu", "Baosong Yang", "Dayiheng Liu", "Haibo Zhang", "Weihua Luo", "Min Zhang", "Haiying Zhang", "Jinsong Su"],
  year: 2021,
  venue: "ACL",
  code: "https://github.com/DeepLearnXMU/embedding-transfer",
  keywords: ["vocabulary transfer", "subword tokenization", "embedding generator", "text generation", "fine-tuning", "domain mismatch"],
  modality: ["text"],
  card: {
    problem: [
      "A pre-trained model brings one vocabulary for every task.",
      "Where the task's words are different, they are chopped fine, outputs become long and generation suffers.",
    ],
    idea: [
      "Let the task have its own subwords and make embeddings for the new ones.",
      "A generator looks at tokens of the old vocabulary that resemble a new one, its pieces and the longer words containing it, and mixes their embeddings by attention.",
      "Where in the word the match occurs decides how much it counts.",
      "It is trained on the old model: known tokens are declared unknown, replaced by generated embeddings, and the model should notice as little as possible; after the transfer it is thrown away.",
    ],
    claims: [
      "Vocabularies can be exchanged freely between pre-training and fine-tuning.",
      "Generation models become more efficient and better on a variety of tasks.",
    ],
    checks: [
      "Summaries with a vocabulary of their own: 3 % less loss per character than with random new rows, half a percent less than with plain averages.",
      "Outputs must be 5 % shorter than in the old vocabulary.",
    ],
  },
  diagram: [
    { label: "New task subword", kind: "input" },
    { label: "Similar old subwords", kind: "memory" },
    { label: "Position-aware attention", kind: "encoder", from: [0, 1] },
    { label: "Generated embedding", kind: "encoder" },
    { label: "Model with task vocabulary", kind: "decoder" },
    { label: "Task loss", kind: "loss" },
  ],
};
