/** Bi-encoder (Sentence-BERT, arXiv 1908.10084): a vector for each text, compared by cosine. */
import { answerOfBatch, cosineIsScore, cosineOrder } from "../../../lab/index.ts";
import type { TextRecipe } from "../../../lab/index.ts";

export const biEncoder: TextRecipe = {
  version: 1,
  summary: "a vector for each text: retrieval, similarity, clustering",
  task: "features",
  objectives: { "info-nce": answerOfBatch, cosent: cosineOrder, cosine: cosineIsScore },
};
