import { expect, test } from "vitest";
import { compile, hostArray, Parameter } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { Module } from "../../src/nn/index.ts";
import { Shadow } from "../../src/train/shadow.ts";
import { Sgd } from "../../src/train/optimizers/index.ts";

class One extends Module {
  readonly weight: Parameter;
  constructor(value: number) {
    super();
    this.weight = new Parameter([1], hostArray(Float32Array.of(value), [1]));
  }
}

const trainer = (model: One, shadow: Shadow) => {
  const optimizer = new Sgd(model, { learningRate: 1 });
  return compile((gradient: Tensor) => {
    const values = optimizer.apply([gradient]);
    shadow.update(values, optimizer.step);
  });
};

test("the average follows after the optimizer: 0.5 * 8 + 0.5 * 6 = 7, then 0.5 * 7 + 0.5 * 2 = 4.5", async () => {
  const model = new One(8);
  const shadow = new Shadow(model, { momentum: 0.5 });
  const step = trainer(model, shadow);
  await step(hostArray(Float32Array.of(2), [1]));
  expect(shadow.stateDict().get("weight")?.data[0]).toBe(7);
  await step(hostArray(Float32Array.of(4), [1]));
  expect(shadow.stateDict().get("weight")?.data[0]).toBe(4.5);
  expect(await shadow.with(async () => model.weight.value().data[0])).toBe(4.5);
  expect(model.weight.value().data[0]).toBe(2);
});

test("a second instance becomes the teacher and starts as a copy", async () => {
  const model = new One(8);
  const teacher = new One(-1);
  const shadow = new Shadow(model, { momentum: 0.75, into: teacher });
  expect(teacher.weight.value().data[0]).toBe(8);
  await trainer(model, shadow)(hostArray(Float32Array.of(4), [1]));
  expect(teacher.weight.value().data[0]).toBe(0.75 * 8 + 0.25 * 4);
});

test("the model gets its own weights back when the task fails", async () => {
  const model = new One(8);
  const shadow = new Shadow(model, { momentum: 0.5 });
  await expect(shadow.with(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(model.weight.value().data[0]).toBe(8);
});
