/**
 * CrossMAE (arXiv 2401.14391) on small pictures with the house's own parts and training step: the same program in a browser
 * tab and natively. A quarter of a picture's patches is seen, a quarter is predicted.
 */
import { IMAGE, pictureBatch } from "./pictures.ts";
import { RandomStream } from "../../src/engine/index.ts";
import type { HostArray } from "../../src/engine/index.ts";
import { AdamW, compileTrainStep } from "../../src/train/index.ts";
import { subsetCounts } from "../../src/data/masking/uniform-subset.ts";
import { MaskedAutoencoder } from "../../src/systems/masked/masked-autoencoder.ts";
import { maskRows } from "../../src/systems/masked/masked-batches.ts";
import type { MaskIds } from "../../src/systems/masked/masked-batches.ts";

type ImagesAndIds = Record<"images" | keyof MaskIds, HostArray>;

export interface CrossMaeOptions {
  readonly steps: number;
  /** Left out, the engine chooses. */
  readonly device?: string;
  /** Pictures one after the other, [N, 3, IMAGE, IMAGE] with values from 0 to 1; without them discs are drawn. */
  readonly pictures?: Float32Array;
  /** Told after each step, from 1. */
  readonly onStep?: (step: number, loss: number) => void;
}

const PATCH = 8;
const TOKENS = (IMAGE / PATCH) ** 2;
const BATCH = 8;
const SIZE = { width: 32, depth: 2, heads: 2 };

/** Losses of the steps. */
export async function trainCrossMae({ steps, device, pictures, onStep = () => undefined }: CrossMaeOptions): Promise<number[]> {
  const random = RandomStream.of(5);
  const model = new MaskedAutoencoder({ random: random.child("weights"), image: IMAGE, patch: PATCH, encoder: SIZE, decoder: SIZE, attention: "cross", epsilon: 1e-2 });
  model.namedParameters();
  const optimizer = new AdamW(model, { learningRate: 2e-3 });
  const step = compileTrainStep<ImagesAndIds>({ loss: (batch, mode) => ({ loss: model.loss(batch, mode) }), optimizer, ...(device === undefined ? {} : { device }) });
  const losses: number[] = [];
  try {
    for (let i = 0; i < steps; i++) {
      const batch: ImagesAndIds = { images: pictureBatch(random.child("pictures", i), BATCH, pictures), ...maskRows(random.child("masks", i), BATCH, TOKENS, subsetCounts(TOKENS, 0.75, 0.25)) };
      const { loss } = await step(batch, "only");
      if (loss === undefined) throw new Error("the training step returned no loss");
      losses.push(loss.item());
      onStep(i + 1, loss.item());
    }
  } finally {
    await step.release();
  }
  return losses;
}
