/** The exact checks of stochastic positions; values are worked out from the paper's formulas, not from this code. */
import { describe, expect, test } from "vitest";
import { compile, GraphRandom, grad, hostArray, RandomStream, stopGradient } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import type { Mode } from "../../../src/nn/index.ts";
import { compileTrainStep, schedules, Sgd, Shadow } from "../../../src/train/index.ts";
import { contextAndTargets } from "../../../src/data/masking/block-mask.ts";
import { Jepa, JepaPredictor, teacherFeatures } from "../../../src/systems/masked/jepa-model.ts";
import type { JepaBatch, JepaOptions, PositionNoise } from "../../../src/systems/masked/jepa-model.ts";

const jepa = (positionNoise: PositionNoise, options: Partial<JepaOptions> = {}): Jepa =>
  new Jepa({ random: RandomStream.of(5), image: 32, patch: 8, encoder: { width: 16, depth: 2, heads: 2 }, predictor: { width: 8, depth: 2, heads: 2 }, positionNoise, ...options });
const noisy = (seed = 1): Mode => ({ train: true, random: GraphRandom.of(seed, "noise") });

const ids = (shape: readonly number[], ...values: readonly number[]): HostArray => hostArray(Int32Array.from(values), shape);
const batch = (() => {
  const draw = RandomStream.of(2);
  return {
    images: hostArray(Float32Array.from({ length: 2 * 3 * 32 * 32 }, () => draw.uniform()), [2, 3, 32, 32]),
    context: ids([2, 4], 0, 1, 4, 5, 10, 11, 14, 15),
    targets: ids([2, 2, 3], 2, 3, 7, 8, 9, 13, 0, 1, 4, 2, 6, 7),
  };
})();
const numbers = ({ data }: HostArray): number[] => Array.from(data, Number);
const farthest = (a: HostArray, b: HostArray): number => Math.max(...numbers(a).map((value, i) => Math.abs(value - Number(b.data[i]))));

/** Mean and covariance of [n, d]. */
function covariance(rows: HostArray): number[][] {
  const [count, width] = rows.shape.slice(-2) as [number, number];
  const mean = Array.from({ length: width }, (_, j) => Array.from({ length: count }, (_row, i) => Number(rows.data[i * width + j])).reduce((a, b) => a + b) / count);
  const at = (i: number, j: number): number => Number(rows.data[i * width + j]) - (mean[j] as number);
  return mean.map((_, j) => mean.map((_other, k) => Array.from({ length: count }, (_row, i) => at(i, j) * at(i, k)).reduce((a, b) => a + b) / count));
}

test("with sigma 0 it is an I-JEPA predictor whose mask token is the bias b", async () => {
  const ours = jepa({ kind: "tied", sigma: 0 });
  const state = ours.stateDict();
  const bias = hostArray(Float32Array.of(0.3, -0.2, 0.5, 0.1, -0.4, 0.2, 0, 0.7), [8]); // biases start at zero; any others will do
  state.set("predictor.embed.bias", bias);
  ours.loadStateDict(state);
  const theirs = jepa({ kind: "none" });
  state.set("predictor.maskToken", bias);
  theirs.loadStateDict(state);
  const teacher = jepa({ kind: "none" }, { random: RandomStream.of(8) }).encoder;
  const run = compile((inputs: JepaBatch) => ({ ours: ours.loss(inputs, teacher, noisy()), theirs: theirs.loss(inputs, teacher, EVALUATE), a: ours.predictor.queries(inputs.context, noisy()), b: theirs.predictor.queries(inputs.context, EVALUATE) }));
  const { ours: loss, theirs: other, a, b } = await run(batch);
  expect(Math.abs(loss.item() - other.item())).toBeLessThan(1e-6);
  expect(farthest(a, b)).toBeLessThan(1e-6);
  // Control: with noise the loss is another one.
  const loud = jepa({ kind: "tied", sigma: 0.25 });
  loud.loadStateDict(ours.stateDict());
  expect(Math.abs((await compile((inputs: JepaBatch) => loud.loss(inputs, teacher, noisy()))(batch)).item() - loss.item())).toBeGreaterThan(1e-4);
});

describe("sampled queries", () => {
  const predictor = (positionNoise: PositionNoise): JepaPredictor =>
    new JepaPredictor({ random: RandomStream.of(3), width: 4, depth: 1, heads: 1, encoderWidth: 6, side: 4, positionNoise });
  const places = ids([1, 20_000], ...new Array<number>(20_000).fill(6));
  const sample = (model: JepaPredictor): Promise<HostArray> => compile((x: Tensor) => model.queries(x, noisy()))(places);

  test("the covariance of 20,000 queries is sigma^2 A A^T within 3%, their mean the code plus the bias", async () => {
    const model = predictor({ kind: "tied", sigma: 0.25 });
    const drawn = await sample(model);
    const weight = model.embed.weight.value(); // [4, 6]
    const row = (i: number): number[] => numbers(weight).slice(i * 6, (i + 1) * 6);
    const wanted = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => 0.25 ** 2 * row(i).reduce((sum, value, k) => sum + value * (row(j)[k] as number), 0)));
    const found = covariance(drawn);
    const norm = (matrix: readonly number[][]): number => Math.hypot(...matrix.flat());
    expect(norm(found.map((line, i) => line.map((value, j) => value - (wanted[i]?.[j] as number)))) / norm(wanted)).toBeLessThan(0.03);
    // Place 6 of a 4 x 4 grid is x 2, y 1; width 4 leaves one frequency, 1, for each axis: [sin 2, cos 2, sin 1, cos 1].
    const mean = [0, 1, 2, 3].map((j) => numbers(drawn).filter((_, i) => i % 4 === j).reduce((a, b) => a + b) / 20_000);
    [Math.sin(2), Math.cos(2), Math.sin(1), Math.cos(1)].forEach((code, j) => expect(mean[j]).toBeCloseTo(code, 2));
  });

  test("the noise is of each token: two tokens of one place differ, two steps differ, one seed repeats", async () => {
    const model = predictor({ kind: "tied", sigma: 0.25 });
    const random = GraphRandom.of(4, "noise");
    const run = compile((x: Tensor) => {
      const queries = model.queries(x, { train: true, random });
      random.advance();
      return queries;
    });
    const first = await run(ids([1, 2], 6, 6));
    expect(Math.abs(Number(first.data[0]) - Number(first.data[4]))).toBeGreaterThan(1e-3);
    expect(farthest(first, await run(ids([1, 2], 6, 6)))).toBeGreaterThan(1e-3);
    const again = GraphRandom.of(4, "noise");
    expect(farthest(first, await compile((x: Tensor) => model.queries(x, { train: true, random: again }))(ids([1, 2], 6, 6)))).toBe(0);
  });

  test("the untied map starts equal to the tied one, and is another parameter", async () => {
    const [tied, untied] = [predictor({ kind: "tied", sigma: 0.25 }), predictor({ kind: "untied", sigma: 0.25 })];
    expect(farthest(await sample(tied), await sample(untied))).toBe(0);
    expect(untied.parameterCount() - tied.parameterCount()).toBe(6 * 4 + 4);
  });
});

describe("what the map learns from", () => {
  /** Size of the gradient of A when the context comes in detached. */
  const throughNoise = async (positionNoise: PositionNoise): Promise<number> => {
    const model = jepa(positionNoise);
    const run = compile(({ images, context, targets }: JepaBatch) => {
      const seen = model.encoder.forward(images, EVALUATE, { keptIds: context }).output;
      const queries = model.predictor.queries(targets.select(1, 0), noisy());
      const predictions = model.predictor.decode(stopGradient(model.predictor.project(seen, context)), queries, EVALUATE);
      const [gradient] = grad(predictions.square().mean(), [model.predictor.embed.weight], { unused: "zero" });
      return (gradient as Tensor).abs().sum();
    });
    return (await run(batch)).item();
  };
  test("tied, it gets a gradient through the noise alone", async () => expect(await throughNoise({ kind: "tied", sigma: 0.25 })).toBeGreaterThan(1e-4));
  test.each([{ kind: "none" }, { kind: "untied", sigma: 0.25 }] as const)("control: not with $kind noise", async (noise) => expect(await throughNoise(noise)).toBe(0));
});

test("the context carries no noise", async () => {
  const model = jepa({ kind: "tied", sigma: 0.25 });
  const run = compile(({ images, context }: JepaBatch) => model.predictor.project(model.encoder.forward(images, noisy(1), { keptIds: context }).output, context).sub(model.predictor.project(model.encoder.forward(images, noisy(2), { keptIds: context }).output, context)).abs().max());
  expect((await run(batch)).item()).toBe(0);
});

test("targets are standardised token by token, without affine, and no gradient reaches the teacher", async () => {
  const teacher = jepa({ kind: "none" }, { random: RandomStream.of(8) }).encoder;
  const state = teacher.stateDict();
  state.set("encoder.norm.weight", hostArray(Float32Array.from({ length: 16 }, (_, i) => 1 + i), [16])); // the teacher's own affine must not show
  teacher.loadStateDict(state);
  const model = jepa({ kind: "tied", sigma: 0.25 });
  const run = compile((inputs: JepaBatch) => {
    const features = teacherFeatures(teacher, inputs.images, EVALUATE);
    const gradients = grad(model.loss(inputs, teacher, noisy()), teacher.parameters(), { unused: "zero" });
    return { mean: features.mean(-1).abs().max(), variance: features.variance(-1).sub(1).abs().max(), gradient: gradients.map((g) => g.abs().max()) };
  });
  const { mean, variance, gradient } = await run(batch);
  expect(mean.item()).toBeLessThan(1e-5);
  expect(variance.item()).toBeLessThan(1e-3);
  expect(Math.max(...gradient.map((g) => g.item()))).toBe(0);
});

test("target blocks are predicted apart: the loss of two blocks is the mean of the losses of each", async () => {
  const model = jepa({ kind: "none" });
  const teacher = jepa({ kind: "none" }, { random: RandomStream.of(8) }).encoder;
  const run = compile((inputs: JepaBatch) => ({
    both: model.loss(inputs, teacher, EVALUATE),
    each: [0, 1].map((block) => model.loss({ ...inputs, targets: inputs.targets.sliceAxis(1, block, block + 1) }, teacher, EVALUATE)),
    joined: model.loss({ ...inputs, targets: inputs.targets.reshape([2, 1, 6]) }, teacher, EVALUATE),
  }));
  const { both, each, joined } = await run(batch);
  const apart = each.reduce((total, loss) => total + loss.item(), 0) / 2;
  expect(both.item()).toBeCloseTo(apart, 6);
  expect(Math.abs(joined.item() - apart)).toBeGreaterThan(1e-6); // control: as one block the tokens see each other
});

test("the teacher takes 0.004 of the new weights after one step and stands still in the last", async () => {
  const model = jepa({ kind: "tied", sigma: 0.25 });
  const teacher = jepa({ kind: "tied", sigma: 0.25 }, { random: RandomStream.of(8) }).encoder;
  const shadow = new Shadow(model.encoder, { into: teacher, momentum: schedules.curve([{ step: 0, value: 0.996 }, { step: 2, value: 1 }]) });
  const step = compileTrainStep<typeof batch>({ loss: (inputs, mode) => ({ loss: model.loss(inputs, teacher, mode) }), optimizer: new Sgd(model, { learningRate: 10 }), shadow, random: GraphRandom.of(1, "noise") });
  const name = "patchEmbed.projection.weight";
  const weights = (): { readonly student: HostArray; readonly teacher: HostArray } => ({ student: model.encoder.stateDict().get(name) as HostArray, teacher: teacher.stateDict().get(name) as HostArray });
  const start = weights();
  expect(farthest(start.student, start.teacher)).toBe(0); // the teacher starts as the student
  await step(batch, "only");
  const one = weights();
  expect(farthest(one.student, start.student)).toBeGreaterThan(1e-3);
  const blended = hostArray(Float32Array.from(numbers(start.teacher), (old, i) => 0.996 * old + 0.004 * Number(one.student.data[i])), one.teacher.shape);
  expect(farthest(one.teacher, blended)).toBeLessThan(1e-6);
  await step(batch, "only"); // momentum 0.998
  const two = weights();
  const again = hostArray(Float32Array.from(numbers(one.teacher), (old, i) => 0.998 * old + 0.002 * Number(two.student.data[i])), one.teacher.shape);
  expect(farthest(two.teacher, again)).toBeLessThan(1e-6);
  await step(batch, "only"); // momentum 1
  expect(farthest(weights().teacher, two.teacher)).toBeLessThan(1e-7);
});

test("contexts avoid all targets; random surplus leaves no half of the picture out, surplus cut at the end does", () => {
  const lowerOverUpper = (surplus: "random" | "last"): number => {
    const counts = [0, 0];
    for (let i = 0; i < 400; i++) {
      const { context, targets } = contextAndTargets(RandomStream.of(1, i), { rows: 8, columns: 8 }, { targets: 4, targetCount: 12, contextCount: 20, surplus });
      const taken = new Set(targets.flatMap((block) => Array.from(block)));
      expect(Array.from(context).some((token) => taken.has(token))).toBe(false);
      expect(new Set(context).size).toBe(20);
      for (const token of context) counts[token < 32 ? 0 : 1] = (counts[token < 32 ? 0 : 1] as number) + 1;
    }
    return (counts[1] as number) / (counts[0] as number);
  };
  const even = lowerOverUpper("random");
  expect(even).toBeGreaterThan(0.8);
  expect(even).toBeLessThan(1.25);
  expect(lowerOverUpper("last")).toBeLessThan(0.6);
});
