/** Papers of the family "long-context". */
import type { Family } from "../family.ts";
import { cable, etc, yoco } from "./long-context/attention.ts";
import { cramming, mrt5, vist } from "./long-context/compression.ts";
import { plugd, treeCrossAttention, unlimiformer } from "./long-context/retrieval.ts";

export const longContext: Family = {
  name: "long-context",
  title: "Long context",
  papers: [treeCrossAttention, yoco, cramming, plugd, mrt5, cable, unlimiformer, etc, vist],
};
