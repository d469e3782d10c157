/** `embed`: vectors of users' items. */
import type { HostArray } from "../engine/index.ts";
import { embedsOf, extractWith, SILENT } from "../lab/index.ts";
import type { DataKind, RecipeData } from "../lab/index.ts";
import type { Batch } from "../data/index.ts";
import type { BrokenFile } from "../data/node/index.ts";
import { readData } from "./data-kinds.ts";
import type { ReadOptions } from "./data-kinds.ts";
import type { Cost, TrainedModel } from "./trained-model.ts";

export interface EmbedOptions extends ReadOptions {
  /** Items in a batch, rounded up to a power of two; default 64. */
  readonly batchSize?: number;
}

export interface Embedding {
  /** float32 [n, d] */
  readonly vectors: HostArray;
  /** Path or key of each item. */
  readonly names: readonly string[];
  readonly broken: readonly BrokenFile[];
  /** Slug of the system. */
  readonly model: string;
  readonly cost: Cost;
}

/**
 * One vector for each item of a folder, or of a set in memory. Compare them by cosine.
 *
 * ```ts
 * const { vectors, names, broken } = await embed(await loadModel("my-model"), "photos");
 * const [items, width] = vectors.shape;
 * ```
 */
export async function embed(model: TrainedModel, items: string | RecipeData[DataKind], options: EmbedOptions = {}): Promise<Embedding> {
  const { batchSize = 64, progress = SILENT, signal } = options;
  const program = model.program("embed");
  const { count, names, broken, inputs: collate } = await readData(embedsOf(model.recipe), items, model.inputShape, options);
  const began = performance.now();
  const vectors = await extractWith(({ inputs }: { readonly inputs: HostArray } & Batch) => program({ inputs }), (indices) => ({ inputs: collate(indices) }), Int32Array.from({ length: count }, (_, i) => i), {
    batchSize: powerOfTwo(Math.min(batchSize, count)),
    signal,
    onProgress: (done, total) => {
      const seconds = (performance.now() - began) / 1000;
      progress.update({ label: "embedding", fraction: done / total, secondsLeft: (seconds / done) * (total - done), values: {} });
    },
  });
  const seconds = (performance.now() - began) / 1000;
  return { vectors, names, broken, model: model.system.slug, cost: { seconds, flops: model.embedCost().flops.products * count } };
}

/** The next power of two: few different batch sizes mean few compiled programs. */
function powerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, value)));
}
