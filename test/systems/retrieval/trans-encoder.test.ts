/** Exact checks of Trans-Encoder, on cycles of small numbers and on real, tiny BERTs. */
import { expect, test } from "vitest";
import { compile, grad, GraphRandom, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import type { PlacePair } from "../../../src/data/index.ts";
import { binaryCrossEntropy } from "../../../src/objectives/index.ts";
import { MemoryStore } from "../../../src/lab/index.ts";
import type { ArmContext, BuiltFoundation } from "../../../src/lab/index.ts";
import { Bert, bertEn } from "../../../src/lab/text/index.ts";
import type { BiEncoder } from "../../../src/lab/text/index.ts";
import { encodeSafetensors } from "../../../src/train/index.ts";
import { bothOrders, distilInCycles, meanOf } from "../../../src/systems/retrieval/trans-encoder-cycles.ts";
import { BertLearner, simCse } from "../../../src/systems/retrieval/trans-encoder-learner.ts";
import type { LearnerSettings } from "../../../src/systems/retrieval/trans-encoder-learner.ts";

const TEXTS = ["a red apple on a tree", "a red pear", "stone bridge over a river", "an old bridge", "cold river water", "water of a lake", "a tall tree", "a green leaf"];
const PAIRS: readonly PlacePair[] = [[0, 1], [2, 3], [4, 5], [6, 7], [0, 6], [3, 5], [1, 2], [4, 7]];
const tokenizer = trainBytePairs(TEXTS, { size: 300 });
const sizes = { width: 16, depth: 1, heads: 2, positions: 32 };
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const built: Pick<BuiltFoundation, "id" | "files"> = { id: "bert-en", files: new Map([["tokenizer.json", json(tokenizer.toJson())], ["config.json", json(sizes)], ["model.safetensors", encodeSafetensors(new Bert({ random: RandomStream.of(1), vocabulary: tokenizer.vocabularySize, ...sizes }).stateDict())]]) };
const settings: LearnerSettings = { batch: 4, length: 12, dropout: 0.1, temperature: 0.05, learningRate: 1e-3, cycles: 2, crossSteps: 2, biSteps: 2, handOver: false };

function learner(changes: Partial<LearnerSettings> = {}): BertLearner {
  const context = { arm: "test", seed: 3, settings: { ...settings, ...changes }, random: RandomStream.of(3), artifacts: new MemoryStore(), device: "cpu", signal: new AbortController().signal, report: () => undefined, foundation: () => built };
  return new BertLearner(context as unknown as ArmContext<LearnerSettings>, bertEn, { texts: TEXTS, pairs: PAIRS });
}

const weightsOf = (model: BiEncoder): number[] => [...model.stateDict().values()].flatMap(({ data }) => Array.from(data, Number));

test("soft binary cross-entropy is least where the sigmoid is the label, and there it is the label's entropy", async () => {
  const at = compile((z: Tensor, y: Tensor) => {
    const { loss } = binaryCrossEntropy(z, y);
    return { loss, slope: grad(loss, [z])[0] as Tensor };
  });
  const one = (value: number): HostArray => hostArray(Float32Array.of(value), [1]);
  for (const y of [0.5, 0.2, 0.9]) {
    const z = Math.log(y / (1 - y));
    const { loss, slope } = await at(one(z), one(y));
    expect(loss.item()).toBeCloseTo(-y * Math.log(y) - (1 - y) * Math.log(1 - y), 5);
    expect(slope.item()).toBeCloseTo(0, 6);
    for (const step of [-0.1, 0.1]) expect((await at(one(z + step), one(y))).loss.item()).toBeGreaterThan(loss.item());
  }
  expect((await at(one(0), one(0.5))).loss.item()).toBeCloseTo(0.6931, 4);
  await at.release();
});

/** Models are numbers; a cross-encoder is ten times its labels' first, a bi-encoder one more than them. */
const counted = (log: string[], name: string) => ({
  cosines: (bi: number) => Promise.resolve(Float32Array.of(bi, bi)),
  probabilities: (cross: number) => Promise.resolve(Float32Array.of(cross, cross)),
  trainCross: (cycle: number, [label = NaN]: Float32Array, bi: number) => {
    log.push(`${name} cross ${cycle} learns ${label} after ${bi}`);
    return Promise.resolve(10 * label);
  },
  trainBi: (cycle: number, [label = NaN]: Float32Array, cross: number) => {
    log.push(`${name} bi ${cycle} learns ${label} after ${cross}`);
    return Promise.resolve(label + 1);
  },
});

test("labels are made anew in each cycle, first up, then down", async () => {
  const log: string[] = [];
  const { last, cycles } = await distilInCycles([{ start: 2, forms: counted(log, "a") }], 2);
  expect(log).toEqual(["a cross 0 learns 2 after 2", "a bi 0 learns 20 after 20", "a cross 1 learns 21 after 21", "a bi 1 learns 210 after 210"]);
  expect([last, cycles]).toEqual([[211], [[{ bi: 21, cross: 20 }], [{ bi: 211, cross: 210 }]]]);
});

test("two learners share the mean of their labels, in both directions", async () => {
  const log: string[] = [];
  await distilInCycles([{ start: 1, forms: counted(log, "a") }, { start: 3, forms: { ...counted(log, "b"), probabilities: () => Promise.resolve(Float32Array.of(40, 40)) } }], 1);
  expect(log).toEqual(["a cross 0 learns 2 after 1", "b cross 0 learns 2 after 3", "a bi 0 learns 30 after 20", "b bi 0 learns 30 after 20"]);
  expect([...meanOf([Float32Array.of(0, 1), Float32Array.of(1, 1)])]).toEqual([0.5, 1]);
});

test("no cycle gives the start back, the very model", async () => {
  const own = learner();
  const start = own.newBi();
  const before = weightsOf(start);
  const { last, cycles } = await distilInCycles([{ forms: own, start }], 0);
  expect(last[0]).toBe(start);
  expect(weightsOf(last[0] as BiEncoder)).toEqual(before);
  expect(cycles).toEqual([]);
});

test("mutual distillation of two identical BERTs is self-distillation, weight for weight", async () => {
  const run = async (count: number): Promise<number[][]> => {
    const learners = Array.from({ length: count }, () => learner()).map((own) => ({ forms: own, start: own.startFrom(own.newBi()) }));
    return (await distilInCycles(learners, 1)).last.map(weightsOf);
  };
  const [[alone], [first, second]] = [await run(1), await run(2)];
  expect(first).toEqual(alone);
  expect(second).toEqual(alone);
  expect(alone).not.toEqual(weightsOf(learner().newBi())); // something was learnt
});

test("both orders are twice as many examples, and both carry the pair's label", async () => {
  const labels = Float32Array.from(PAIRS, (_, i) => i / 10);
  const doubled = bothOrders(PAIRS, labels);
  expect(doubled.pairs).toHaveLength(2 * PAIRS.length);
  PAIRS.forEach(([a, b], i) => {
    const at = doubled.pairs.findIndex(([x, y]) => x === b && y === a);
    expect([doubled.labels[i], doubled.labels[at]]).toEqual([labels[i], labels[i]]);
  });
});

test("a bi-encoder starts from SimCSE's model, or takes the cross-encoder's weights; a cross-encoder from the plain model, or the bi-encoder's", async () => {
  const flat = (state: ReadonlyMap<string, HostArray>): number[] => [...state.values()].flatMap(({ data }) => Array.from(data, Number));
  const untouched = { crossSteps: 1, biSteps: 1, learningRate: 1e-12 }; // steps that move nothing
  const labels = new Float32Array(PAIRS.length).fill(0.5);
  const near = (a: readonly number[], b: readonly number[]): boolean => a.every((value, i) => Math.abs(value - (b[i] as number)) < 1e-6);

  const anew = learner(untouched);
  const simcse = anew.startFrom(await anew.trainSimCse(learner({ learningRate: 1e-2 }).newBi(), 1, TEXTS, "other"));
  simcse.loadStateDict(new Map([...simcse.stateDict()].map(([name, array]) => [name, hostArray((array.data as Float32Array).map((value) => value + 0.01), array.shape)])));
  const cross = await anew.trainCross(0, labels, simcse);
  expect(near(flat(cross.encoder.stateDict()), flat(anew.newCross().encoder.stateDict()))).toBe(true);
  expect(near(weightsOf(await anew.trainBi(0, labels, cross)), weightsOf(simcse))).toBe(true);

  const handed = learner({ ...untouched, handOver: true });
  const next = await handed.trainCross(0, labels, simcse);
  expect(near(flat(next.encoder.stateDict()), flat(simcse.query.stateDict()))).toBe(true);
  expect(near(flat(next.encoder.stateDict()), flat(handed.newCross().encoder.stateDict()))).toBe(false);
  const bi = await handed.trainBi(0, labels, next);
  expect(near(flat(bi.query.stateDict()), flat(next.encoder.stateDict()))).toBe(true);
});

test("SimCSE's two encodings of a text differ by dropout alone", async () => {
  const own = learner();
  const model = own.newBi();
  const rows = (side: string): Record<string, HostArray> => ({ [`${side}Ids`]: hostArray(Int32Array.of(1, 5, 6, 2, 1, 9, 8, 2), [2, 4]), [`${side}Segments`]: hostArray(new Int32Array(8), [2, 4]), [`${side}Valid`]: hostArray(new Uint8Array(8).fill(1), [2, 4], "bool") });
  const similarity = (random?: GraphRandom) => compile((batch: Record<string, Tensor>) => simCse(model, batch as Parameters<typeof simCse>[1], random === undefined ? { train: false } : { train: true, random }).positiveSimilarity as Tensor);
  const [still, dropped] = [similarity(), similarity(GraphRandom.of(1))];
  const batch = { ...rows("query"), ...rows("document") };
  expect((await still(batch)).item()).toBeCloseTo(1, 5);
  expect((await dropped(batch)).item()).toBeLessThan(0.999);
  await still.release();
  await dropped.release();
});
