/** Papers of the family "code". */
import type { Family } from "../family.ts";

export const code: Family = {
  name: "code",
  title: "Code",
  papers: [
    { slug: "codet5", arxiv: "2109.00859", title: "CodeT5: Identifier-aware Unified Pre-trained Encoder-Decoder Models for Code Understanding and Generation" },
    { slug: "unixcoder", arxiv: "2203.03850", title: "UniXcoder: Unified Cross-Modal Pre-training for Code Representation" },
    { slug: "transcoder", arxiv: "2306.07285", title: "TransCoder: Towards Unified Transferable Code Representation Learning Inspired by Human Skills" },
    { slug: "contrabert", arxiv: "2301.09072", title: "ContraBERT: Enhancing Code Pre-trained Models via Contrastive Learning" },
    { slug: "decoder-only-code-search", arxiv: "2410.22240", title: "Are Decoder-Only Large Language Models the Silver Bullet for Code Search?" },
    { slug: "graphcodebert", arxiv: "2009.08366", title: "GraphCodeBERT: Pre-training Code Representations with Data Flow" },
    { slug: "codet5-plus", arxiv: "2305.07922", title: "CodeT5+: Open Code Large Language Models for Code Understanding and Generation" },
    { slug: "crosscodeeval", arxiv: "2310.11248", title: "CrossCodeEval: A Diverse and Multilingual Benchmark for Cross-File Code Completion" },
    { slug: "pangu-coder", arxiv: "2207.11280", title: "PanGu-Coder: Program Synthesis with Function-Level Language Modeling" },
  ],
};
