/** Papers of the family "long-context". */
import type { Family } from "../family.ts";

export const longContext: Family = {
  name: "long-context",
  title: "Long context",
  papers: [
    { slug: "tree-cross-attention", arxiv: "2309.17388", title: "Tree Cross Attention" },
    { slug: "yoco", arxiv: "2405.05254", title: "You Only Cache Once: Decoder-Decoder Architectures for Language Models" },
    { slug: "cramming", arxiv: "2502.13063", title: "Cramming 1568 Tokens into a Single Vector and Back Again: Exploring the Limits of Embedding Space Capacity" },
    { slug: "plugd", arxiv: "2305.17660", title: "Plug-and-Play Document Modules for Pre-trained Models" },
    { slug: "mrt5", arxiv: "2410.20771", title: "MrT5: Dynamic Token Merging for Efficient Byte-level Language Models" },
    { slug: "cable", arxiv: "2503.08067", title: "Context-aware Biases for Length Extrapolation" },
    { slug: "unlimiformer", arxiv: "2305.01625", title: "Unlimiformer: Long-Range Transformers with Unlimited Length Input" },
    { slug: "etc", arxiv: "2004.08483", title: "ETC: Encoding Long and Structured Inputs in Transformers" },
    { slug: "vist", arxiv: "2502.00791", title: "Vision-centric Token Compression in Large Language Model" },
  ],
};
