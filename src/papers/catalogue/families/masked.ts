/** Papers of the family "masked". */
import type { Family } from "../family.ts";
import { crossmae, flexpredict, positionPrediction, uta } from "./masked/images.ts";
import { croco, multimae, videomaeV2 } from "./masked/views.ts";

export const masked: Family = {
  name: "masked",
  title: "Masked image, multi-modal and video modelling",
  papers: [crossmae, multimae, croco, positionPrediction, flexpredict, videomaeV2, uta],
};
