/** Papers of the family "vision". */
import type { Family } from "../family.ts";
import { crossformer, xcit, cswin, crossvit } from "./vision/backbones.ts";
import { conditionalDetr, intr, crosskd, xDecoder, catSam } from "./vision/detection.ts";
import { dformer, rgbEventTracking, deepcvir } from "./vision/sensors.ts";
import { look, hashtagPretraining, swag, multimodalPathway } from "./vision/supervision.ts";

export const vision: Family = {
  name: "vision",
  title: "Vision",
  papers: [
    crossformer,
    xcit,
    xDecoder,
    crosskd,
    look,
    deepcvir,
    dformer,
    cswin,
    multimodalPathway,
    intr,
    catSam,
    crossvit,
    swag,
    conditionalDetr,
    rgbEventTracking,
    hashtagPretraining,
  ],
};
