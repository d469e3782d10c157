/** `reprise train xmen`: a reranker from pairs of a mention and the name it means, kept near the ranking by characters. */
import { concat } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { defineObjective } from "../../lab/index.ts";
import type { ObjectiveContext, TextExample, TextRecipe } from "../../lab/index.ts";
import type { TaskRecord } from "../../data/index.ts";
import { NgramGenerator } from "./xmen-candidates.ts";
import { candidateList, rankedLoss } from "./xmen-reranker.ts";

/** Stands for "none of them" among candidates. */
export const NO_CONCEPT = "[NIL]";

/**
 * For each mention its name and the negatives it brings, or else the names that are most like it; [NIL] stands last and is
 * right where its name is not among them. Targets are the right place, then the scores.
 */
function mentionLists(records: readonly TaskRecord<"pairs">[], { settings: { negatives }, random }: ObjectiveContext): TextExample[] {
  const names = [...new Set(records.flatMap(({ positive, negatives: own }) => [positive, ...own]))];
  if (names.length < 2) throw new RangeError(`train xmen: expected at least two different names to choose from, got ${names.length}`);
  const size = Math.min(negatives + 2, names.length);
  const generator = new NgramGenerator(names.map((text) => ({ concept: text, text })));
  return records.map(({ query, positive, negatives: own }, i) => {
    const scores = new Map(generator.findNow({ text: query }, names.length).map(({ id, score }) => [String(id), score]));
    const start = random.child("others", i).integer(names.length);
    const others = Array.from({ length: size }, (_, j) => names[(start + j) % names.length] as string).filter((name) => name !== positive);
    const chosen = [...new Set([...(own.length > 0 ? [positive, ...own] : scores.keys()), ...others])].slice(0, size - 1);
    const hits = chosen.map((id) => ({ id, score: scores.get(id) ?? 0 })).sort((x, y) => y.score - x.score);
    const { concepts, answer, scores: known } = candidateList(hits, size, positive);
    return { texts: [...concepts, NO_CONCEPT].map((name) => [query, name] as const), targets: [answer, ...known] };
  });
}

const nearRanking = defineObjective<"pairs">({
  data: "pairs",
  summary: "the name that is meant among those like the mention, or none of them, near the ranking by characters",
  examples: mentionLists,
  loss(outputs, targets) {
    const logits: Tensor = concat(outputs, 1); // [B, C]
    const { loss, accuracy } = rankedLoss(logits, targets.select(1, 0).cast("int32"), targets.sliceAxis(1, 1, targets.dim(1)), 1);
    return { loss, accuracy };
  },
});

export const xmenTextRecipe: TextRecipe = {
  version: 1,
  summary: "a reranker of names for entity linking, kept near the ranking it was given",
  task: "sequence-classification",
  objectives: { "near-ranking": nearRanking },
};
