/** Papers of the family "generation". */
import type { Family } from "../family.ts";
import { crossflow, presto, videoAdapter } from "./generation/diffusion.ts";
import { cmvc, taskAwareDvc, toontalker } from "./generation/video.ts";

export const generation: Family = {
  name: "generation",
  title: "Image and video generation",
  papers: [presto, crossflow, videoAdapter, toontalker, taskAwareDvc, cmvc],
};
