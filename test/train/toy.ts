/** A small problem for tests of the trainer: regression onto a fixed teacher, in shuffled batches of uneven length. */
import { hostArray, RandomStream } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";
import { shuffledBatches } from "../../src/data/index.ts";
import { Linear, Module } from "../../src/nn/index.ts";
import type { Mode } from "../../src/nn/index.ts";
import { regression } from "../../src/objectives/index.ts";
import { AdamW, schedules, Shadow } from "../../src/train/index.ts";
import type { TrainerOptions } from "../../src/train/index.ts";

export class Mlp extends Module {
  readonly hidden: Linear;
  readonly output: Linear;

  constructor(seed = 1) {
    super();
    const random = RandomStream.of(seed, "weights");
    this.hidden = new Linear(4, 8, { random: random.child("hidden") });
    this.output = new Linear(8, 2, { random: random.child("output") });
  }

  forward(x: Tensor, mode: Mode): Tensor {
    const hidden = this.hidden.forward(x).gelu();
    const kept = mode.random === undefined ? hidden : hidden.mul(mode.random.bernoulli(0.9, hidden.shape).cast("float32")); // dropout
    return this.output.forward(kept);
  }
}

export type ToyBatch = { x: HostArray; y: HostArray };

const ITEMS = 40;
const random = RandomStream.of(5, "items");
const inputs = Float32Array.from({ length: ITEMS * 4 }, () => random.normal());
const outputs = Float32Array.from({ length: ITEMS * 2 }, (_, i) => Math.sin(inputs[(i >> 1) * 4 + (i & 1)] as number));

/** Batches of `size` items; with `bucketed`, every third batch is half as long. */
export const toyData = (size = 8, bucketed = false) =>
  shuffledBatches<ToyBatch>({ indices: Int32Array.from({ length: ITEMS }, (_, i) => i), batchSize: size, seed: 3 }, ({ indices, step }) => {
    const members = bucketed && step % 3 === 2 ? indices.subarray(0, size / 2) : indices;
    const rows = (values: Float32Array, width: number): HostArray => hostArray(Float32Array.from({ length: members.length * width }, (_, i) => values[(members[Math.floor(i / width)] as number) * width + (i % width)] as number), [members.length, width]);
    return { x: rows(inputs, 4), y: rows(outputs, 2) };
  });

/** Options of a complete run: dropout, warm-up, clipping, decay, moving average. */
export function toyOptions(steps: number, model = new Mlp(), bucketed = false): TrainerOptions<ToyBatch> {
  return {
    model,
    loss: (batch, mode) => regression(model.forward(batch.x, mode), batch.y),
    optimizer: new AdamW(model, { learningRate: 0.02, weightDecay: 0.05, schedule: schedules.cosine({ warmup: 4, steps: 40 }) }),
    shadow: new Shadow(model, { momentum: 0.9 }),
    data: toyData(8, bucketed),
    clip: 1,
    steps,
  };
}

/** Every value of a model, for comparisons bit by bit. */
export const bitsOf = (model: Module): string => [...model.stateDict()].map(([name, { data }]) => `${name}:${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex")}`).join("\n");
