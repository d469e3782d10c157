/** How well a BERT restores masked words of unseen text, beside what word frequencies alone would give. */
import { argMax, compile, softmaxCrossEntropy } from "../../engine/index.ts";
import type { Device, Tensor } from "../../engine/index.ts";
import { EVALUATE } from "../../nn/index.ts";
import type { BatchStream, SharedMaskedBatch } from "../../data/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { encodeRows } from "./bert-model.ts";
import type { Bert } from "./bert-model.ts";

export interface MaskedQuality {
  /** Mean cross-entropy of a masked token, nats. */
  readonly loss: number;
  /** The same under the frequencies of the training text. */
  readonly unigram: number;
  /** Share of masked tokens restored whose word also stands in the other segment, unmasked. */
  readonly shared: number;
  /** Share of the other masked tokens restored. */
  readonly rest: number;
}

/** Cross-entropy of `labels` under counts with one added to each: nats in all. */
export function unigramNats(labels: readonly number[], counts: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count + 1, 0);
  return labels.reduce((sum, label) => sum - Math.log(((counts[label] as number) + 1) / total), 0);
}

/** Measures `batches` batches of a stream. `counts` [vocabulary]: how often each token occurs in the training text. */
export async function maskedQuality(model: Bert, stream: BatchStream<SharedMaskedBatch>, batches: number, counts: Float64Array, device?: Device): Promise<MaskedQuality> {
  const measure = ({ ids, segments, valid, places, labels, weights, shared }: BatchTensors<SharedMaskedBatch>): Record<string, Tensor> => {
    const logits = model.head.forward(encodeRows(model.encoder, { ids, segments, valid }, EVALUATE).output, places);
    const flat = logits.reshape([-1, logits.dim(-1)]);
    const right = argMax(flat).cast("int32").equal(labels.reshape([-1])).cast("float32").reshape(labels.shape).mul(weights);
    return {
      loss: softmaxCrossEntropy(flat, labels.reshape([-1])).reshape(labels.shape).mul(weights).sum(),
      weight: weights.sum(),
      shared: shared.sum(),
      rightShared: right.mul(shared).sum(),
      right: right.sum(),
    };
  };
  const run = compile(measure, { device, name: "masked words" });
  const sums: Record<string, number> = {};
  const labels: number[] = [];
  try {
    for (let i = 0; i < batches; i++) {
      const batch = await stream.next();
      batch.labels.data.forEach((label, at) => void (batch.weights.data[at] === 1 && labels.push(Number(label))));
      for (const [name, value] of Object.entries(await run(batch))) sums[name] = (sums[name] ?? 0) + value.item();
    }
  } finally {
    await run.release();
  }
  const [weight, shared, right, rightShared] = [sums["weight"], sums["shared"], sums["right"], sums["rightShared"]] as [number, number, number, number];
  return { loss: (sums["loss"] as number) / weight, unigram: unigramNats(labels, counts) / weight, shared: rightShared / Math.max(1, shared), rest: (right - rightShared) / Math.max(1, weight - shared) };
}
