/** Papers of the family "seq2seq". */
import type { Family } from "../family.ts";
import { bertSummarization, enct5, subwordGap } from "./seq2seq/fine-tuning.ts";
import { e2s2, monotonicLocationAttention, spactorT5 } from "./seq2seq/pre-training.ts";

export const seq2seq: Family = {
  name: "seq2seq",
  title: "Sequence to sequence",
  papers: [enct5, bertSummarization, spactorT5, monotonicLocationAttention, subwordGap, e2s2],
};
