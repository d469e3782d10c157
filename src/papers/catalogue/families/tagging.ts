/** Papers of the family "tagging". */
import type { Family } from "../family.ts";

export const tagging: Family = {
  name: "tagging",
  title: "Tagging and correction",
  papers: [
    { slug: "crossner", arxiv: "2012.04373", title: "CrossNER: Evaluating Cross-Domain Named Entity Recognition" },
    { slug: "gector", arxiv: "2005.12592", title: "GECToR -- Grammatical Error Correction: Tag, Not Rewrite" },
    { slug: "hear", arxiv: "2301.09244", title: "Efficient Encoders for Streaming Sequence Tagging" },
    { slug: "graph-matching-ner", arxiv: "2408.00981", title: "Cross-domain Named Entity Recognition via Graph Matching" },
    { slug: "url-segmentation", arxiv: "2011.03138", title: "Semi-supervised URL Segmentation with Recurrent Neural Networks Pre-trained on Knowledge Graph Entities" },
  ],
};
