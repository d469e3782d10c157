/**
 * A fast ranker of replies from a user's dialogues: a cross-encoder learns which reply is right, and an embedder learns its
 * scores. The teacher here is the plain cross-encoder, which leaves a folder that other tools open; wrong replies are those
 * that the records bring and random others.
 */
import { arange, concat, full, where } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import type { TaskRecord } from "../../data/index.ts";
import { defineObjective, UselessRecords } from "../../lab/index.ts";
import type { StagedTextRecipe } from "../../lab/index.ts";
import { distillationLoss } from "./bert-chatbot-distillation-loss.ts";

type Dialogue = TaskRecord<"pairs">;

/** 1 for the first of C candidates, [B, C]. */
const firstIsRight = (scores: Tensor): Tensor => where(arange(scores.dim(1)).equal(0).unsqueeze(0).expand(scores.shape), full([], 1), full([], 0));

/** Each record with exactly `count` wrong replies. */
export function withWrongReplies(records: readonly Dialogue[], count: number, random: RandomStream): Dialogue[] {
  const replies = [...new Set(records.flatMap(({ positive, negatives }) => [positive, ...negatives]))];
  const right = new Map<string, Set<string>>();
  for (const { query, positive } of records) right.set(query, (right.get(query) ?? new Set()).add(positive));
  return records.map(({ query, positive, negatives }, i) => {
    const own = [...new Set(negatives)].slice(0, count);
    const draw = random.child(i);
    for (let misses = 0; own.length < count; ) {
      const other = draw.choice(replies);
      if (!own.includes(other) && !(right.get(query)?.has(other) ?? false)) own.push(other);
      else if (++misses === 1000) throw new UselessRecords(`train: "${query.slice(0, 60)}" needs ${count} wrong replies, and the records have too few others; give more records, or --set negatives=1`);
    }
    return { query, positive, negatives: own };
  });
}

const answers = defineObjective<"pairs">({
  data: "pairs",
  summary: "each reply on its own: right or wrong (binary cross-entropy)",
  examples: (records) => records.map(({ query, positive, negatives }) => ({ texts: [positive, ...negatives].map((reply) => [query, reply] as const), targets: [0] })),
  loss(outputs) {
    const scores = concat([...outputs], 1);
    return distillationLoss({ scores, right: firstIsRight(scores) });
  },
});

/** `teacher` holds the scores of each record's replies, right one first. */
const imitated = (teacher: readonly (readonly number[])[]): typeof answers =>
  defineObjective<"pairs">({
    data: "pairs",
    summary: "which reply is right, and how the cross-encoder scores all of them (binary cross-entropy and squared errors)",
    examples: (records) => records.map(({ query, positive, negatives }, i) => ({ texts: [query, positive, ...negatives], targets: teacher[i] as readonly number[] })),
    loss([context, ...replies], targets, { scale }) {
      const unit = (context as Tensor).l2Normalize();
      // The scaled cosine: searching by cosine then ranks as the training did.
      const scores = concat(replies.map((reply) => unit.mul(reply.l2Normalize()).sum(1, { keepDims: true })), 1).mul(scale);
      return distillationLoss({ scores, right: firstIsRight(scores), teacher: targets });
    },
  });

export const chatbotRecipe: StagedTextRecipe = {
  version: 1,
  summary: "a fast ranker of replies, taught by a cross-encoder: an embedder for thousands of replies, a reranker for the best few",
  data: ["pairs"],
  async run({ records }, { random, settings, train }) {
    const dialogues = withWrongReplies(records as readonly Dialogue[], Math.max(1, settings.negatives), random);
    const data = { kind: "pairs", records: dialogues } as const;
    const teacher = await train({ name: "teacher", task: "sequence-classification", objective: answers, data });
    const width = 1 + (dialogues[0]?.negatives.length ?? 0);
    const flat = await teacher.logits(dialogues.flatMap(({ query, positive, negatives }) => [positive, ...negatives].map((reply) => [query, reply] as const)));
    await train({ name: "ranker", task: "features", objective: imitated(dialogues.map((_, i) => Array.from(flat.subarray(i * width, (i + 1) * width)))), data });
    return { model: "ranker", models: { reranker: "teacher" }, records: {} };
  },
};
