/** MASTER on users' own texts: queries are made of the texts themselves, and the task that needs a language model is left out. */
import { defineTextPretraining } from "../../lab/index.ts";
import { inverseFrequency, Master, masterBatches, masterLoss } from "./master-model.ts";
import type { Task } from "./master-model.ts";
import { joinedRows, pseudoQueries } from "./master-texts.ts";

const TASKS: readonly Task[] = ["keywords", "queries", "secondHalf", "complement"];
const LAYERS = 2;
/** Words of a text that stand for its title. */
const OPENING = 8;

export const textPretraining = defineTextPretraining({
  version: 1,
  summary: "plain texts: four decoders that are thrown away restore keywords, queries, the other half and what was hidden, each from one vector (MASTER without the continuation)",
  pooling: "first",
  build: (model, random) => new Master(random, model, { layers: LAYERS, tasks: TASKS }),
  batches(passages, { tokenizer, batch, length, seed }) {
    const documents = passages.rows.map(({ ids }) => tokenizer.decode(ids));
    const queries = documents.map((text) => text.split(/\s+/).slice(0, OPENING).join(" "));
    return masterBatches(
      { passages, queries: joinedRows(pseudoQueries(documents, { library: { queries, documents } }), tokenizer, Math.ceil(length / 2) + 2) },
      { tokenizer, batch, length, seed, tasks: TASKS, keywords: inverseFrequency(passages, tokenizer.vocabularySize) },
    );
  },
  loss: (module: Master, batch, mode) => masterLoss(module, batch, mode),
});
