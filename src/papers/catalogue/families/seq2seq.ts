/** Papers of the family "seq2seq". */
import type { Family } from "../family.ts";

export const seq2seq: Family = {
  name: "seq2seq",
  title: "Sequence to sequence",
  papers: [
    { slug: "enct5", arxiv: "2110.08426", title: "EncT5: A Framework for Fine-tuning T5 as Non-autoregressive Models" },
    { slug: "bert-summarization", arxiv: "1902.09243", title: "Pretraining-Based Natural Language Generation for Text Summarization" },
    { slug: "spactor-t5", arxiv: "2401.13160", title: "SpacTor-T5: Pre-training T5 Models with Span Corruption and Replaced Token Detection" },
    { slug: "monotonic-location-attention", arxiv: "2305.20019", title: "Monotonic Location Attention for Length Generalization" },
    { slug: "subword-gap", arxiv: "2106.06125", title: "Bridging Subword Gaps in Pretrain-Finetune Paradigm for Natural Language Generation" },
    { slug: "e2s2", arxiv: "2205.14912", title: "E2S2: Encoding-Enhanced Sequence-to-Sequence Pretraining for Language Understanding and Generation" },
  ],
};
