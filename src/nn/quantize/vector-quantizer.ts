/**
 * Vector quantisation (arXiv 1711.00937): each vector is replaced by the nearest of K code vectors; the gradient passes
 * straight through. The codebook follows by gradient or by a moving average of the vectors assigned to it.
 */
import { add, argMin, full, gather, hostArray, matmul, maximum, oneHot, Parameter, stack, stopGradient, straightThrough, sub, where } from "../../engine/index.ts";
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { fanInUniform, zeros } from "../init.ts";
import type { Init } from "../init.ts";
import { Linear } from "../linear.ts";
import { Module } from "../module.ts";
import type { Mode } from "../module.ts";

export interface VectorQuantizerOptions {
  readonly random: RandomStream;
  /** K. */
  readonly entries: number;
  /** Width of the vectors. */
  readonly width: number;
  /** Width in which codes live, reached and left by Linear maps (factorised codes); default `width`. */
  readonly codeWidth?: number;
  /** Nearest by Euclidean distance, or by angle. Default "l2". */
  readonly metric?: "l2" | "cosine";
  /** "loss": codes follow the gradient of |sg(x) - c|^2. "ema": codes are means of assigned vectors with share `decay` of the old. "frozen": fixed. Default "loss". */
  readonly update?: { readonly kind: "loss" } | { readonly kind: "ema"; readonly decay: number } | { readonly kind: "frozen" };
  /** Weight of |x - sg(c)|^2, which keeps vectors near their codes. Default 0.25. */
  readonly commitment?: number;
  readonly init?: Init;
}

export interface Quantized {
  /** [.., d]; forward the code, backward the identity. */
  readonly quantized: Tensor;
  /** int32 [..] */
  readonly ids: Tensor;
  /** Mean over all entries of the codebook and commitment terms. */
  readonly loss: Tensor;
  /** exp of the entropy of code use in this batch, between 1 and K. */
  readonly perplexity: Tensor;
}

export class VectorQuantizer extends Module {
  readonly inward: Linear | null;
  readonly outward: Linear | null;
  /** [K, w] */
  readonly codebook: Parameter;
  /** Moving averages of the number and the sum of assigned vectors; only with "ema". */
  readonly counts: Parameter | null;
  readonly sums: Parameter | null;
  private readonly options: VectorQuantizerOptions;

  constructor(options: VectorQuantizerOptions) {
    super();
    const { random, entries, width, codeWidth = width, update = { kind: "loss" }, init } = options;
    this.inward = codeWidth === width ? null : new Linear(width, codeWidth, { random: random.child("inward") });
    this.outward = codeWidth === width ? null : new Linear(codeWidth, width, { random: random.child("outward") });
    this.codebook = new Parameter([entries, codeWidth], init ?? fanInUniform(random.child("codebook")), { trainable: update.kind === "loss" });
    this.counts = update.kind === "ema" ? new Parameter([entries], zeros, { trainable: false }) : null;
    this.sums = update.kind === "ema" ? new Parameter([entries, codeWidth], zeros, { trainable: false }) : null;
    this.options = options;
  }

  /** x [.., d]. In training with "ema" it records the update of the codebook, so it must run inside `compile`, once a step. */
  forward(x: Tensor, mode: Mode): Quantized {
    const { metric = "l2", commitment = 0.25, update = { kind: "loss" }, entries } = this.options;
    const inner = this.inward?.forward(x) ?? x;
    const unit = (v: Tensor): Tensor => (metric === "cosine" ? v.l2Normalize() : v);
    const vectors = unit(inner.reshape([-1, inner.dim(-1)])); // [n, w]
    const codes = unit(this.codebook);
    const ids = nearest(stopGradient(vectors), stopGradient(codes)); // [n]
    const chosen = gather(codes, ids);
    const squared = (a: Tensor, b: Tensor): Tensor => sub(a, b).square().mean();
    const follow = squared(vectors, stopGradient(chosen)).mul(commitment);
    const loss = update.kind === "loss" ? add(squared(stopGradient(vectors), chosen), follow) : follow;
    const used = oneHot(ids, entries); // [n, K]
    if (mode.train && update.kind === "ema") this.average(stopGradient(vectors), used, update.decay);
    const through = straightThrough(chosen, vectors).reshape(inner.shape);
    const share = used.mean(0);
    const perplexity = share.mul(maximum(share, 1e-10).log()).sum().neg().exp();
    return { quantized: this.outward?.forward(through) ?? through, ids: ids.reshape(x.shape.slice(0, -1)), loss, perplexity };
  }

  /** Code vectors of ids [..], mapped outward: [.., d]. */
  decode(ids: Tensor): Tensor {
    const codes = gather(this.options.metric === "cosine" ? this.codebook.l2Normalize() : this.codebook, ids);
    return this.outward?.forward(codes) ?? codes;
  }

  /**
   * Gives codes whose average count is below `threshold` a random one of the vectors [n, w], between steps; returns how
   * many. Only with "ema".
   */
  replaceUnused(vectors: HostArray, threshold: number, random: RandomStream): number {
    const { counts, sums, codebook } = this;
    if (counts === null || sums === null) throw new Error("VectorQuantizer: only codes that follow a moving average count their use");
    const [count, sum, codes] = [counts, sums, codebook].map((parameter) => parameter.value().data as Float32Array) as [Float32Array, Float32Array, Float32Array];
    const [rows, width] = vectors.shape as [number, number];
    if (width !== codebook.dim(1)) throw new RangeError(`VectorQuantizer: codes have width ${codebook.dim(1)}, the vectors ${width}`);
    const unused = Array.from(count.keys()).filter((k) => (count[k] as number) < threshold);
    for (const k of unused) {
      const row = random.integer(rows);
      const vector = (vectors.data as Float32Array).subarray(row * width, (row + 1) * width);
      codes.set(vector, k * width);
      sum.set(vector, k * width);
      count[k] = 1;
    }
    counts.set(hostArray(count, counts.shape));
    sums.set(hostArray(sum, sums.shape));
    codebook.set(hostArray(codes, codebook.shape));
    return unused.length;
  }

  /** counts = m counts + (1 - m) n, sums likewise; code = sums / counts; a code never used keeps its value. */
  private average(vectors: Tensor, used: Tensor, decay: number): void {
    const { counts, sums, codebook } = this;
    if (counts === null || sums === null) return;
    const count = counts.mul(decay).add(used.sum(0).mul(1 - decay));
    const sum = sums.mul(decay).add(matmul(used, vectors, { transA: true, alpha: 1 - decay }));
    const seen = count.greater(1e-6).unsqueeze(1);
    counts.assign(count);
    sums.assign(sum);
    codebook.assign(where(seen, sum.div(where(seen, count.unsqueeze(1), full([], 1))), codebook));
  }
}

/** Index of the nearest row: argmin |c|^2 - 2 x . c */
const nearest = (vectors: Tensor, codes: Tensor): Tensor => argMin(sub(codes.square().sum(-1), matmul(vectors, codes, { transB: true, alpha: 2 })), -1);

/** A stack in which each quantiser codes what the ones before left over (residual quantisation). */
export class ResidualQuantizer extends Module {
  readonly stages: readonly VectorQuantizer[];

  constructor(stages: number, options: VectorQuantizerOptions) {
    super();
    this.stages = Array.from({ length: stages }, (_, i) => new VectorQuantizer({ ...options, random: options.random.child(i) }));
  }

  /** Uses the first `depth` stages (default all). ids [.., depth]; losses are summed, perplexity is the mean. */
  forward(x: Tensor, mode: Mode, depth: number = this.stages.length): Quantized {
    // What is left over is x minus a value whose gradient is the identity, so that the sum below passes the gradient of x once.
    let rest = x;
    const results = this.stages.slice(0, depth).map((stage) => {
      const result = stage.forward(rest, mode);
      rest = sub(rest, result.quantized);
      return result;
    });
    const [first, ...others] = results;
    if (first === undefined) throw new RangeError(`ResidualQuantizer: depth must be at least 1, got ${depth}`);
    const sum = (of: (result: Quantized) => Tensor): Tensor => others.reduce((total, result) => add(total, of(result)), of(first));
    return {
      quantized: sum(({ quantized }) => quantized),
      ids: stack(results.map(({ ids }) => ids), -1),
      loss: sum(({ loss }) => loss),
      perplexity: sum(({ perplexity }) => perplexity).div(results.length),
    };
  }
}

