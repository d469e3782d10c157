/** PreTTR on users' own pairs: all layers but the last apart, a quarter of the width stored of each token. */
import { defineRanker } from "../../lab/index.ts";
import { SplitEncoder } from "./prettr-model.ts";

export const ranker = defineRanker<SplitEncoder>({
  version: 1,
  summary: "documents read ahead of the query, which joins them in the last layer",
  candidates: "rest",
  build: ({ encoder, width, random, queryLength }) => new SplitEncoder({ encoder, width, random, queryLength, join: encoder.encoder.order.length - 1, compress: Math.ceil(width / 4) }),
  scores: (module, query, candidates, mode) => module.forward(query, candidates, mode),
});
