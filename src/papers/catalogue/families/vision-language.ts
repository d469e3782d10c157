/** Papers of the family "vision-language". */
import type { Family } from "../family.ts";
import { tulip, paraclip, pre, safeClip, xMore } from "./vision-language/adaptation.ts";
import { coca, cappa, locca, icmlm, refers } from "./vision-language/captioners.ts";
import { filip, lightclip, growclip, clips, clipBeyondTail } from "./vision-language/contrastive.ts";
import { unicoderVl, lxmert, oscar, xgpt, pmaNet } from "./vision-language/fusion.ts";
import { pcme, xbt, uniadapter } from "./vision-language/retrieval.ts";

export const visionLanguage: Family = {
  name: "vision-language",
  title: "Vision and language",
  papers: [
    unicoderVl,
    lxmert,
    xgpt,
    growclip,
    tulip,
    pmaNet,
    oscar,
    refers,
    lightclip,
    paraclip,
    pre,
    clips,
    safeClip,
    clipBeyondTail,
    filip,
    pcme,
    uniadapter,
    xbt,
    locca,
    coca,
    icmlm,
    xMore,
    cappa,
  ],
};
