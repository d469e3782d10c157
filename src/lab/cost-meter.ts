/** What running something costs: FLOPs counted from its compiled graph, wall time, activations, bytes kept. */
import type { Compiled, Hosted } from "../engine/index.ts";

export interface CostOptions {
  /** Timed runs after one that warms up; default 5. */
  readonly runs?: number;
  /** Bytes that must be kept to run: an index, a cache. Default 0. */
  readonly storedBytes?: number;
  /** Items that one call handles, to give costs for each; default 1. */
  readonly items?: number;
}

export interface MeasuredCost {
  /** FLOPs of matrix products and convolutions for an item, a multiply-add being two; exact. */
  readonly flops: number;
  /** About one FLOP for each element and operation of everything else. */
  readonly elementwiseFlops: number;
  /** Median wall time for an item. */
  readonly milliseconds: number;
  /** Largest sum of live intermediate values of a call. */
  readonly activationBytes: number;
  readonly storedBytes: number;
}

/** Measures a compiled function on given arguments. Timing asks for a quiet machine; compare only what was measured in one run. */
export async function measureCost<A extends readonly unknown[], R>(compiled: Compiled<A, R>, args: { [K in keyof A]: Hosted<A[K]> }, { runs, storedBytes = 0, items = 1 }: CostOptions = {}): Promise<MeasuredCost> {
  const { flops, memory } = compiled.explain(...args);
  const milliseconds = await medianTime(() => compiled(...args), runs);
  return { flops: flops.products / items, elementwiseFlops: flops.elementwise / items, milliseconds: milliseconds / items, activationBytes: memory.peakActivations, storedBytes };
}

/** Median wall time in milliseconds of `runs` runs (default 5) after one that warms up. */
export async function medianTime(task: () => unknown, runs = 5): Promise<number> {
  if (!Number.isInteger(runs) || runs < 1) throw new RangeError(`medianTime: runs: expected a whole number above 0, got ${runs}`);
  await task();
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await task();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const middle = runs >> 1;
  return runs % 2 === 1 ? (times[middle] as number) : ((times[middle - 1] as number) + (times[middle] as number)) / 2;
}

/** Exponent p of cost ~ size^p, the least-squares slope of log cost over log size: 1 is linear, 2 quadratic. */
export function growthExponent(sizes: readonly number[], costs: readonly number[]): number {
  if (sizes.length !== costs.length || new Set(sizes).size < 2 || [...sizes, ...costs].some((value) => !(value > 0))) throw new RangeError(`growthExponent: expected positive costs of two or more different sizes, got sizes [${sizes.join(", ")}] and costs [${costs.join(", ")}]`);
  const [x, y] = [sizes.map(Math.log), costs.map(Math.log)];
  const mean = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  return x.reduce((total, value, i) => total + (value - mx) * ((y[i] as number) - my), 0) / x.reduce((total, value) => total + (value - mx) ** 2, 0);
}
