/** Questions a second at the largest batch whose activations fit a budget: where a smaller row pays most. */
import { compile } from "../../engine/index.ts";
import type { Device, Hosted, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import { medianTime } from "../../lab/index.ts";
import type { ChoiceScorer } from "./eee-qa-model.ts";
import type { Subgraphs } from "./eee-qa-graph.ts";
import type { ChoiceBatch } from "./eee-qa-rows.ts";

/** Tensors of rows, and of graphs where there are some. */
export type QuestionTensors = { readonly [K in keyof ChoiceBatch]: Tensor } & Partial<Subgraphs>;

/** Scores [B, C] of a batch of B questions. */
export const scoresOf = (model: ChoiceScorer, batch: QuestionTensors, mode = EVALUATE): Tensor =>
  model.forward(batch, mode, model.graph === null ? {} : { graphs: batch as unknown as Subgraphs }).reshape([batch.answers.size, -1]);

export interface Throughput {
  /** Questions in the batch. */
  readonly batch: number;
  readonly perSecond: number;
  /** Largest sum of live intermediate values for each further question, in bytes. */
  readonly bytesPerQuestion: number;
}

export interface MeasuredScorer {
  readonly model: ChoiceScorer;
  /** Any `count` questions as the model reads them. */
  readonly questions: (count: number) => ChoiceBatch;
}

const ROUNDS = 3;
const TRIED = [4, 8] as const;

/** Measures scorers in turns, so that what else the machine does meets all of them. `budget` in bytes. */
export async function throughputs(scorers: readonly MeasuredScorer[], budget: number, device: Device): Promise<Throughput[]> {
  const prepared = scorers.map(({ model, questions }) => {
    const run = compile((batch: QuestionTensors) => scoresOf(model, batch), { device, name: "questions" });
    const hosted = (count: number): Hosted<QuestionTensors> => questions(count) as unknown as Hosted<QuestionTensors>;
    const [low, high] = TRIED.map((count) => run.explain(hosted(count)).memory.peakActivations) as [number, number];
    const bytesPerQuestion = (high - low) / (TRIED[1] - TRIED[0]);
    const count = Math.max(1, Math.floor((budget - (low - TRIED[0] * bytesPerQuestion)) / bytesPerQuestion));
    return { run, inputs: hosted(count), count, bytesPerQuestion, times: [] as number[] };
  });
  try {
    for (let round = 0; round < ROUNDS; round++) for (const { run, inputs, times } of prepared) times.push(await medianTime(() => run(inputs), 1));
    return prepared.map(({ count, bytesPerQuestion, times }) => ({ batch: count, perSecond: count / (Math.min(...times) / 1000), bytesPerQuestion }));
  } finally {
    for (const { run } of prepared) await run.release();
  }
}
