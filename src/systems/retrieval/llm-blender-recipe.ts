/** `reprise train llm-blender`: a cross-encoder that says which of two texts answers a request better, from pairs with worse answers. */
import type { Tensor } from "../../engine/index.ts";
import { pairSoftmax } from "../../objectives/index.ts";
import { defineObjective, UselessRecords } from "../../lab/index.ts";
import type { TextRecipe } from "../../lab/index.ts";

/** Both candidates as one text, the second of the pair that a cross-encoder reads. */
export const bothCandidates = (left: string, right: string): string => `1: ${left} 2: ${right}`;

const better = defineObjective<"pairs">({
  data: "pairs",
  summary: "which of two answers is better, read in both orders",
  examples(records, { settings: { negatives } }) {
    const examples = records.flatMap(({ query, positive, negatives: worse }) => [...new Set(worse)].filter((text) => text !== positive).slice(0, Math.max(1, negatives)).map((text) => ({ texts: [[query, bothCandidates(positive, text)], [query, bothCandidates(text, positive)]] as const, targets: [1] })));
    if (examples.length === 0) throw new UselessRecords('train llm-blender: no record has a worse answer; give each pair "negatives", the answers that are not as good');
    return examples;
  },
  loss([left, right]) {
    // -log sigmoid of the comparison in the right order minus that in the wrong one, halved: what inference averages.
    const [ahead, behind] = [(left as Tensor).squeeze(1), (right as Tensor).squeeze(1)];
    return { loss: pairSoftmax(ahead.mul(0.5), behind.mul(0.5)).loss, accuracy: ahead.greater(behind).cast("float32").mean() };
  },
});

export const llmBlenderTextRecipe: TextRecipe = {
  version: 1,
  summary: "which of two texts answers a request better: for choosing among the answers of any generators",
  task: "sequence-classification",
  objectives: { better },
};
