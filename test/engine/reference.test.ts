/**
 * Values and gradients of the engine's operations equal PyTorch's, case by case (test/fixtures/README.md). Every case of
 * these files must have a subject here, so a new case without one fails.
 */
import { describe, expect, test } from "vitest";
import * as engine from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { expectReference } from "../support/reference.ts";
import type { Inputs, Subject } from "../support/reference.ts";
import { readReference } from "../support/safetensors.ts";

const ops = engine as unknown as Readonly<Record<string, (...args: unknown[]) => Tensor>>;
const call = (name: string, ...args: unknown[]): Tensor => {
  const fn = ops[name];
  if (fn === undefined) throw new Error(`the engine has no function ${name}`);
  return fn(...args);
};

const UNARY = ["neg", "exp", "erf", "tanh", "sigmoid", "softplus", "sin", "cos", "abs", "relu", "sign", "floor", "ceil", "round", "trunc", "square", "reciprocal", "gelu", "silu", "quickGelu", "log", "sqrt", "rsqrt"];
const BINARY = ["add", "sub", "mul", "div", "maximum", "minimum", "mod", "pow"];
const REDUCTIONS = ["sum", "mean", "max", "min", "logSumExp"];

const named = (names: readonly string[], subject: (name: string) => Subject): Record<string, Subject> => Object.fromEntries(names.map((name) => [name, subject(name)]));
const x = (inputs: Inputs): Tensor => inputs.x as Tensor;
const reduced = (name: string): Subject => (inputs, { axis, ...options }) => call(name, x(inputs), axis, options);
const along = (name: string): Subject => (inputs, { axis }) => call(name, x(inputs), axis);
const indexed = (name: string): Subject => ({ x: data, index, values }, { axis }) => (values === undefined ? call(name, data, index, axis) : call(name, data, index, values, axis));
const cumulative = (name: string): Subject => (inputs, { axis, ...options }) => call(name, x(inputs), axis, options);

const SUBJECTS: Readonly<Record<string, Readonly<Record<string, Subject>>>> = {
  elementwise: {
    ...named(UNARY, (name) => (inputs) => call(name, x(inputs))),
    ...named(BINARY, (name) => ({ a, b }) => call(name, a, b)),
    "gelu.tanh": (inputs) => engine.gelu(x(inputs), "tanh"),
    "maximum.ties": ({ a, b }) => engine.maximum(a as Tensor, b as Tensor),
    where: ({ condition, a, b }) => engine.where(condition as Tensor, a as Tensor, b as Tensor),
    clip: (inputs, { low, high }) => engine.clip(x(inputs), low as number, high as number),
  },
  reduction: {
    ...named(REDUCTIONS.flatMap((name) => [`${name}.1`, `${name}.2`]), (name) => reduced(name.slice(0, -2))),
    ...named(["prod", "variance", "norm"], reduced),
    "variance.unbiased": reduced("variance"),
    ...named(["l2Normalize", "argMax", "argMin"], along),
  },
  layout: {
    transpose: (inputs, { permutation }) => call("transpose", x(inputs), permutation),
    slice: (inputs, { ranges }) => call("slice", x(inputs), ranges),
    flip: along("flip"),
    roll: (inputs, { amount, axis }) => call("roll", x(inputs), amount, axis),
    tile: (inputs, { repeats }) => call("tile", x(inputs), repeats),
    expand: (inputs, { shape }) => call("expand", x(inputs), shape),
    concat: ({ a, b }, { axis }) => call("concat", [a, b], axis),
    ...named(["pad.constant", "pad.reflect", "pad.edge"], () => (inputs, { amounts, mode }) => call("pad", x(inputs), amounts, { mode })),
    ...named(["gather", "takeAlongAxis", "scatterAdd", "scatterSet"], indexed),
  },
  product: {
    matmul: ({ a, b }) => engine.matmul(a as Tensor, b as Tensor),
    linear: ({ weight, bias, ...inputs }) => engine.linear(x(inputs), weight as Tensor, bias),
    ...named(
      ["batched", "severalAxes", "implicit", "outer", "dot", "lonely", "permute", "three", "turned", "scalar", "batchLast"].map((name) => `einsum.${name}`),
      () => ({ a, b, c }, { subscripts }) => engine.einsum(subscripts as string, ...[a, b, c].filter((operand) => operand !== undefined)),
    ),
  },
  order: {
    ...named(["topK", "topK.axis0"], () => (inputs, { k, axis }) => ({ ...engine.topK(x(inputs), k as number, axis as number) })),
    ...named(["sort", "sort.descending"], () => (inputs, { axis, descending }) => ({
      values: engine.sort(x(inputs), axis as number, { descending: descending as boolean }),
      indices: engine.argSort(x(inputs), axis as number, { descending: descending as boolean }),
    })),
    ...named(["cumSum", "cumSum.reverse", "cumSum.exclusive", "cumSum.both"], () => cumulative("cumSum")),
    cumProd: cumulative("cumProd"),
    reverseSequence: (inputs) => engine.reverseSequence(x(inputs), inputs.lengths as Tensor),
    maskedSoftmax: (inputs, { axis }) => engine.maskedSoftmax(x(inputs), inputs.mask as Tensor, axis as number),
    ...named(["softmaxOne", "softmaxOne.masked"], () => (inputs, { axis }) => engine.softmaxOne(x(inputs), axis as number, inputs.mask)),
    gumbelSoftmax: ({ logits, noise }, { temperature }) => {
      const options = { temperature: temperature as number, random: { gumbel: () => noise as Tensor } };
      return { soft: engine.gumbelSoftmax(logits as Tensor, options), hard: engine.gumbelSoftmax(logits as Tensor, { ...options, hard: true }) };
    },
  },
};

const NORMALIZATION: Readonly<Record<string, Subject>> = {
  ...named(["softmax", "logSoftmax"], along),
  layerNorm: (inputs, { epsilon }) => engine.layerNorm(x(inputs), inputs.scale, inputs.bias, epsilon as number),
  rmsNorm: (inputs, { epsilon }) => engine.rmsNorm(x(inputs), inputs.scale, epsilon as number),
};

describe.each(Object.entries(SUBJECTS))("%s", (file, subjects) => {
  const cases = readReference(file);
  test.each(cases.map((reference) => [reference.name, reference] as const))("%s", async (name, reference) => {
    const subject = subjects[name];
    expect(subject, `a subject for case ${name}`).toBeDefined();
    await expectReference(reference, subject as Subject);
  });
});

describe("normalization", () => {
  const cases = new Map(readReference("normalization").map((reference) => [reference.name, reference]));
  test.each(Object.entries(NORMALIZATION))("%s", async (name, subject) => {
    const reference = cases.get(name);
    if (reference === undefined) throw new Error(`normalization.safetensors has no case ${name}`);
    await expectReference(reference, subject);
  });
});

test("softmaxCrossEntropy equals the rows of PyTorch's cross entropy", async () => {
  const reference = readReference("losses").find(({ name }) => name === "crossEntropy.rows");
  if (reference === undefined) throw new Error("losses.safetensors has no case crossEntropy.rows");
  await expectReference(reference, ({ logits, labels }) => engine.softmaxCrossEntropy(logits as Tensor, labels as Tensor));
});
