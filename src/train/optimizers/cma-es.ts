/**
 * CMA-ES (Hansen, arXiv 1604.00772): minimises a function of real numbers known only by its values, by sampling from a
 * normal distribution whose mean, step size and covariance follow the better samples. On the host.
 */
import { linalg } from "../../engine/index.ts";
import type { RandomStream } from "../../engine/index.ts";

export interface CmaEsOptions {
  /** Start of the search, [n]. */
  readonly start: ArrayLike<number>;
  /** Standard deviation of the first samples: about a third of the distance within which the minimum is expected. */
  readonly deviation: number;
  readonly random: RandomStream;
  /** Samples to a generation; default 4 + floor(3 ln n). */
  readonly population?: number;
}

export class CmaEs {
  readonly population: number;
  private readonly random: RandomStream;
  private readonly weights: Float64Array;
  private readonly rates: { readonly effective: number; readonly path: number; readonly damping: number; readonly covariancePath: number; readonly rankOne: number; readonly rankMany: number; readonly expectedLength: number };
  private mean: Float64Array;
  private deviation: number;
  private covariance: Float64Array;
  private stepPath: Float64Array;
  private covariancePath: Float64Array;
  private axes: { readonly vectors: Float64Array; readonly lengths: Float64Array };
  private generation = 0;
  private found: { readonly point: Float64Array; readonly value: number } | null = null;

  constructor({ start, deviation, random, population }: CmaEsOptions) {
    const n = start.length;
    if (n < 1 || !(deviation > 0)) throw new RangeError(`CmaEs: expected a start of one number or more and a deviation above 0, got ${n} numbers and ${deviation}`);
    this.population = population ?? 4 + Math.floor(3 * Math.log(n));
    if (!Number.isInteger(this.population) || this.population < 2) throw new RangeError(`CmaEs: population: expected a whole number above 1, got ${this.population}`);
    const parents = this.population >> 1;
    const raw = Float64Array.from({ length: parents }, (_, i) => Math.log((this.population + 1) / 2) - Math.log(i + 1));
    const total = raw.reduce((a, b) => a + b, 0);
    this.weights = raw.map((weight) => weight / total);
    const effective = 1 / this.weights.reduce((sum, weight) => sum + weight ** 2, 0);
    const path = (effective + 2) / (n + effective + 5);
    const rankOne = 2 / ((n + 1.3) ** 2 + effective);
    this.rates = {
      effective,
      path,
      damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + path,
      covariancePath: (4 + effective / n) / (n + 4 + (2 * effective) / n),
      rankOne,
      rankMany: Math.min(1 - rankOne, (2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective)),
      expectedLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
    };
    this.random = random;
    this.mean = Float64Array.from(start);
    this.deviation = deviation;
    this.covariance = identity(n);
    this.stepPath = new Float64Array(n);
    this.covariancePath = new Float64Array(n);
    this.axes = { vectors: identity(n), lengths: new Float64Array(n).fill(1) };
  }

  /** Best point told so far with its value; null before the first. */
  get best(): { readonly point: Float64Array; readonly value: number } | null {
    return this.found;
  }

  /** Points of the next generation, `population` of them. */
  ask(): Float64Array[] {
    const n = this.mean.length;
    const { vectors, lengths } = this.axes;
    return Array.from({ length: this.population }, () => {
      const scaled = lengths.map((length) => length * this.random.normal());
      return this.mean.map((centre, i) => centre + this.deviation * sumOver(n, (j) => (vectors[i * n + j] as number) * (scaled[j] as number)));
    });
  }

  /** Takes the values of the points that `ask` gave, in their order, and moves the distribution. A value that is NaN counts as the worst. */
  tell(points: readonly Float64Array[], values: readonly number[]): void {
    if (points.length !== this.population || values.length !== this.population) throw new RangeError(`CmaEs: expected ${this.population} points and values, got ${points.length} and ${values.length}`);
    const ranked = points.map((point, i) => ({ point, value: Number.isNaN(values[i]) ? Infinity : (values[i] as number) })).sort((a, b) => a.value - b.value);
    const [first] = ranked as [{ readonly point: Float64Array; readonly value: number }];
    if (this.found === null || first.value < this.found.value) this.found = { point: first.point.slice(), value: first.value };
    const n = this.mean.length;
    const { effective, path, damping, covariancePath, rankOne, rankMany, expectedLength } = this.rates;
    const steps = Array.from(this.weights, (_, i) => (ranked[i] as { readonly point: Float64Array }).point.map((value, d) => (value - (this.mean[d] as number)) / this.deviation));
    const move = this.mean.map((_, d) => this.weights.reduce((sum, weight, i) => sum + weight * ((steps[i] as Float64Array)[d] as number), 0));
    this.generation++;
    this.mean = this.mean.map((value, d) => value + this.deviation * (move[d] as number));
    const whitened = this.whiten(move);
    this.stepPath = this.stepPath.map((value, d) => (1 - path) * value + Math.sqrt(path * (2 - path) * effective) * (whitened[d] as number));
    const length = Math.sqrt(this.stepPath.reduce((sum, value) => sum + value ** 2, 0));
    // While the step size grows fast, the path of the covariance waits.
    const steady = length / Math.sqrt(1 - (1 - path) ** (2 * this.generation)) < (1.4 + 2 / (n + 1)) * expectedLength ? 1 : 0;
    this.covariancePath = this.covariancePath.map((value, d) => (1 - covariancePath) * value + steady * Math.sqrt(covariancePath * (2 - covariancePath) * effective) * (move[d] as number));
    const kept = 1 - rankOne - rankMany + (1 - steady) * rankOne * covariancePath * (2 - covariancePath);
    this.covariance = this.covariance.map((value, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      const many = this.weights.reduce((sum, weight, k) => sum + weight * ((steps[k] as Float64Array)[i] as number) * ((steps[k] as Float64Array)[j] as number), 0);
      return kept * value + rankOne * (this.covariancePath[i] as number) * (this.covariancePath[j] as number) + rankMany * many;
    });
    this.deviation *= Math.exp((path / damping) * (length / expectedLength - 1));
    this.axes = principalAxes(this.covariance, n);
  }

  /** Minimises within a number of evaluations, whole generations at a time, or until a value of `target` or less. */
  async minimize(evaluate: (point: Float64Array) => number | Promise<number>, { evaluations, target = -Infinity }: { readonly evaluations: number; readonly target?: number }): Promise<{ readonly point: Float64Array; readonly value: number; readonly evaluations: number }> {
    if (evaluations < this.population) throw new RangeError(`CmaEs: ${evaluations} evaluations do not make a generation of ${this.population}`);
    let used = 0;
    while (used + this.population <= evaluations && (this.found?.value ?? Infinity) > target) {
      const points = this.ask();
      const values: number[] = [];
      for (const point of points) values.push(await evaluate(point));
      this.tell(points, values);
      used += this.population;
    }
    return { ...(this.found as { readonly point: Float64Array; readonly value: number }), evaluations: used };
  }

  /** C^(-1/2) v */
  private whiten(v: Float64Array): Float64Array {
    const n = v.length;
    const { vectors, lengths } = this.axes;
    const along = lengths.map((length, j) => sumOver(n, (i) => (vectors[i * n + j] as number) * (v[i] as number)) / length);
    return v.map((_, i) => sumOver(n, (j) => (vectors[i * n + j] as number) * (along[j] as number)));
  }
}

const sumOver = (n: number, term: (i: number) => number): number => {
  let total = 0;
  for (let i = 0; i < n; i++) total += term(i);
  return total;
};

const identity = (n: number): Float64Array => Float64Array.from({ length: n * n }, (_, at) => Number(Math.floor(at / n) === at % n));

function principalAxes(covariance: Float64Array, n: number): { readonly vectors: Float64Array; readonly lengths: Float64Array } {
  const { values, vectors } = linalg.eigh({ data: covariance, shape: [n, n] });
  return { vectors: vectors.data, lengths: values.map((value) => Math.sqrt(Math.max(value, 1e-300))) };
}
