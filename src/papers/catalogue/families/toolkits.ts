/** Papers of the family "toolkits". */
import type { Family } from "../family.ts";

export const toolkits: Family = {
  name: "toolkits",
  title: "Toolkits",
  papers: [
    { slug: "tencentpretrain", arxiv: "2212.06385", title: "TencentPretrain: A Scalable and Flexible Toolkit for Pre-training Models of Different Modalities" },
    { slug: "uer", arxiv: "1909.05658", title: "UER: An Open-Source Toolkit for Pre-training Models" },
  ],
};
