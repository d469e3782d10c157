/** Papers of the family "multimodal-llm". */
import type { Family } from "../family.ts";
import { limber, rsCapret, nxtp, oneencoder, eagle } from "./multimodal-llm/bridges.ts";
import { vistog, mustdrop, omniRgpt, vlGpt, xVila } from "./multimodal-llm/tokens.ts";

export const multimodalLlm: Family = {
  name: "multimodal-llm",
  title: "Multi-modal language models",
  papers: [
    eagle,
    vistog,
    oneencoder,
    xVila,
    vlGpt,
    rsCapret,
    mustdrop,
    omniRgpt,
    nxtp,
    limber,
  ],
};
