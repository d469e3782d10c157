/** Papers of the family "science". */
import type { Family } from "../family.ts";

export const science: Family = {
  name: "science",
  title: "Science",
  papers: [
    { slug: "graphclip", arxiv: "2410.10329", title: "GraphCLIP: Enhancing Transferability in Graph Foundation Models for Text-Attributed Graphs" },
    { slug: "tiny-time-mixers", arxiv: "2401.03955", title: "Tiny Time Mixers (TTMs): Fast Pre-trained Models for Enhanced Zero/Few-Shot Forecasting of Multivariate Time Series" },
    { slug: "gearnet", arxiv: "2203.06125", title: "Protein Representation Learning by Geometric Structure Pretraining" },
    { slug: "cmta", arxiv: "2309.12855", title: "Cross-Modal Translation and Alignment for Survival Analysis" },
    { slug: "high-content-screening", arxiv: "2311.04678", title: "Weakly supervised cross-modal learning in high-content screening" },
    { slug: "metagene-1", arxiv: "2501.02045", title: "METAGENE-1: Metagenomic Foundation Model for Pandemic Monitoring" },
    { slug: "omni-dna", arxiv: "2502.03499", title: "Omni-DNA: A Unified Genomic Foundation Model for Cross-Modal and Multi-Task Learning" },
    { slug: "helix-mrna", arxiv: "2502.13785", title: "Helix-mRNA: A Hybrid Foundation Model For Full Sequence mRNA Therapeutics" },
  ],
};
