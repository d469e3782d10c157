/** MixEncoder on users' own pairs: one vector of each candidate, interaction at the last layer. */
import { defineRanker } from "../../lab/index.ts";
import { MixEncoder } from "./mixencoder-model.ts";

export const ranker = defineRanker<MixEncoder>({
  version: 1,
  summary: "candidates stored as a vector each, which reads the query's last layer",
  candidates: "own",
  build: ({ encoder, width, random }) => new MixEncoder({ encoder, width, random }),
  scores: (module, query, candidates, mode) => module.forward(query, candidates, mode),
});
