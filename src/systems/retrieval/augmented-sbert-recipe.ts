/** Augmented SBERT on a user's scored pairs: a cross-encoder of the gold pairs labels unseen ones, and the embedder learns both. */
import { lexicalNeighbours } from "../../data/index.ts";
import type { TaskRecord } from "../../data/index.ts";
import { cosineIsScore, probabilityIsScore, unitScores } from "../../lab/index.ts";
import type { StagedTextRecipe } from "../../lab/index.ts";
import { pairTexts, placesOf, probabilities } from "../../lab/text/index.ts";
import { silverPairs } from "./augmented-sbert-silver.ts";

/** Silver pairs for each gold pair, and neighbours of a text that are looked at. */
const [TIMES, NEIGHBOURS] = [10, 5];

export const augmentedSbertRecipe: StagedTextRecipe = {
  version: 1,
  summary: "an embedder from a few hundred scored pairs: a cross-encoder scores ten times as many unseen pairs of the same texts",
  data: ["scored"],
  async run({ records }, { random, train }) {
    const given = records as readonly TaskRecord<"scored">[];
    const scores = unitScores(given);
    const gold = given.map(({ a, b }, i) => ({ a, b, score: scores[i] as number }));
    const { texts, pairs: known } = placesOf(gold);
    const teacher = await train({ name: "teacher", task: "sequence-classification", objective: probabilityIsScore, data: { kind: "scored", records: gold } });
    const silver = await silverPairs({
      strategy: "bm25", texts: texts.length, known, goldScores: scores, count: TIMES * gold.length, random,
      label: async (pairs) => probabilities(await teacher.logits(pairTexts({ texts, pairs }))),
      neighbours: { lexical: () => lexicalNeighbours(texts, NEIGHBOURS), semantic: () => Promise.resolve([]) },
    });
    const labelled = pairTexts({ texts, pairs: silver.pairs }).map(([a, b], i) => ({ a, b, score: silver.scores[i] as number }));
    await train({ name: "embedder", task: "features", objective: cosineIsScore, data: { kind: "scored", records: [...gold, ...labelled] } });
    return { model: "embedder", models: { reranker: "teacher" }, records: { silver: labelled } };
  },
};
