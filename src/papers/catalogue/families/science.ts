/** Papers of the family "science". */
import type { Family } from "../family.ts";
import { metagene1, omniDna, helixMrna, tinyTimeMixers } from "./science/sequences.ts";
import { graphclip, gearnet, cmta, highContentScreening } from "./science/structures.ts";

export const science: Family = {
  name: "science",
  title: "Science",
  papers: [
    graphclip,
    tinyTimeMixers,
    gearnet,
    cmta,
    highContentScreening,
    metagene1,
    omniDna,
    helixMrna,
  ],
};
