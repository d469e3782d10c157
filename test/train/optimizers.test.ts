import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile, hostArray, Parameter } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { Module } from "../../src/nn/index.ts";
import { Adafactor, Adam, AdamW, Lamb, Muon, Sgd } from "../../src/train/optimizers/index.ts";
import type { Optimizer } from "../../src/train/optimizers/index.ts";
import { clipFactor, globalNorm } from "../../src/train/gradients.ts";

interface Fixture {
  readonly weight: readonly number[];
  readonly bias: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly trajectories: Readonly<Record<string, readonly (readonly number[])[]>>;
}
const fixture = JSON.parse(readFileSync(new URL("fixtures/optimizers.json", import.meta.url), "utf8")) as Fixture;

class Affine extends Module {
  readonly weight = new Parameter([3, 4], () => Float32Array.from(fixture.weight));
  readonly bias = new Parameter([3], () => Float32Array.from(fixture.bias));
}

const pieces = (values: readonly number[]) => [hostArray(Float32Array.from(values.slice(0, 12)), [3, 4]), hostArray(Float32Array.from(values.slice(12)), [3])] as const;
const valuesOf = (model: Affine): number[] => [...(model.weight.value().data as Float32Array), ...(model.bias.value().data as Float32Array)];

const CASES: Readonly<Record<string, (model: Affine, joinBelow: number) => Optimizer>> = {
  sgd: (model, joinBelow) => new Sgd(model, { learningRate: 0.1, joinBelow }),
  sgdMomentum: (model, joinBelow) => new Sgd(model, { learningRate: 0.1, momentum: 0.9, weightDecay: 0.1, joinBelow }),
  sgdNesterov: (model, joinBelow) => new Sgd(model, { learningRate: 0.1, momentum: 0.9, nesterov: true, joinBelow }),
  adam: (model, joinBelow) => new Adam(model, { learningRate: 0.01, joinBelow }),
  adamPenalty: (model, joinBelow) => new Adam(model, { learningRate: 0.01, betas: [0.9, 0.95], epsilon: 1e-6, weightDecay: 0.1, joinBelow }),
  adamW: (model, joinBelow) => new AdamW(model, { learningRate: 0.01, betas: [0.9, 0.98], weightDecay: 0.1, joinBelow }),
  adafactor: (model, joinBelow) => new Adafactor(model, { joinBelow }),
  adafactorFixed: (model, joinBelow) => new Adafactor(model, { learningRate: 0.02, beta1: 0.9, weightDecay: 0.1, joinBelow }),
  lamb: (model, joinBelow) => new Lamb(model, { learningRate: 0.01, weightDecay: 0.1, joinBelow }),
  muon: (model, joinBelow) => new Muon(model, { learningRate: 0.02, rest: { learningRate: 0.003 }, joinBelow }),
};

test.each(Object.keys(CASES).flatMap((name) => [[name, 0], [name, 4096]] as const))("%s follows its reference for ten steps, small tensors joined below %i elements", async (name, joinBelow) => {
  const model = new Affine();
  const optimizer = CASES[name]!(model, joinBelow);
  const step = compile((weight: Tensor, bias: Tensor) => {
    optimizer.apply([weight, bias]);
  });
  for (const [i, gradient] of fixture.gradients.entries()) {
    await step(...pieces(gradient));
    const expected = fixture.trajectories[name]![i]!;
    const worst = Math.max(...valuesOf(model).map((value, j) => Math.abs(value - expected[j]!)));
    expect(worst, `step ${i + 1}`).toBeLessThan(5e-6);
  }
  expect(optimizer.step.value().data[0]).toBe(10);
});

test("saved state continues the trajectory bit for bit, whatever the joining", async () => {
  const run = (optimizer: Optimizer) => {
    const step = compile((weight: Tensor, bias: Tensor) => {
      optimizer.apply([weight, bias]);
    });
    return async (from: number, to: number) => {
      for (const gradient of fixture.gradients.slice(from, to)) await step(...pieces(gradient));
    };
  };
  const whole = new Affine();
  await run(CASES["adamW"]!(whole, 4096))(0, 10);

  const first = new Affine();
  const before = CASES["adamW"]!(first, 4096);
  await run(before)(0, 5);
  expect([...before.state().keys()].sort()).toEqual([
    "optimizer.bias.firstMoment",
    "optimizer.bias.secondMoment",
    "optimizer.step",
    "optimizer.weight.firstMoment",
    "optimizer.weight.secondMoment",
  ]);
  const second = new Affine();
  second.loadStateDict(first.stateDict());
  const after = CASES["adamW"]!(second, 0);
  after.loadState(before.state());
  await run(after)(5, 10);
  expect(valuesOf(second)).toEqual(valuesOf(whole));
});

test("loading state lists what does not match and changes nothing", () => {
  const optimizer = new Adam(new Affine(), { learningRate: 0.1 });
  const state = optimizer.state();
  state.delete("optimizer.bias.firstMoment");
  state.set("optimizer.extra.firstMoment", hostArray(new Float32Array(1), [1]));
  state.set("optimizer.step", hostArray(Int32Array.of(7), []));
  expect(() => optimizer.loadState(state)).toThrow(/2 names of the optimizer state do not match: optimizer\.bias\.firstMoment is missing; optimizer\.extra\.firstMoment is unexpected/);
  expect(optimizer.step.value().data[0]).toBe(0);
});

test("global-norm clipping: a gradient of norm 5 limited to 1 is divided by 5", async () => {
  const clip = compile((a: Tensor, b: Tensor) => {
    const norm = globalNorm([a, b]);
    return { norm, factor: clipFactor(norm, 1), loose: clipFactor(norm, 10) };
  });
  const { norm, factor, loose } = await clip(hostArray(Float32Array.of(3, 0), [2]), hostArray(Float32Array.of(4), [1]));
  expect(norm.item()).toBe(5);
  expect(factor.item()).toBeCloseTo(0.2, 6);
  expect(loose.item()).toBe(1);
});
