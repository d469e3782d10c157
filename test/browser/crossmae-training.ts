/** CrossMAE (arXiv 2401.14391) trained on drawn pictures with the toolkit's own step: the same program for every device. */
import { hostArray, RandomStream } from "../../src/engine/index.ts";
import type { HostArray } from "../../src/engine/index.ts";
import { AdamW, compileTrainStep } from "../../src/train/index.ts";
import { subsetCounts } from "../../src/data/masking/uniform-subset.ts";
import { MaskedAutoencoder } from "../../src/systems/masked/masked-autoencoder.ts";
import { maskRows } from "../../src/systems/masked/masked-batches.ts";
import type { MaskIds } from "../../src/systems/masked/masked-batches.ts";

type ImagesAndIds = Record<"images" | keyof MaskIds, HostArray>;

export interface CrossMaeOptions {
  readonly steps: number;
  readonly device?: string;
}

const IMAGE = 32;
const PATCH = 8;
const TOKENS = (IMAGE / PATCH) ** 2;
const BATCH = 8;
const SIZE = { width: 32, depth: 2, heads: 2 };

/** Losses of the steps. */
export async function trainCrossMae({ steps, device }: CrossMaeOptions): Promise<number[]> {
  const random = RandomStream.of(5);
  const model = new MaskedAutoencoder({ random: random.child("weights"), image: IMAGE, patch: PATCH, encoder: SIZE, decoder: SIZE, attention: "cross", epsilon: 1e-2 });
  model.namedParameters();
  const optimizer = new AdamW(model, { learningRate: 2e-3 });
  const step = compileTrainStep<ImagesAndIds>({ loss: (batch, mode) => ({ loss: model.loss(batch, mode) }), optimizer, ...(device === undefined ? {} : { device }) });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const batch: ImagesAndIds = { images: discs(random.child("pictures", i)), ...maskRows(random.child("masks", i), BATCH, TOKENS, subsetCounts(TOKENS, 0.75, 0.25)) };
    const { loss } = await step(batch, "only");
    if (loss === undefined) throw new Error("the training step returned no loss");
    losses.push(loss.item());
  }
  await step.release();
  return losses;
}

/** Pictures of one coloured disc each, [B, 3, IMAGE, IMAGE]. */
function discs(random: RandomStream): HostArray {
  const area = IMAGE * IMAGE;
  const data = new Float32Array(BATCH * 3 * area);
  for (let b = 0; b < BATCH; b++) {
    const [x, y, radius] = [random.uniform(8, 24), random.uniform(8, 24), random.uniform(5, 12)];
    const colour = [random.uniform(), random.uniform(), random.uniform()];
    for (let p = 0; p < area; p++) {
      const inside = ((p % IMAGE) - x) ** 2 + (Math.floor(p / IMAGE) - y) ** 2 < radius ** 2;
      colour.forEach((level, c) => (data[(b * 3 + c) * area + p] = inside ? level : 0.5));
    }
  }
  return hostArray(data, [BATCH, 3, IMAGE, IMAGE]);
}
