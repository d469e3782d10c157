/** Uni-Encoder on users' own pairs. The loss on masked words needs a head that imported encoders come without; it is left out. */
import { defineRanker } from "../../lab/index.ts";
import { UniEncoder } from "./uni-encoder-model.ts";

export const ranker = defineRanker<UniEncoder>({
  version: 1,
  summary: "all candidates of a query in one pass",
  candidates: "own",
  most: 64,
  build: ({ encoder, width, random }) => new UniEncoder({ encoder, width, random }),
  scores: (module, query, candidates, mode) => module.forward(query, candidates, mode).scores,
});
