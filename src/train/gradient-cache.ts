/**
 * Contrastive training with batches larger than memory (GradCache, arXiv 2101.06983): all examples are encoded in small
 * parts without keeping anything, the loss of the whole batch gives the gradient of each vector, and each part is encoded
 * again to carry its gradient into the weights. Loss and gradient are those of the whole batch, dropout included, whatever
 * the size of the parts; the price is a second forward pass.
 */
import { compile, grad, hostArray, Parameter } from "../engine/index.ts";
import type { Compiled, CostReport, GraphRandom, HostArray, Tensor } from "../engine/index.ts";
import type { Batch } from "../data/index.ts";
import type { Mode } from "../nn/index.ts";
import { clipFactor, globalNorm } from "./gradients.ts";
import type { Phase } from "./gradients.ts";
import type { Optimizer } from "./optimizers/index.ts";
import { RowRandom } from "./row-random.ts";
import type { Shadow } from "./shadow.ts";
import type { BatchTensors, LossFunction, StepRunner } from "./train-step.ts";

/** Vectors by name, the example axis first. */
export type Vectors = Readonly<Record<string, Tensor>>;

export interface GradientCacheOptions<B extends Batch> {
  /** Vectors of some examples. It must treat examples one by one: no statistics over the batch. */
  readonly encode: (part: BatchTensors<B>, mode: Mode) => Vectors;
  /** Loss of the vectors of the whole batch; it may have parameters of its own, such as a temperature, but no dropout. */
  readonly lossOfVectors: (vectors: Vectors, batch: BatchTensors<B>) => { readonly loss: Tensor } & Readonly<Record<string, Tensor>>;
  /** Examples encoded at a time. */
  readonly partSize: number;
}

export interface CachedStepOptions<B extends Batch> extends GradientCacheOptions<B> {
  readonly optimizer: Optimizer;
  readonly random: GraphRandom;
  readonly clip?: number;
  readonly shadow?: Shadow;
  readonly device?: string;
}

/** What a Trainer takes: `new Trainer({ ...gradientCache(options), model, optimizer, data, steps })`. */
export function gradientCache<B extends Batch>(options: GradientCacheOptions<B>): { readonly loss: LossFunction<B>; readonly makeStep: (step: Omit<CachedStepOptions<B>, keyof GradientCacheOptions<B>>) => StepRunner<B> } {
  return {
    loss: (batch, mode) => options.lossOfVectors(options.encode(batch, mode), batch),
    makeStep: (step) => cachedStep({ ...options, ...step }),
  };
}

type Sums = readonly Parameter[];

/** A training step through the cache. Every array of a batch has the examples as its first axis. */
export function cachedStep<B extends Batch>({ encode, lossOfVectors, partSize, optimizer, random, clip, shadow, device }: CachedStepOptions<B>): StepRunner<B> {
  if (!Number.isInteger(partSize) || partSize < 1) throw new RangeError(`gradientCache: partSize: expected a whole number above 0, got ${partSize}`);
  const sums: Sums = optimizer.trained.map(({ name, parameter }) => new Parameter(parameter.shape, () => new Float32Array(parameter.size), { trainable: false, name: `gradients.${name}` }));
  const modeOf = (rows: string, start: Tensor, count: number): Mode => ({ train: true, random: new RowRandom(random, { rows: Number(rows), start, count }) });
  const sizeOf = (part: BatchTensors<B>): number => (Object.values(part)[0] as Tensor).dim(0);

  let names: readonly string[] = []; // of the vectors, known once a part has been traced
  const forward = compile((part: BatchTensors<B>, start: Tensor, rows: string) => {
    const vectors = encode(part, modeOf(rows, start, sizeOf(part)));
    names = Object.keys(vectors);
    return vectors;
  }, { name: "encoding of a part", device });
  const whole = compile((vectors: Vectors, batch: BatchTensors<B>) => {
    const result = lossOfVectors(vectors, batch);
    const gradients = grad(result.loss, [...names.map((name) => vectors[name] as Tensor), ...optimizer.targets], { unused: "zero" });
    gradients.slice(names.length).forEach((gradient, i) => (sums[i] as Parameter).assign(gradient));
    return { result, gradients: Object.fromEntries(names.map((name, i) => [name, gradients[i] as Tensor])) };
  }, { name: "loss of the whole batch", device });
  const backward = compile((part: BatchTensors<B>, gradients: Vectors, start: Tensor, rows: string) => {
    const vectors = encode(part, modeOf(rows, start, sizeOf(part)));
    const terms = Object.entries(vectors).map(([name, vector]) => vector.mul(gradients[name] as Tensor).sum());
    const own = grad(terms.reduce((total, term) => total.add(term)), optimizer.targets, { unused: "zero" });
    own.forEach((gradient, i) => (sums[i] as Parameter).assign((sums[i] as Parameter).add(gradient)));
  }, { name: "gradient of a part", device });
  const update = compile(() => {
    random.advance();
    const gradientNorm = globalNorm(sums);
    const learningRate = optimizer.learningRate();
    const values = optimizer.apply(sums, clip === undefined ? undefined : clipFactor(gradientNorm, clip));
    shadow?.update(values, optimizer.step);
    return { gradientNorm, learningRate };
  }, { name: "update", device });

  // The compiled functions' argument types depend on B; arrays of a batch fit them by construction.
  const call = <R>(compiled: unknown, ...args: readonly unknown[]): Promise<R> => (compiled as (...args: readonly unknown[]) => Promise<R>)(...args);
  const run = async (batch: B, phase: Phase): Promise<Record<string, HostArray>> => {
    if (phase !== "only") throw new Error("gradientCache: it makes accumulation needless; leave out {accumulate} and enlarge the batch");
    const rows = rowsOf(batch);
    const parts = partsOf(batch, rows, partSize);
    const encoded: Record<string, HostArray>[] = [];
    for (const { part, start } of parts) encoded.push(await call(forward, part, start, String(rows)));
    const { result, gradients } = await call<{ readonly result: Record<string, HostArray>; readonly gradients: Record<string, HostArray> }>(whole, joined(encoded, rows), batch);
    for (const { part, start, from, to } of parts) await call(backward, part, mapArrays(gradients, (array) => rowsBetween(array, from, to)), start, String(rows));
    return { ...result, ...(await call<Record<string, HostArray>>(update)) };
  };
  return Object.assign(run, {
    explain: (batch: B): CostReport => {
      const rows = rowsOf(batch);
      const parts = partsOf(batch, rows, partSize);
      const explain = (compiled: unknown, ...args: readonly unknown[]): CostReport => (compiled as Compiled<readonly unknown[], unknown>).explain(...args);
      const forwards = parts.map(({ part, start }) => explain(forward, part, start, String(rows)));
      const { outputs } = (forward as unknown as Compiled<readonly unknown[], unknown>).graph(parts[0]?.part, parts[0]?.start, String(rows));
      const blank = (count: number): Record<string, HostArray> => Object.fromEntries(names.map((name, i) => {
        const shape = [count, ...(outputs[i] as Tensor).shape.slice(1)];
        return [name, hostArray(new Float32Array(shape.reduce((product, extent) => product * extent, 1)), shape)];
      }));
      const backwards = parts.map(({ part, start, from, to }) => explain(backward, part, blank(to - from), start, String(rows)));
      return joinCosts([...forwards, explain(whole, blank(rows), batch), ...backwards]);
    },
    release: async (): Promise<void> => {
      for (const compiled of [forward, whole, backward, update]) await compiled.release();
    },
  });
}

interface Part<B extends Batch> {
  readonly part: B;
  readonly start: HostArray;
  readonly from: number;
  readonly to: number;
}

function rowsOf(batch: Batch): number {
  const extents = Object.entries(batch).map(([name, { shape }]) => [name, shape[0]] as const);
  const [first] = extents;
  const rows = first?.[1];
  const other = extents.find(([, extent]) => extent !== rows);
  if (rows === undefined || other !== undefined) throw new RangeError(`gradientCache: every array of a batch needs the examples as its first axis, got ${extents.map(([name, extent]) => `${name} ${extent ?? "none"}`).join(", ")}`);
  return rows;
}

function partsOf<B extends Batch>(batch: B, rows: number, size: number): Part<B>[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => {
    const [from, to] = [i * size, Math.min(rows, (i + 1) * size)];
    return { part: mapArrays(batch, (array) => rowsBetween(array, from, to)) as B, start: hostArray(Int32Array.of(from), []), from, to };
  });
}

const mapArrays = (arrays: Readonly<Record<string, HostArray>>, change: (array: HostArray) => HostArray): Record<string, HostArray> => Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, change(array)]));

function rowsBetween({ data, shape, dtype }: HostArray, from: number, to: number): HostArray {
  const width = data.length / (shape[0] as number);
  return hostArray(data.subarray(from * width, to * width), [to - from, ...shape.slice(1)], dtype);
}

function joined(parts: readonly Readonly<Record<string, HostArray>>[], rows: number): Record<string, HostArray> {
  return Object.fromEntries(Object.entries(parts[0] ?? {}).map(([name, { shape }]) => {
    const width = shape.slice(1).reduce((product, extent) => product * extent, 1);
    const all = new Float32Array(rows * width);
    let at = 0;
    for (const part of parts) {
      const { data } = part[name] as HostArray;
      all.set(data as Float32Array, at);
      at += data.length;
    }
    return [name, hostArray(all, [rows, ...shape.slice(1)])];
  }));
}

/** Costs of programs that run one after the other: FLOPs add up, memory is that of the largest. */
function joinCosts(reports: readonly CostReport[]): CostReport {
  const largest = reports.reduce((a, b) => (b.memory.total > a.memory.total ? b : a));
  const total = (of: (report: CostReport) => number): number => reports.reduce((sum, report) => sum + of(report), 0);
  const merged = (of: (report: CostReport) => Readonly<Record<string, number>>): Record<string, number> => {
    const sums: Record<string, number> = {};
    for (const report of reports) for (const [name, count] of Object.entries(of(report))) sums[name] = (sums[name] ?? 0) + count;
    return sums;
  };
  return {
    ...largest,
    flops: { products: total(({ flops }) => flops.products), elementwise: total(({ flops }) => flops.elementwise), total: total(({ flops }) => flops.total) },
    flopsByModule: merged(({ flopsByModule }) => flopsByModule),
    operators: merged(({ operators }) => operators),
    nodes: total(({ nodes }) => nodes),
  };
}
