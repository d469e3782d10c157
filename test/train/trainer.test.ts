import { expect, test } from "vitest";
import { hostArray, Parameter } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";
import { EVALUATE, Module } from "../../src/nn/index.ts";
import { regression } from "../../src/objectives/index.ts";
import { AdamW, compileTrainStep, decodeCheckpoint, MemoryCheckpoints, Sgd, Trainer } from "../../src/train/index.ts";
import type { BatchTensors, TrainEvent } from "../../src/train/index.ts";
import { bitsOf, Mlp, toyData, toyOptions } from "./toy.ts";
import type { ToyBatch } from "./toy.ts";

test("the loss falls, observers see every step, the same seed gives the same bits", async () => {
  const events: TrainEvent[] = [];
  const run = async () => {
    const model = new Mlp();
    const result = await new Trainer({ ...toyOptions(40, model), onEvent: (event) => events.push(event) }).run();
    return { bits: bitsOf(model), losses: result.history.steps["loss"]!, reason: result.reason };
  };
  const first = await run();
  const steps = events.filter((event) => event.type === "step");
  expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  expect(steps[0]!.metrics["learningRate"]).toBe(0);
  expect(steps[4]!.metrics["learningRate"]).toBeCloseTo(0.02, 6);
  expect(events.at(-1)).toMatchObject({ type: "stopped", reason: "finished", step: 40 });
  expect(first.losses.at(-1)).toBeLessThan(0.5 * first.losses[0]!);
  expect(await run()).toEqual(first);
});

test.each([[false], [true]])("run(2N) equals run(N), save, load, run(N) bit for bit, bucketed shapes: %s", async (bucketed) => {
  const whole = new Mlp();
  const unbroken = await new Trainer(toyOptions(20, whole, bucketed)).run();

  const store = new MemoryCheckpoints();
  await new Trainer({ ...toyOptions(9, new Mlp(), bucketed), checkpoints: { store, every: 4 } }).run();
  const model = new Mlp(2); // other weights: all must come from the checkpoint
  const options = toyOptions(20, model, bucketed);
  const resumed = await new Trainer({ ...options, checkpoints: { store, every: 4 } }).run();
  expect(resumed.history.steps).toEqual(unbroken.history.steps);
  expect(bitsOf(model)).toBe(bitsOf(whole));
});

test("another seed draws other random numbers", async () => {
  const losses = async (seed: number) => (await new Trainer({ ...toyOptions(6), seed }).run()).history.steps["loss"];
  expect(await losses(1)).not.toEqual(await losses(2));
});

test("accumulated steps resume bit for bit as well", async () => {
  const whole = new Mlp();
  await new Trainer({ ...toyOptions(6, whole), accumulate: 3 }).run();
  const store = new MemoryCheckpoints();
  await new Trainer({ ...toyOptions(2), accumulate: 3, checkpoints: { store, every: 1 } }).run();
  const model = new Mlp();
  await new Trainer({ ...toyOptions(6, model), accumulate: 3, checkpoints: { store, every: 1 } }).run();
  expect(bitsOf(model)).toBe(bitsOf(whole));
});

test("a damaged checkpoint falls back to the one before and still ends in the same bits", async () => {
  const whole = new Mlp();
  await new Trainer(toyOptions(12, whole)).run();
  const store = new MemoryCheckpoints();
  await new Trainer({ ...toyOptions(8), checkpoints: { store, every: 4 } }).run();
  const newest = store.files.get("checkpoint-1.safetensors")!;
  newest[newest.length - 3]! ^= 1;
  const events: TrainEvent[] = [];
  const model = new Mlp();
  await new Trainer({ ...toyOptions(12, model), checkpoints: { store, every: 4 }, onEvent: (event) => events.push(event) }).run();
  expect(events[0]).toEqual({ type: "resumed", step: 4, name: "checkpoint-0.safetensors", problems: ["checkpoint-1.safetensors: the checksum does not match, the file is damaged"] });
  expect(bitsOf(model)).toBe(bitsOf(whole));
});

test("a checkpoint with other settings is refused, naming what differs, unless the run starts anew", async () => {
  const store = new MemoryCheckpoints();
  await new Trainer({ ...toyOptions(4), checkpoints: { store, every: 4 }, settings: { depth: 2 } }).run();
  const model = new Mlp();
  const optimizer = new AdamW(model, { learningRate: 0.02, weightDecay: 0.05, groups: [{ match: "hidden.bias", learningRate: 0.5 }] });
  const changed = { ...toyOptions(6, model), optimizer, clip: 2, settings: { depth: 3 } };
  await expect(new Trainer({ ...changed, checkpoints: { store, every: 4 } }).run()).rejects.toThrow("checkpoint-0.safetensors: it was saved with other settings: clip was 1, is 2; run.depth was 2, is 3; trained.hidden.bias was \"rate 1, decay 0\", is \"rate 0.5, decay 0\"");
  const anew = await new Trainer({ ...changed, checkpoints: { store, every: 4, resume: false } }).run();
  expect(anew.history.steps["loss"]).toHaveLength(6);
});

test("two micro-batches of four make the update of one batch of eight", async () => {
  const withoutDropout = (model: Mlp) => ({ ...toyOptions(5, model), loss: (batch: BatchTensors<ToyBatch>) => regression(model.forward(batch.x, EVALUATE), batch.y) });
  const whole = new Mlp();
  await new Trainer(withoutDropout(whole)).run();
  const halves = new Mlp();
  const data = toyData(8);
  const pending: ToyBatch[] = [];
  const half = (array: HostArray, part: number) => hostArray(array.data.slice((part * array.data.length) / 2, ((part + 1) * array.data.length) / 2), [4, array.shape[1]!]);
  const micro = {
    ...data,
    async next() {
      if (pending.length === 0) {
        const batch = await data.next();
        pending.push(...[0, 1].map((part) => ({ x: half(batch.x, part), y: half(batch.y, part) })));
      }
      return pending.shift()!;
    },
  };
  const result = await new Trainer({ ...withoutDropout(halves), data: micro, accumulate: 2 }).run();
  expect(result.step).toBe(5);
  for (const [name, { data: values }] of whole.stateDict()) {
    const other = halves.stateDict().get(name)!.data as Float32Array;
    (values as Float32Array).forEach((value, i) => expect(other[i], name).toBeCloseTo(value, 5));
  }
});

class Scalar extends Module {
  readonly weight = new Parameter([1], hostArray(Float32Array.of(1), [1]));
}
const constantData = (x: number) => ({ next: () => Promise.resolve({ x: hostArray(Float32Array.of(x), [1]) }), state: () => null, restore: () => undefined, close: () => Promise.resolve() });

test("a NaN stops the run at its step and leaves the last good checkpoint", async () => {
  const model = new Scalar();
  const store = new MemoryCheckpoints();
  let calls = 0;
  const data = { ...constantData(1), next: () => Promise.resolve({ x: hostArray(Float32Array.of(++calls === 3 ? NaN : 1), [1]) }) };
  const loss = (batch: { readonly x: Tensor }) => ({ loss: model.weight.mul(batch.x).sum() });
  const result = await new Trainer({ model, loss, optimizer: new Sgd(model, { learningRate: 0.25 }), data, steps: 5, checkpoints: { store, every: 1 } }).run();
  expect([result.reason, result.step]).toEqual(["nonFinite", 2]);
  expect(result.message).toMatch(/^step 3: loss is NaN \(gradient norm NaN\); learning rate 0\.25\. To see the first operation that makes it, resume from step 2 with \{debug: true\}/);
  const stored = await decodeCheckpoint(store.files.get("checkpoint-1.safetensors")!, "checkpoint-1");
  expect([stored.step, stored.tensors.get("model.weight")!.data[0]]).toEqual([2, 0.5]);
});

test("an exploding gradient is reported before the loss itself is lost", async () => {
  const model = new Scalar();
  // loss = -w^3: its gradient -3 w^2 drives w up as 1, 31, 28861, ...; the squared norm overflows first
  const result = await new Trainer({ model, loss: () => ({ loss: model.weight.square().mul(model.weight).sum().neg() }), optimizer: new Sgd(model, { learningRate: 10 }), data: constantData(1), steps: 50 }).run();
  expect(result.reason).toBe("nonFinite");
  expect(result.message).toMatch(/^step 4: gradient norm is Infinity \(loss -.*\); learning rate 10\. .* run again with \{debug: true\}/);
});

test("early stopping counts evaluations without improvement; the best checkpoint is kept", async () => {
  const scores = [1, 3, 2, 2.5, 9];
  const store = new MemoryCheckpoints();
  const result = await new Trainer({
    ...toyOptions(50),
    evaluate: { every: 2, run: (step) => Promise.resolve({ score: scores[step / 2 - 1]! }) },
    earlyStop: { metric: "score", order: "higher", patience: 2 },
    checkpoints: { store, every: 100, best: { metric: "score", order: "higher" } },
  }).run();
  expect(result.reason).toBe("earlyStopped");
  expect(result.step).toBe(8);
  expect(result.history.evaluations.map(({ metrics }) => metrics["score"])).toEqual([1, 3, 2, 2.5]);
  expect((await decodeCheckpoint(store.files.get("best-0.safetensors")!, "best")).step).toBe(4);
});

test("an evaluation that gave NaN is still NaN after a resume, and counts as no improvement", async () => {
  const store = new MemoryCheckpoints();
  const evaluate = { every: 1, run: (step: number) => Promise.resolve({ score: step === 2 ? NaN : -step }) };
  await new Trainer({ ...toyOptions(3), evaluate, checkpoints: { store, every: 1 } }).run();
  const resumed = await new Trainer({ ...toyOptions(9), evaluate, earlyStop: { metric: "score", order: "higher", patience: 3 }, checkpoints: { store, every: 1 } }).run();
  expect([resumed.reason, resumed.step]).toEqual(["earlyStopped", 4]);
  expect(resumed.history.evaluations.map(({ metrics }) => metrics["score"])).toEqual([-1, NaN, -3, -4]);
});

test("an aborted run stops between steps, stores itself and goes on", async () => {
  const whole = new Mlp();
  await new Trainer(toyOptions(10, whole)).run();
  const store = new MemoryCheckpoints();
  const controller = new AbortController();
  const first = await new Trainer({ ...toyOptions(10), checkpoints: { store, every: 100 }, signal: controller.signal, onEvent: (event) => event.type === "step" && event.step === 3 && controller.abort() }).run();
  expect([first.reason, first.step]).toEqual(["aborted", 3]);
  const model = new Mlp();
  await new Trainer({ ...toyOptions(10, model), checkpoints: { store, every: 100 } }).run();
  expect(bitsOf(model)).toBe(bitsOf(whole));
});

test("evaluation sees the averaged weights, and training goes on from its own", async () => {
  const plain = new Mlp();
  await new Trainer(toyOptions(6, plain)).run();
  const model = new Mlp();
  const options = toyOptions(6, model);
  const seen: string[] = [];
  await new Trainer({
    ...options,
    evaluate: {
      every: 3,
      run: () => {
        seen.push(bitsOf(model));
        return Promise.resolve({});
      },
    },
  }).run();
  expect(seen).toHaveLength(2);
  expect(seen[1]).not.toBe(bitsOf(model));
  expect(bitsOf(model)).toBe(bitsOf(plain));
});

test("mistakes are explained", () => {
  expect(() => new Trainer({ ...toyOptions(0) })).toThrow("trainer: steps: expected a positive integer, got 0");
  expect(() => new Trainer({ ...toyOptions(1), earlyStop: { metric: "x", order: "lower", patience: 1 } })).toThrow("earlyStop and checkpoints.best need the metrics of {evaluate}");
  const model = new Mlp();
  const step = compileTrainStep<ToyBatch>({ ...toyOptions(1, model), loss: (batch, mode) => ({ loss: model.forward(batch.x, mode).mean(-1) }) });
  return expect(step({ x: hostArray(new Float32Array(8), [2, 4]), y: hostArray(new Float32Array(4), [2, 2]) }, "only")).rejects.toThrow('training step: "loss" must be a single number, got shape [2]');
});
