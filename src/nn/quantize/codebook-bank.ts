/**
 * A codebook for each of several heads, learned without labels as moving averages of the vectors nearest to each code, and
 * then frozen: the keys of a key-value bottleneck (arXiv 2207.11240). Codes that are hardly used move to random vectors.
 */
import { argMin, arange, full, gather, matmul, Parameter, scatterRows, stopGradient, where } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { normal, ones } from "../init.ts";
import { Module } from "../module.ts";
import type { RandomSource } from "../module.ts";

export interface CodebookBankOptions {
  readonly random: RandomStream;
  readonly heads: number;
  /** Codes of a head. */
  readonly entries: number;
  /** Width of a head. */
  readonly width: number;
  /** Share of the old value in the moving averages; default 0.95. */
  readonly decay?: number;
  /** Added to every count before codes are formed (Laplace smoothing), with the total kept; default 1e-5. */
  readonly smoothing?: number;
  /** A code is replaced when its average count is below this share of an even split of the batch, B / entries; default 0.1. */
  readonly deadBelow?: number;
}

/** Codes that are not to be chosen lie this much farther away. */
const FAR = 1e30;

export class CodebookBank extends Module {
  /** [C, J, w] */
  readonly codes: Parameter;
  /** Moving averages of the number [C, J] and the sum [C, J, w] of assigned vectors. */
  readonly counts: Parameter;
  readonly sums: Parameter;
  private readonly decay: number;
  private readonly smoothing: number;
  private readonly deadBelow: number;

  constructor({ random, heads, entries, width, decay = 0.95, smoothing = 1e-5, deadBelow = 0.1 }: CodebookBankOptions) {
    super();
    const start = (): Float32Array => normal(random.child("codes"))([heads, entries, width]);
    this.codes = new Parameter([heads, entries, width], start, { trainable: false });
    this.counts = new Parameter([heads, entries], ones, { trainable: false });
    this.sums = new Parameter([heads, entries, width], start, { trainable: false });
    this.decay = decay;
    this.smoothing = smoothing;
    this.deadBelow = deadBelow;
  }

  /** Nearest code, by Euclidean distance, of each head: [B, C, w] -> int32 [B, C]. `allowed`, bool [C, J], leaves codes out. */
  assign(x: Tensor, { allowed }: { readonly allowed?: Tensor } = {}): Tensor {
    const byHead = stopGradient(x).transpose([1, 0, 2]); // [C, B, w]
    const distances = this.codes.square().sum(-1).unsqueeze(1).sub(matmul(byHead, this.codes, { transB: true, alpha: 2 })); // [C, B, J]
    const shown = allowed === undefined ? distances : where(allowed.unsqueeze(1), distances, full([], FAR));
    return argMin(shown, -1).transpose(); // [B, C]
  }

  /** One step of learning from vectors [B, C, w]; records the update, so it runs inside `compile`. Returns the number of codes replaced. */
  learn(x: Tensor, random: RandomSource): Tensor {
    const [heads, entries, width] = this.codes.shape as [number, number, number];
    const batch = x.dim(0);
    const ids = this.assign(x);
    const used = this.uses(ids);
    const summed = scatterRows(this.rowsOf(ids), stopGradient(x), [heads * entries, width]).reshape([heads, entries, width]);
    const average = (old: Parameter, now: Tensor): Tensor => old.mul(this.decay).add(now.mul(1 - this.decay));
    const [count, sum] = [average(this.counts, used), average(this.sums, summed)];
    const total = count.sum(-1, { keepDims: true });
    const smoothed = count.add(this.smoothing).div(total.add(entries * this.smoothing)).mul(total);
    const dead = count.less((this.deadBelow * batch) / entries); // [C, J]
    // A new code begins as a random vector of its head with an even share of the batch.
    const draw = random.uniform([heads, entries]).mul(batch).floor().minimum(batch - 1).cast("int32");
    const fresh = gather(stopGradient(x).reshape([batch * heads, width]), draw.mul(heads).add(arange(heads).unsqueeze(1))); // [C, J, w]
    const share = batch / entries;
    const isDead = dead.unsqueeze(-1);
    this.codes.assign(where(isDead, fresh, sum.div(smoothed.unsqueeze(-1))));
    this.counts.assign(where(dead, full([], share), count));
    this.sums.assign(where(isDead, fresh.mul(share), sum));
    return dead.cast("float32").sum();
  }

  /** How often each code was chosen: ids [B, C] -> float32 [C, J]. */
  uses(ids: Tensor): Tensor {
    const [heads, entries] = this.codes.shape as [number, number, number];
    return scatterRows(this.rowsOf(ids), full(ids.shape, 1), [heads * entries]).reshape([heads, entries]);
  }

  /** What is stored under the codes: values [C, J, v], ids [B, C] -> [B, C, v]. Gradients reach the rows fetched and no others. */
  fetch(values: Tensor, ids: Tensor): Tensor {
    return gather(values.reshape([-1, values.dim(-1)]), this.rowsOf(ids));
  }

  /** Rows among all heads' codes. */
  private rowsOf(ids: Tensor): Tensor {
    return ids.add(arange(this.codes.dim(0)).mul(this.codes.dim(1)).unsqueeze(0));
  }
}
