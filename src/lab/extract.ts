/** Outputs of a frozen model for many items, batch by batch. */
import { compile, hostArray } from "../engine/index.ts";
import type { Device, HostArray, Hosted, Tensor } from "../engine/index.ts";
import { sequentialBatches } from "../data/index.ts";
import type { Batch } from "../data/index.ts";
import type { BatchTensors } from "../train/index.ts";

export interface ExtractOptions {
  /** Default 128. */
  readonly batchSize?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * What `encode` gives for the items, [n, ...]: `collate` makes the batch of some of them, `encode` maps its tensors to
 * float32 [B, ...].
 */
export async function extract<B extends Batch>(
  collate: (indices: Int32Array) => B,
  encode: (batch: BatchTensors<B>) => Tensor,
  indices: Int32Array,
  { device, ...options }: ExtractOptions = {},
): Promise<HostArray> {
  const run = compile(encode, { device, name: "feature extraction" });
  try {
    return await extractWith((batch: B) => run(batch as unknown as Hosted<BatchTensors<B>>), collate, indices, options);
  } finally {
    await run.release();
  }
}

/** The same with an encoder that is compiled already and stays so. */
export async function extractWith<B extends Batch>(
  run: (batch: B) => Promise<HostArray>,
  collate: (indices: Int32Array) => B,
  indices: Int32Array,
  { batchSize = 128, signal, onProgress }: Omit<ExtractOptions, "device"> = {},
): Promise<HostArray> {
  let all = new Float32Array(0);
  let item: readonly number[] = [];
  let offset = 0;
  let done = 0;
  for (const { indices: members, valid } of sequentialBatches(indices, Math.min(batchSize, indices.length))) {
    signal?.throwIfAborted();
    const { data, shape } = await run(collate(members));
    item = shape.slice(1);
    const size = item.reduce((product, extent) => product * extent, 1);
    if (offset === 0) all = new Float32Array(indices.length * size);
    all.set(data.subarray(0, valid * size) as Float32Array, offset);
    offset += valid * size;
    onProgress?.((done += valid), indices.length);
  }
  return hostArray(all, [indices.length, ...item]);
}
