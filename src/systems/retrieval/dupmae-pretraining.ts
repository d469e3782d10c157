/** DupMAE on users' own texts. */
import { defineTextPretraining } from "../../lab/index.ts";
import { DupMae, dupmaeBatches, dupmaeLoss } from "./dupmae-model.ts";

export const textPretraining = defineTextPretraining({
  version: 1,
  summary: "plain texts: the first state rebuilds the text through a decoder that is thrown away, the others name its words (DupMAE)",
  pooling: "first",
  build: (model, random) => new DupMae(random, model),
  batches: (rows, { tokenizer, ...options }) => dupmaeBatches(rows, tokenizer, options),
  loss: (module: DupMae, batch, mode) => dupmaeLoss(module, batch, mode),
});
