/** Papers of the family "crosslingual". */
import type { Family } from "../family.ts";
import { mt4crossoie, encodersOnADiet, xglue } from "./crosslingual/adaptation.ts";
import { dap, prealign, hyperpolyglot, crossLingualAlignmentSurvey, crossLingualSupervision } from "./crosslingual/alignment.ts";
import { deltalm, csr4mbart, crosssum, crossLingualBackParsing } from "./crosslingual/generation.ts";
import { xlm, xlmRXl, infoxlm, xlmAlign, langsamp } from "./crosslingual/objectives.ts";

export const crosslingual: Family = {
  name: "crosslingual",
  title: "Cross-lingual models",
  papers: [
    mt4crossoie,
    xlm,
    langsamp,
    deltalm,
    crossLingualAlignmentSurvey,
    crossLingualBackParsing,
    infoxlm,
    csr4mbart,
    prealign,
    xlmRXl,
    xlmAlign,
    dap,
    crossLingualSupervision,
    hyperpolyglot,
    encodersOnADiet,
    xglue,
    crosssum,
  ],
};
