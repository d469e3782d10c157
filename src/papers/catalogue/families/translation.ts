/** Papers of the family "translation". */
import type { Family } from "../family.ts";
import { contextAwareCrossAttention, crossLingualPosition, semanticsAwareAttention } from "./translation/attention.ts";
import { unsupervisedNmtObjectives, nmtScalingLaws, pretrainingBackTranslation } from "./translation/studies.ts";
import { sixt, sixtPlus, crossAttentionFinetuning, xlmT } from "./translation/transfer.ts";

export const translation: Family = {
  name: "translation",
  title: "Translation",
  papers: [
    contextAwareCrossAttention,
    sixt,
    unsupervisedNmtObjectives,
    sixtPlus,
    nmtScalingLaws,
    crossAttentionFinetuning,
    pretrainingBackTranslation,
    xlmT,
    crossLingualPosition,
    semanticsAwareAttention,
  ],
};
