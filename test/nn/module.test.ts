import { expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { Linear, Module } from "../../src/nn/index.ts";

class Mlp extends Module {
  readonly hidden: Linear;
  readonly output: Linear;
  constructor(random: RandomStream) {
    super();
    this.hidden = new Linear(2, 16, { random: random.child("hidden") });
    this.output = new Linear(16, 2, { random: random.child("output") });
  }
  forward(x: Tensor): Tensor {
    return this.output.forward(this.hidden.forward(x).gelu());
  }
}

test("parameters are found by walking fields and named by path", () => {
  const model = new Mlp(RandomStream.of(1));
  expect([...model.namedParameters().keys()]).toEqual(["hidden.weight", "hidden.bias", "output.weight", "output.bias"]);
  expect(model.parameterCount()).toBe(2 * 16 + 16 + 16 * 2 + 2);
});

test("errors carry the module path", () => {
  const model = new Mlp(RandomStream.of(1));
  model.namedParameters();
  const bad = compile((x: Tensor) => model.forward(x));
  return expect(bad(hostArray(new Float32Array(6), [2, 3]))).rejects.toThrow(/^hidden: linear: input \[2, 3\] x weight \[16, 2\]/);
});

test("loading lists every mismatch and changes nothing", () => {
  const model = new Mlp(RandomStream.of(1));
  const state = model.stateDict();
  const before = Array.from(state.get("hidden.bias")!.data as Float32Array);
  state.delete("output.weight");
  state.set("hidden.weight", hostArray(new Float32Array(4), [2, 2]));
  state.set("extra", hostArray(new Float32Array(1), [1]));
  expect(() => model.loadStateDict(state)).toThrow(/3 of 4 names do not match: hidden\.weight expects float32\[16, 2\], found float32\[2, 2\]; output\.weight is missing; extra is unexpected/);
  expect(Array.from(model.stateDict().get("hidden.bias")!.data as Float32Array)).toEqual(before);
});

test("an MLP learns exclusive or", async () => {
  const model = new Mlp(RandomStream.of(3));
  const parameters = model.parameters();
  const x = hostArray(Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), [4, 2]);
  const labels = hostArray(Int32Array.of(0, 1, 1, 0), [4]);
  const step = compile((batch: { x: Tensor; labels: Tensor }) => {
    const logProbabilities = model.forward(batch.x).logSoftmax();
    const loss = logProbabilities.takeAlongAxis(batch.labels.unsqueeze(1)).mean().neg();
    grad(loss, parameters).forEach((g, i) => parameters[i]!.assign(parameters[i]!.sub(g.mul(0.5))));
    return { loss };
  });
  let loss = Infinity;
  for (let i = 0; i < 400; i++) loss = (await step({ x, labels })).loss.item();
  expect(step.programs).toBe(1);
  expect(loss).toBeLessThan(0.05);
});
