/** Papers of the family "data-selection". */
import type { Family } from "../family.ts";

export const dataSelection: Family = {
  name: "data-selection",
  title: "Data selection",
  papers: [
    { slug: "clipcov", arxiv: "2403.12267", title: "Data-Efficient Contrastive Language-Image Pretraining: Prioritizing Data Quality over Quantity" },
    { slug: "arctic-snowcoder", arxiv: "2409.02326", title: "Arctic-SnowCoder: Demystifying High-Quality Data in Code Pretraining" },
    { slug: "preselect", arxiv: "2503.00808", title: "Predictive Data Selection: The Data That Predicts Is the Data That Teaches" },
    { slug: "tldr", arxiv: "2305.20087", title: "Too Large; Data Reduction for Vision-Language Pre-Training" },
  ],
};
