/** Papers of the family "language-models". */
import type { Family } from "../family.ts";
import { futureTokenPrediction, retro, tFree } from "./language-models/architectures.ts";
import { crossAttentionWatermark, reallm, spdf } from "./language-models/weights.ts";

export const languageModels: Family = {
  name: "language-models",
  title: "Language models",
  papers: [futureTokenPrediction, crossAttentionWatermark, retro, tFree, reallm, spdf],
};
