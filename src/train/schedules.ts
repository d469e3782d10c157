/**
 * Schedules: pure functions of the step counter, traced into the step itself. They give a factor on the learning rate,
 * or the value of any other quantity that changes while training: a temperature, a margin, a momentum.
 *
 * Step 0 is the first update, so a warm-up starts at 0. The step may be a tensor of any shape: a vector of steps gives
 * the whole curve, which is how `scheduleValues` evaluates it for plots.
 */
import { arange, cast, evaluate, hostArray, tensor } from "../engine/index.ts";
import type { Tensor } from "../engine/index.ts";

/** From the step, float32, to the value, of the same shape. */
export type Schedule = (step: Tensor) => Tensor;

/** How a segment goes from one value to the next, x being the share of it that is done. */
export type CurveShape =
  /** x */
  | "linear"
  /** (1 - cos(pi x)) / 2 */
  | "cosine"
  /** sqrt(x): a fall of 1 - sqrt(x), arXiv 2405.18392 */
  | "sqrt"
  /** A constant ratio from step to step; both values positive. */
  | "exponential";

export interface CurvePoint {
  readonly step: number;
  readonly value: number;
  /** Shape of the segment that ends here; default linear. */
  readonly shape?: CurveShape;
}

/** (t / steps)^2 up to 1, then 1: a penalty that comes late (SPLADE's, arXiv 2109.10086). */
export function quadraticRamp({ steps }: { readonly steps: number }): Schedule {
  if (!(steps > 0)) throw new RangeError(`schedule: quadraticRamp: steps: expected a number above 0, got ${steps}`);
  return (step) => step.mul(1 / steps).clip(0, 1).square();
}

/** Passes through the given points and is constant before the first and after the last. */
export function curve(points: readonly CurvePoint[]): Schedule {
  points.forEach(({ step }, i) => {
    const before = points[i - 1]?.step ?? -Infinity;
    if (!Number.isFinite(step) || step < before) throw new RangeError(`schedule: the steps of a curve must not fall, got ${points.map((point) => point.step).join(", ")}`);
  });
  const first = points[0];
  if (first === undefined) throw new RangeError("schedule: a curve needs at least one point");
  return (step) =>
    points.slice(1).reduce<Tensor>((value, to, i) => {
      const from = points[i] as CurvePoint;
      if (to.value === from.value) return value;
      // A segment of no length is a jump at its end.
      const share = to.step === from.step ? cast(step.greaterEqual(to.step), "float32") : step.sub(from.step).mul(1 / (to.step - from.step)).clip(0, 1);
      return value.add(progress(share, from.value, to.value, to.shape ?? "linear").mul(to.value - from.value));
    }, step.mul(0).add(first.value));
}

/** Share of the way in value, 0 to 1, from the share of the way in steps. */
function progress(share: Tensor, from: number, to: number, shape: CurveShape): Tensor {
  switch (shape) {
    case "linear":
      return share;
    case "cosine":
      return share.mul(Math.PI).cos().neg().add(1).mul(0.5);
    case "sqrt":
      return share.sqrt();
    case "exponential": {
      const ratio = to / from;
      if (!(ratio > 0) || !Number.isFinite(ratio)) throw new RangeError(`schedule: an exponential segment needs positive values, got ${from} to ${to}`);
      return share.mul(Math.log(ratio)).exp().sub(1).mul(1 / (ratio - 1));
    }
  }
}

export const constant = (value = 1): Schedule => curve([{ step: 0, value }]);

export interface DecayOptions {
  /** Steps from 0 to the full rate; default 0. */
  readonly warmup?: number;
  /** Steps in all, warm-up included. */
  readonly steps: number;
  /** Factor at the end; default 0. */
  readonly floor?: number;
}

const rise = (warmup: number): CurvePoint[] => (warmup === 0 ? [{ step: 0, value: 1 }] : [{ step: 0, value: 0 }, { step: warmup, value: 1 }]);

/** Linear warm-up, then a linear fall to the floor. */
export const linear = ({ warmup = 0, steps, floor = 0 }: DecayOptions): Schedule => curve([...rise(warmup), { step: steps, value: floor }]);

/** Linear warm-up, then half a cosine wave down to the floor (arXiv 1608.03983). */
export const cosine = ({ warmup = 0, steps, floor = 0 }: DecayOptions): Schedule => curve([...rise(warmup), { step: steps, value: floor, shape: "cosine" }]);

/** Linear warm-up, then constant. */
export const warmup = (steps: number): Schedule => curve(rise(steps));

/** Linear warm-up, then sqrt(warmup / step): the rate of "Attention Is All You Need" relative to its peak. */
export const inverseSquareRoot = ({ warmup: steps }: { readonly warmup: number }): Schedule => {
  if (steps <= 0) throw new RangeError(`inverseSquareRoot: expected warmup > 0, got ${steps}`);
  return (step) => step.mul(1 / steps).minimum(step.maximum(1).mul(1 / steps).rsqrt());
};

/** Warm-up, stable, decay (arXiv 2404.06395): the last `decay` of `steps` fall to the floor. */
export function warmupStableDecay({ warmup: start = 0, steps, decay, floor = 0, shape = "linear" }: DecayOptions & { readonly decay: number; readonly shape?: CurveShape }): Schedule {
  if (start + decay > steps) throw new RangeError(`warmupStableDecay: warmup ${start} and decay ${decay} exceed the ${steps} steps`);
  return curve([...rise(start), { step: steps - decay, value: 1 }, { step: steps, value: floor, shape }]);
}

export interface OneCycleOptions {
  readonly steps: number;
  /** Share of the steps that rise; default 0.3. */
  readonly rise?: number;
  /** Peak over initial rate; default 25. */
  readonly initialDivisor?: number;
  /** Initial over final rate; default 1e4. */
  readonly finalDivisor?: number;
}

/** One cycle of two half cosines (arXiv 1708.07120), with the break points of PyTorch's OneCycleLR. */
export const oneCycle = ({ steps, rise: share = 0.3, initialDivisor = 25, finalDivisor = 1e4 }: OneCycleOptions): Schedule =>
  curve([
    { step: 0, value: 1 / initialDivisor },
    { step: share * steps - 1, value: 1, shape: "cosine" },
    { step: steps - 1, value: 1 / (initialDivisor * finalDivisor), shape: "cosine" },
  ]);

/** Warm-up, hold, exponential fall (the three stages of wav2vec 2.0 fine-tuning). */
export const threeStage = ({ warmup: start, hold, decay, initial = 0.01, final = 0.05 }: { readonly warmup: number; readonly hold: number; readonly decay: number; readonly initial?: number; readonly final?: number }): Schedule =>
  curve([
    { step: 0, value: initial },
    { step: start, value: 1 },
    { step: start + hold, value: 1 },
    { step: start + hold + decay, value: final, shape: "exponential" },
  ]);

/** Multiplies by `factor` after every `every` steps. */
export const stepDecay = ({ every, factor }: { readonly every: number; readonly factor: number }): Schedule => (step) => step.mul(1 / every).floor().mul(Math.log(factor)).exp();

/** Values at steps 0 .. count - 1, or at the given steps. */
export async function scheduleValues(schedule: Schedule, steps: number | readonly number[]): Promise<Float32Array> {
  const at = typeof steps === "number" ? cast(arange(steps), "float32") : tensor(hostArray(Float32Array.from(steps), [steps.length]));
  const [values] = await evaluate([schedule(at)]);
  return values?.data as Float32Array;
}
