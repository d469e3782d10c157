/** Papers of the family "classification". */
import type { Family } from "../family.ts";

export const classification: Family = {
  name: "classification",
  title: "Text classification",
  papers: [
    { slug: "conformal-zero-shot", arxiv: "2210.12619", title: "Conformal Predictor for Improving Zero-shot Text Classification Efficiency" },
    { slug: "crosstune", arxiv: "2403.12468", title: "CrossTune: Black-Box Few-Shot Classification with Label Enhancement" },
    { slug: "discrete-key-value-bottleneck", arxiv: "2207.11240", title: "Discrete Key-Value Bottleneck" },
    { slug: "eee-qa", arxiv: "2403.02176", title: "EEE-QA: Exploring Effective and Efficient Question-Answer Representations" },
  ],
};
