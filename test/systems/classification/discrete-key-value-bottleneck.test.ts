/** Exact checks of the discrete key-value bottleneck; numbers are worked out from the published configuration and by hand. */
import { expect, test } from "vitest";
import { compile, grad, GraphRandom, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { MemoryStore } from "../../../src/lab/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import type { Mode } from "../../../src/nn/index.ts";
import { Adam, Sgd } from "../../../src/train/index.ts";
import type { Optimizer } from "../../../src/train/index.ts";
import { accuracyByTask, asDrawings, forgetting, nearnessToMeans, taskOrder } from "../../../src/systems/classification/class-incremental.ts";
import { findKeys, fitKeys, KeyValueBottleneck, PUBLISHED } from "../../../src/systems/classification/discrete-key-value-bottleneck-model.ts";
import { teachStages } from "../../../src/systems/classification/teach-stages.ts";
import { expectNear } from "../../nn/support.ts";

const SIZES = { inputs: 6, heads: 5, entries: 7, keyWidth: 3, classes: 10 };
const build = (seed = 1): KeyValueBottleneck => new KeyValueBottleneck({ random: RandomStream.of(seed), ...SIZES });

function vectors(count: number, seed = 2): HostArray {
  const random = RandomStream.of(seed);
  return hostArray(Float32Array.from({ length: count * SIZES.inputs }, () => random.normal()), [count, SIZES.inputs]);
}
const labels = (...ids: number[]): HostArray => hostArray(Int32Array.from(ids), [ids.length]);
const row = ({ data, shape }: HostArray, i: number): HostArray => hostArray(data.slice(i * (shape[1] as number), (i + 1) * (shape[1] as number)), [1, shape[1] as number]);

/** A training step, and the keys its batch chooses. */
function stepOf(model: KeyValueBottleneck, optimizer: Optimizer, smoothing = 0.1): { (x: HostArray, y: HostArray): Promise<{ loss: HostArray; ids: HostArray }>; release(): Promise<void> } {
  const run = compile((x: Tensor, y: Tensor) => {
    const loss = model.loss(x, y, { train: true }, smoothing);
    optimizer.apply(grad(loss, optimizer.targets));
    return { loss, ids: model.codes(x) };
  });
  return Object.assign((x: HostArray, y: HostArray) => run(x, y), { release: () => run.release() });
}

/** Rows of the values, head by head, whose bits differ. */
function changedRows(before: HostArray, after: HostArray): number[] {
  return Array.from({ length: SIZES.heads * SIZES.entries }, (_, at) => at).filter((at) => Array.from({ length: SIZES.classes }, (_, c) => at * SIZES.classes + c).some((i) => !Object.is(before.data[i], after.data[i])));
}

test("the published memory has 10,485,760 values and 14,680,064 numbers in keys, of which the values alone are trained", () => {
  const model = new KeyValueBottleneck({ random: RandomStream.of(1), ...PUBLISHED });
  expect(model.values.size).toBe(10_485_760);
  expect(model.keys.codes.size).toBe(14_680_064);
  expect(model.parameters()).toEqual([model.values]);
  expect(model.projection.matrix.shape).toEqual([1024, 3584]); // 256 heads of 14
});

test("one step of gradient descent on one sample changes one value row of each head; all other rows keep their bits", async () => {
  const model = build();
  const step = stepOf(model, new Sgd(model, { learningRate: 0.3 }));
  await step(vectors(4, 8), labels(1, 2, 3, 4)); // so that rows are not all zero
  const before = model.values.value();
  const { ids } = await step(vectors(1), labels(6));
  expect(changedRows(before, model.values.value())).toEqual(Array.from(ids.data as Int32Array, (id, head) => head * SIZES.entries + id));
  await step.release();
});

test("Adam goes on moving the rows of an earlier sample, which is why the method uses plain descent", async () => {
  const model = build();
  const step = stepOf(model, new Adam(model, { learningRate: 0.01 }));
  const [first, second] = [row(vectors(2), 0), row(vectors(2), 1)];
  const { ids: earlier } = await step(first, labels(6));
  const before = model.values.value();
  const { ids } = await step(second, labels(2));
  const rowsOf = ({ data }: HostArray): number[] => Array.from(data as Int32Array, (id, head) => head * SIZES.entries + id);
  expect(changedRows(before, model.values.value())).toEqual([...new Set([...rowsOf(earlier), ...rowsOf(ids)])].sort((a, b) => a - b));
  await step.release();
});

test("one optimizer lives through all tasks: what Adam remembers of the first moves its rows in the second, plain descent moves none", async () => {
  const data = vectors(2);
  const rowsOf = ({ data: ids }: HostArray): number[] => Array.from(ids as Int32Array, (id, head) => head * SIZES.entries + id);
  const teach = async (optimizerOf: (model: KeyValueBottleneck) => Optimizer) => {
    const model = build();
    const rows = await findKeys(model, data);
    const values: HostArray[] = [];
    const context = { arm: "taught", artifacts: new MemoryStore(), device: "cpu" as const, signal: new AbortController().signal, report: () => undefined };
    const learner = { model, rows, logits: (ids: Tensor, mode: Mode) => model.read(ids, mode), optimizer: () => optimizerOf(model) };
    await teachStages(context as never, learner, [{ name: "task 1", items: Int32Array.of(0) }, { name: "task 2", items: Int32Array.of(1) }], { labels: Int32Array.of(6, 2), batch: 1, epochs: 2, clip: 1, smoothing: 0.1, seed: 1, progress: [0, 1], after: async () => void values.push(await Promise.resolve(model.values.value())) });
    return { rows: [0, 1].map((i) => rowsOf(row(rows, i))), values };
  };
  const moved = async (optimizerOf: (model: KeyValueBottleneck) => Optimizer) => {
    const { rows: [first, second], values: [between, end] } = await teach(optimizerOf);
    expect(first?.some((at) => !second?.includes(at))).toBe(true); // or nothing would be shown
    return { changed: changedRows(between as HostArray, end as HostArray), first: first as number[], second: second as number[], end: end as HostArray };
  };
  const ascending = (rows: Iterable<number>): number[] => [...new Set(rows)].sort((a, b) => a - b);
  const plain = await moved((model) => new Sgd(model, { learningRate: 0.3 }));
  expect(plain.changed).toEqual(ascending(plain.second));
  const adam = await moved((model) => new Adam(model, { learningRate: 0.01 }));
  expect(adam.changed).toEqual(ascending([...adam.first, ...adam.second]));

  // The very values of one optimizer that takes the four steps.
  const model = build();
  const step = stepOf(model, new Adam(model, { learningRate: 0.01 }));
  for (const [item, label] of [[0, 6], [0, 6], [1, 2], [1, 2]] as const) await step(row(data, item), labels(label));
  expectNear(Array.from(adam.end.data, Number), Array.from(model.values.value().data, Number), 1e-6);
  await step.release();
});

test.each([0, 0.1])("with zero values the logits are 0 and the loss is ln 10 at smoothing %d", async (smoothing) => {
  const model = build();
  const run = compile((x: Tensor, y: Tensor) => ({ logits: model.forward(x, EVALUATE), loss: model.loss(x, y, EVALUATE, smoothing) }));
  const { logits, loss } = await run(vectors(3), labels(0, 5, 9));
  expect(Array.from(logits.data as Float32Array)).toEqual(new Array(30).fill(0));
  expect(loss.item()).toBeCloseTo(2.302585, 5);
  await run.release();
});

test("sets of samples that hit different keys leave the same values in either order, bit by bit; with a shared key they do not", async () => {
  // Find samples by their keys: of the pair (0, near) none shares a key with a sample of the pair (apart, further); `close` shares one with the first.
  const model = build();
  const candidates = vectors(400, 5);
  const codes = compile((x: Tensor) => model.codes(x));
  const ids = (await codes(candidates)).data as Int32Array;
  await codes.release();
  const others = Array.from({ length: 399 }, (_, i) => i + 1);
  const share = (i: number, j: number): boolean => Array.from({ length: SIZES.heads }, (_, head) => head).some((head) => ids[i * SIZES.heads + head] === ids[j * SIZES.heads + head]);
  const close = others.find((i) => share(0, i)) as number;
  const near = others.find((i) => i !== close && share(0, i)) as number;
  const [apart, further] = others.filter((i) => !share(0, i) && !share(near, i)) as [number, number];
  expect(further).toBeDefined();

  type Lesson = readonly (readonly [item: number, label: number])[];
  const train = async (order: readonly Lesson[]): Promise<number[]> => {
    const own = build();
    const step = stepOf(own, new Sgd(own, { learningRate: 3 }));
    for (const lesson of order) {
      const x = hostArray(Float32Array.from(lesson.flatMap(([item]) => [...row(candidates, item).data])), [lesson.length, SIZES.inputs]);
      for (let i = 0; i < 3; i++) await step(x, labels(...lesson.map(([, label]) => label)));
    }
    await step.release();
    return Array.from(own.values.value().data as Float32Array);
  };
  const [first, second, overlapping]: readonly Lesson[] = [[[0, 4], [near, 5]], [[apart, 7], [further, 4]], [[close, 7], [further, 4]]];
  expect(await train([first as Lesson, second as Lesson])).toEqual(await train([second as Lesson, first as Lesson]));
  expect(await train([first as Lesson, overlapping as Lesson])).not.toEqual(await train([overlapping as Lesson, first as Lesson]));
});

test("logits are the mean over heads of what lies under the nearest keys", async () => {
  const model = build();
  const random = RandomStream.of(9);
  model.values.set(hostArray(Float32Array.from({ length: model.values.size }, () => random.normal()), model.values.shape));
  const run = compile((x: Tensor) => ({ heads: model.projection.forward(x), logits: model.forward(x, EVALUATE) }));
  const { heads, logits } = await run(vectors(1));
  await run.release();
  const keys = model.keys.codes.value().data as Float32Array;
  const nearest = Array.from({ length: SIZES.heads }, (_, head) => {
    const distances = Array.from({ length: SIZES.entries }, (_, j) => [0, 1, 2].reduce((sum, d) => sum + (Number(heads.data[head * 3 + d]) - (keys[(head * SIZES.entries + j) * 3 + d] as number)) ** 2, 0));
    return distances.indexOf(Math.min(...distances));
  });
  const expected = Array.from({ length: SIZES.classes }, (_, c) => nearest.reduce((sum, j, head) => sum + Number(model.values.value().data[(head * SIZES.entries + j) * SIZES.classes + c]), 0) / SIZES.heads);
  expectNear(Array.from(logits.data as Float32Array), expected);
});

test("keys that training never chose can be passed over", async () => {
  const model = build();
  const step = stepOf(model, new Sgd(model, { learningRate: 0.3 }));
  const { ids } = await step(vectors(1), labels(3));
  await step.release();
  const run = compile((x: Tensor) => model.codes(x, { known: true }));
  // Only one key of each head was ever chosen, so every other sample must be sent there.
  const found = (await run(vectors(6, 11))).data as Int32Array;
  await run.release();
  expect(Array.from(found)).toEqual(Array.from({ length: 6 }, () => Array.from(ids.data as Int32Array)).flat());
  expect(Array.from(model.touched.value().data as Float32Array).reduce((a, b) => a + b, 0)).toBe(SIZES.heads);
});

test("laying out the keys moves them towards the data and nothing else; learning moves no key", async () => {
  const model = build();
  const data = vectors(64, 3);
  const distance = compile((x: Tensor) => {
    const heads = model.projection.forward(x);
    return heads.sub(model.keys.fetch(model.keys.codes, model.keys.assign(heads))).square().sum(-1).mean();
  });
  const before = (await distance(data)).item();
  const projection = Array.from(model.projection.matrix.value().data as Float32Array);
  await fitKeys(model, data, { epochs: 30, batch: 16, seed: 1 });
  expect((await distance(data)).item()).toBeLessThan(0.6 * before);
  expect(Array.from(model.projection.matrix.value().data as Float32Array)).toEqual(projection);
  expect(Array.from(model.values.value().data as Float32Array).every((value) => value === 0)).toBe(true);
  const keys = Array.from(model.keys.codes.value().data as Float32Array);
  const step = stepOf(model, new Sgd(model, { learningRate: 0.3 }));
  await step(data, hostArray(Int32Array.from({ length: 64 }, (_, i) => i % 10), [64]));
  expect(Array.from(model.keys.codes.value().data as Float32Array)).toEqual(keys);
  await step.release();
  await distance.release();
});

test("the same seed lays out the same keys, fresh random draws are made each step", async () => {
  const [one, two] = [build(), build()];
  for (const model of [one, two]) await fitKeys(model, vectors(32, 3), { epochs: 3, batch: 16, seed: 7 });
  expect(Array.from(one.keys.codes.value().data as Float32Array)).toEqual(Array.from(two.keys.codes.value().data as Float32Array));
  const random = GraphRandom.of(1);
  const model = build();
  const step = compile((x: Tensor) => model.learnKeys(x, random));
  await step(vectors(8));
  const state = Number(random.state.value().data[2]);
  await step(vectors(8));
  expect(Number(random.state.value().data[2])).toBe(state + 1);
  await step.release();
});

test("tasks have every class once, and the order depends on the seed", () => {
  const orders = [1, 2, 3, 4, 5].map((seed) => taskOrder(seed, 10, 5));
  for (const tasks of orders) {
    expect(tasks.map(({ length }) => length)).toEqual([2, 2, 2, 2, 2]);
    expect(tasks.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
  expect(new Set(orders.map((tasks) => tasks.flat().join())).size).toBe(5);
  expect(() => taskOrder(1, 10, 3)).toThrow("10 classes do not divide into 3 tasks");
});

test("accuracy counts classes taught so far only, forgetting the best of each task but the last", () => {
  const tasks = [[2, 0], [1, 3]];
  // Items of classes 0, 2, 1, 3; the largest logit overall is always class 3's.
  const logits = hostArray(Float32Array.from([5, 1, 4, 9, /**/ 6, 1, 4, 9, /**/ 0, 8, 1, 9, /**/ 0, 1, 2, 9]), [4, 4]);
  const [first, second] = accuracyByTask(logits, [0, 2, 1, 3], tasks, [2, 0]) as [number, number];
  expect(first).toBe(0.5); // the first item is right, the second is taken for 0
  expect(second).toBeNaN();
  expect(accuracyByTask(logits, [0, 2, 1, 3], tasks, [2, 0, 1, 3])).toEqual([0, 0.5]);
  expect(forgetting([[0.9, NaN, NaN], [0.95, 0.8, NaN], [0.5, 0.7, 1]])).toBeCloseTo((0.45 + 0.1) / 2, 10);
});

test("the nearest class mean sees training items only, and distances are squared", () => {
  const features = hostArray(Float32Array.of(0, 0, 2, 0, /**/ 10, 10, /**/ 4, 1, /**/ 99, 99), [5, 2]);
  const lab = { other: features, features, labels: Int32Array.of(0, 0, 1, 0, 1), train: Int32Array.of(0, 1, 2), test: Int32Array.of(3), classes: 2 };
  // means (1, 0) and (10, 10); the test item is (4, 1)
  expect(Array.from(nearnessToMeans(lab).data as Float32Array)).toEqual([-10, -117]);
});

test("digits become black ink on white paper in three channels", () => {
  const set = { pixels: Uint8Array.of(0, 255, 100, 0), count: 1, height: 2, width: 2, channels: 1, labels: Int32Array.of(3), labelNames: ["3"], keys: ["k"], folds: Uint8Array.of(0) };
  const { pixels, width, channels } = asDrawings(set, 2);
  expect([width, channels]).toEqual([2, 3]);
  expect(Array.from(pixels)).toEqual([255, 255, 255, 0, 0, 0, 155, 155, 155, 255, 255, 255]);
});
