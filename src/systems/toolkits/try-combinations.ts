/** Three steps of training for combinations of slots: what works, what does not fall, what crashes. */
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { compileTrainStep, phaseOf, Sgd } from "../../train/index.ts";
import { assemble, sampleBatch } from "../../train/assemble/index.ts";
import type { Combination } from "../../train/assemble/index.ts";

const STEPS = 3;
const RATE = 0.05;

export interface Tried {
  readonly name: string;
  readonly outcome: "trained" | "not falling" | "crashed";
  /** Losses, or the error. */
  readonly note: string;
}

/** One batch, three steps of plain gradient descent. */
export async function tryCombination({ name, config }: Combination, random: RandomStream, device: string): Promise<Tried> {
  try {
    const model = assemble(config, { random });
    const step = compileTrainStep<Record<string, HostArray>>({ loss: (batch, mode) => ({ loss: model.forward(batch as Record<string, Tensor>, mode).loss }), optimizer: new Sgd(model, { learningRate: RATE }), unused: "zero", clip: 1, device });
    const batch = sampleBatch(config, { random });
    const losses: number[] = [];
    for (let i = 0; i <= STEPS; i++) losses.push(Number(((await step(batch as never, phaseOf(0, 1))) as Record<string, HostArray>)["loss"]?.data[0]));
    await step.release();
    const falling = losses.every(Number.isFinite) && (losses[STEPS] as number) < (losses[0] as number);
    return { name, outcome: falling ? "trained" : "not falling", note: losses.map((loss) => loss.toFixed(4)).join(", ") };
  } catch (error) {
    return { name, outcome: "crashed", note: (error as Error).message };
  }
}
