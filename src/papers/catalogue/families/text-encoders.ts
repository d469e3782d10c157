/** Papers of the family "text-encoders". */
import type { Family } from "../family.ts";
import { convbert, eurobert, mosaicbert, neobert } from "./text-encoders/blocks.ts";
import { cdlm, fpdm } from "./text-encoders/documents.ts";
import { drbert, ernie2, maeLm, mpnet } from "./text-encoders/objectives.ts";
import { charbert, monobyte, xrayemb } from "./text-encoders/units.ts";

export const textEncoders: Family = {
  name: "text-encoders",
  title: "Text encoders",
  papers: [monobyte, fpdm, drbert, xrayemb, cdlm, maeLm, convbert, mosaicbert, eurobert, neobert, mpnet, ernie2, charbert],
};
