import { expect, test } from "vitest";
import { compile, grad, GraphRandom, hostArray, Parameter, RandomStream } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";
import { shuffledBatches } from "../../src/data/index.ts";
import { dropout, Linear, Module } from "../../src/nn/index.ts";
import type { Mode } from "../../src/nn/index.ts";
import { infoNce, logitScale } from "../../src/objectives/index.ts";
import { cachedStep, gradientCache, RowRandom, Sgd, Trainer } from "../../src/train/index.ts";

class Towers extends Module {
  readonly first: Linear;
  readonly second: Linear;
  readonly scale = new Parameter([], hostArray(Float32Array.of(2), []));

  constructor() {
    super();
    const random = RandomStream.of(7, "towers");
    this.first = new Linear(6, 96, { random: random.child("first") });
    this.second = new Linear(96, 5, { random: random.child("second") });
  }

  /** With dropout of 30%, and noise, over 96 units. */
  encode(x: Tensor, mode: Mode): Tensor {
    const hidden = this.first.forward(x).tanh();
    const noisy = mode.random === undefined ? hidden : hidden.add(mode.random.normal(hidden.shape).mul(0.05));
    return this.second.forward(dropout(noisy, 0.3, mode));
  }
}

type Pairs = { query: HostArray; passage: HostArray };
const B = 12;
const values = RandomStream.of(8, "pairs");
const array = (n: number): HostArray => hostArray(Float32Array.from({ length: n * 6 }, () => values.normal()), [n, 6]);
const batch: Pairs = { query: array(B), passage: array(B) };

function problem(partSize: number) {
  const model = new Towers();
  const encode = (part: { readonly query: Tensor; readonly passage: Tensor }, mode: Mode) => ({ query: model.encode(part.query, mode), passage: model.encode(part.passage, mode) });
  const lossOfVectors = (vectors: Readonly<Record<string, Tensor>>) => ({ ...infoNce(vectors["query"] as Tensor, vectors["passage"] as Tensor, { scale: logitScale(model.scale) }) });
  return { model, random: GraphRandom.of(3, "dropout"), optimizer: new Sgd(model, { learningRate: 1 }), encode, lossOfVectors, partSize };
}

/** Loss and gradients of the whole batch at once, with the same random numbers. */
async function plain(): Promise<{ readonly loss: number; readonly gradients: Map<string, number[]> }> {
  const { model, random, encode, lossOfVectors } = problem(B);
  const named = [...model.namedParameters()];
  const step = compile((pairs: { readonly query: Tensor; readonly passage: Tensor }, start: Tensor) => {
    const { loss } = lossOfVectors(encode(pairs, { train: true, random: new RowRandom(random, { rows: B, start, count: B }) }));
    return { loss, gradients: grad(loss, named.map(([, parameter]) => parameter)) };
  });
  const { loss, gradients } = await step(batch, hostArray(Int32Array.of(0), []));
  await step.release();
  return { loss: loss.item(), gradients: new Map(named.map(([name], i) => [name, Array.from((gradients as { data: Float32Array }[])[i]!.data)])) };
}

test.each([1, 5, 50])("in parts of %i, loss and gradient are those of the whole batch, dropout included", async (partSize) => {
  const expected = await plain();
  const options = problem(partSize);
  const before = options.model.stateDict();
  const step = cachedStep<Pairs>(options);
  const { loss, gradientNorm } = await step(batch, "only");
  expect(Math.abs(Number(loss!.data[0]) - expected.loss)).toBeLessThan(1e-5);
  let squares = 0;
  for (const [name, value] of options.model.stateDict()) {
    // one step of gradient descent at rate 1 moves each weight by its gradient
    const moved = Array.from(before.get(name)!.data as Float32Array, (old, i) => old - (value.data as Float32Array)[i]!);
    const gradient = expected.gradients.get(name)!;
    moved.forEach((move, i) => expect(Math.abs(move - gradient[i]!), name).toBeLessThan(2e-6));
    squares += gradient.reduce((total, g) => total + g * g, 0);
  }
  expect(Number(gradientNorm!.data[0])).toBeCloseTo(Math.sqrt(squares), 4);
  await step.release();
});

test("the next step draws anew, and dropout does change the loss", async () => {
  const options = problem(4);
  const step = cachedStep<Pairs>({ ...options, optimizer: new Sgd(options.model, { learningRate: 0 }) });
  const losses = [await step(batch, "only"), await step(batch, "only")].map(({ loss }) => Number(loss!.data[0]));
  expect(Math.abs(losses[0]! - losses[1]!)).toBeGreaterThan(1e-3);
  await step.release();
});

test("the trainer runs it, counts two forward passes, and needs less memory at a time", async () => {
  const run = async (partSize: number) => {
    const { model, encode, lossOfVectors } = problem(partSize);
    const items = { query: array(B), passage: array(B) };
    const data = shuffledBatches<Pairs>({ indices: Int32Array.from({ length: B }, (_, i) => i), batchSize: B, seed: 1 }, () => items);
    const trainer = new Trainer<Pairs>({ ...gradientCache<Pairs>({ encode, lossOfVectors, partSize }), model, data, optimizer: new Sgd(model, { learningRate: 0.2 }), steps: 15 });
    const cost = await trainer.explain();
    const { history } = await trainer.run();
    await trainer.release();
    return { cost, losses: history.steps["loss"]! };
  };
  const parts = await run(3);
  expect(parts.losses.at(-1)!).toBeLessThan(parts.losses[0]!);
  const whole = await run(B);
  // Linears of 6 x 96 and 96 x 5 with biases for 2 B examples; the second pass need not go as far as the vectors, for it is
  // given their gradient. Then gradients of both weights and of the hidden units, and similarities with their two gradients.
  const [first, second] = [2 * B * (2 * 6 * 96 + 96), 2 * B * (2 * 96 * 5 + 5)];
  const backward = 2 * 2 * B * (6 * 96 + 2 * 96 * 5);
  const similarities = 3 * 2 * B * B * 5;
  for (const { cost } of [parts, whole]) expect(cost.flops.products).toBe(2 * first + second + backward + similarities);
  expect(parts.cost.memory.peakActivations).toBeLessThan(whole.cost.memory.peakActivations);
});

test("what cannot work is refused", async () => {
  const step = cachedStep<Pairs>(problem(4));
  await expect(step({ ...batch, passage: array(3) }, "only")).rejects.toThrow("the examples as its first axis, got query 12, passage 3");
  await expect(step(batch, "first")).rejects.toThrow("accumulation needless");
  expect(() => new RowRandom(GraphRandom.of(1), { rows: 8, start: problem(1).model.scale.cast("int32"), count: 4 }).uniform([5, 2])).toThrow("keep the example axis first");
});
