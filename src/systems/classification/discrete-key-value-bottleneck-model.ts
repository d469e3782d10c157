/**
 * The bottleneck of arXiv 2207.11240: frozen random projections, frozen keys, and values that alone are learned. Between
 * the two phases nothing is shared but the keys: `fitKeys` sees no label, and learning moves no key.
 */
import { compile, full, GraphRandom, hostArray, maximum, Parameter, stopGradient } from "../../engine/index.ts";
import type { Device, HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { CodebookBank, init, Module, RandomProjection } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { sequentialBatches, shuffledBatches } from "../../data/index.ts";
import { takeRows } from "../../lab/index.ts";

export interface BottleneckSizes {
  /** Width of the features, m. */
  readonly inputs: number;
  /** Heads, C: random projections with a codebook of their own. */
  readonly heads: number;
  /** Keys of a head, J. */
  readonly entries: number;
  /** Width of a head, d_k. */
  readonly keyWidth: number;
  /** Numbers under a key, d_v: one logit for each class. */
  readonly classes: number;
}

export interface BottleneckOptions extends BottleneckSizes {
  readonly random: RandomStream;
}

/** The published configuration for CIFAR-10: ResNet-50 features of the third stage. */
export const PUBLISHED: BottleneckSizes = { inputs: 1024, heads: 256, entries: 4096, keyWidth: 14, classes: 10 };

export class KeyValueBottleneck extends Module {
  readonly projection: RandomProjection;
  readonly keys: CodebookBank;
  /** [C, J, d_v], all that is trained. */
  readonly values: Parameter;
  /** [C, J], 1 where training has fetched the value. */
  readonly touched: Parameter;

  constructor({ random, inputs, heads, entries, keyWidth, classes }: BottleneckOptions) {
    super();
    this.projection = new RandomProjection(inputs, { heads, width: keyWidth, random: random.child("projection") });
    this.keys = new CodebookBank({ random: random.child("keys"), heads, entries, width: keyWidth });
    this.values = new Parameter([heads, entries, classes], init.zeros);
    this.touched = new Parameter([heads, entries], init.zeros, { trainable: false });
  }

  /** The nearest key of each head: [B, m] -> int32 [B, C]. `known` passes over keys that training never fetched. */
  codes(x: Tensor, { known = false }: { readonly known?: boolean } = {}): Tensor {
    return this.keys.assign(this.projection.forward(x), known ? { allowed: this.touched.greater(0) } : {});
  }

  /** Logits of features, [B, m] -> [B, d_v]. */
  forward(x: Tensor, mode: Mode, options: { readonly known?: boolean } = {}): Tensor {
    return this.read(this.codes(x, options), mode);
  }

  /** Logits of keys that were found before, as they never move: the mean over heads of the values under them, int32 [B, C] -> [B, d_v]. In training it notes the keys, so it runs inside `compile`. */
  read(ids: Tensor, mode: Mode): Tensor {
    if (mode.train) this.touched.assign(maximum(this.touched, this.keys.uses(ids).minimum(full([], 1))));
    return this.keys.fetch(this.values, ids).mean(1);
  }

  /** Cross-entropy of the logits with smoothed labels, int32 [B]. */
  loss(x: Tensor, labels: Tensor, mode: Mode, smoothing = LABEL_SMOOTHING): Tensor {
    return crossEntropy(this.forward(x, mode), labels, { smoothing }).loss;
  }

  /** One step of laying out the keys on features without labels, [B, m]; runs inside `compile`. Returns how many dead keys were replaced. */
  learnKeys(x: Tensor, random: GraphRandom): Tensor {
    const replaced = this.keys.learn(this.projection.forward(stopGradient(x)), random);
    random.advance();
    return replaced;
  }
}

/** Of the paper's continual learning. */
export const LABEL_SMOOTHING = 0.1;

interface Where {
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

export interface FitKeysOptions extends Where {
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
}

/** Lays out the keys on features [n, m] without labels, in passes over shuffled batches; afterwards they stay where they are. */
export async function fitKeys(model: KeyValueBottleneck, features: HostArray, { epochs, batch, seed, device, signal }: FitKeysOptions): Promise<void> {
  const count = features.shape[0] as number;
  const random = GraphRandom.of(seed, "keys");
  const step = compile((x: Tensor) => model.learnKeys(x, random), { device, name: "keys" });
  const batches = shuffledBatches({ indices: Int32Array.from({ length: count }, (_, i) => i), batchSize: Math.min(batch, count), seed }, ({ indices }) => ({ x: takeRows(features, indices) }));
  try {
    for (let i = 0; i < epochs * Math.max(1, Math.floor(count / batch)); i++) {
      signal?.throwIfAborted();
      await step((await batches.next()).x);
    }
  } finally {
    await step.release();
    await batches.close();
  }
}

const LOOKED_UP = 256;

/** The keys of all features [n, m], int32 [n, C]: found once, for they are frozen. */
export async function findKeys(model: KeyValueBottleneck, features: HostArray, { device, signal }: Where = {}): Promise<HostArray> {
  const count = features.shape[0] as number;
  const heads = model.values.dim(0);
  const run = compile((x: Tensor) => model.codes(x), { device, name: "keys of features" });
  const ids = new Int32Array(count * heads);
  try {
    let at = 0;
    for (const { indices, valid } of sequentialBatches(Int32Array.from({ length: count }, (_, i) => i), Math.min(LOOKED_UP, count))) {
      signal?.throwIfAborted();
      ids.set(((await run(takeRows(features, indices))).data as Int32Array).subarray(0, valid * heads), at);
      at += valid * heads;
    }
  } finally {
    await run.release();
  }
  return hostArray(ids, [count, heads]);
}
