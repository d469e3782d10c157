/**
 * Properties of every primitive, driven by the samples in its own record: the shape rule agrees with what onnxruntime
 * computes, both lowerings agree, elementwise primitives equal their reference function, and gradients equal central
 * finite differences.
 */
import { describe, expect, test } from "vitest";
import { backward, closeGraph, evaluate, hostArray, sum, tensor } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";
import { tryBroadcast } from "../../src/engine/shape.ts";
import { Program } from "../../src/engine/program.ts";
import { PRIMITIVES } from "../../src/engine/primitives/index.ts";
import type { Primitive, Sample } from "../../src/engine/primitive.ts";
import { backendFor } from "../../src/engine/runtime/devices.ts";
import { apply, applyOne } from "../../src/engine/tensor.ts";
import { input } from "../../src/engine/primitives/structure.ts";

const sampled = [...PRIMITIVES.values()].filter((primitive) => primitive.samples().length > 0);

/** Runs a primitive on inputs that stay inputs of the graph, so that no pass folds them away. */
async function run(primitive: Primitive<unknown>, { inputs, attributes }: Sample<unknown>, lowering: "portable" | "fast"): Promise<HostArray[]> {
  const tensors = inputs.map((array, i) => applyOne(input, [], { name: `x${i}`, aval: array }));
  const outputs = apply(primitive, tensors, attributes);
  const program = await Program.load(closeGraph(tensors, outputs), [], await backendFor("cpu"), { lowering, debug: false });
  try {
    return await program.run(inputs);
  } finally {
    await program.release();
  }
}

const numbers = ({ data }: HostArray): number[] => Array.from(data as ArrayLike<number>, Number);

/** Largest difference relative to the size of the values. */
function gap(a: readonly number[], b: readonly number[]): number {
  const scale = Math.max(1, ...b.map(Math.abs));
  return Math.max(0, ...a.map((value, i) => Math.abs(value - (b[i] as number)) / scale));
}

describe.each(sampled.map((primitive) => [primitive.name, primitive] as const))("%s", (_, primitive) => {
  test("its shape rule and both lowerings agree", async () => {
    for (const sample of primitive.samples()) {
      const avals = primitive.infer(sample.inputs, sample.attributes);
      const portable = await run(primitive, sample, "portable");
      const fast = await run(primitive, sample, "fast");
      portable.forEach((array, i) => {
        expect({ shape: array.shape, dtype: array.dtype }).toEqual({ shape: avals[i]?.shape, dtype: avals[i]?.dtype });
        expect(gap(numbers(fast[i] as HostArray), numbers(array))).toBeLessThan(1e-5);
      });
    }
  });

  if (primitive.evaluate !== undefined) {
    test("equals its reference function element by element", async () => {
      for (const sample of primitive.samples()) {
        const [got] = await run(primitive, sample, "fast");
        expect(gap(numbers(got as HostArray), referenceOf(primitive, sample))).toBeLessThan(2e-6);
      }
    });
  }

  if (typeof primitive.vjp === "function") {
    test("its gradient equals finite differences", async () => {
      for (const sample of primitive.samples()) await checkGradient(primitive, sample);
    });
  }
});

/** The reference function over broadcast inputs. */
function referenceOf(primitive: Primitive<unknown>, { inputs }: Sample<unknown>): number[] {
  const shape = inputs.reduce<number[]>((joined, next) => tryBroadcast(joined, next.shape) as number[], []);
  const size = shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: size }, (_, flat) => {
    const values = inputs.map((array) => {
      let rest = flat;
      let offset = 0;
      let stride = 1;
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        const position = rest % (shape[axis] as number);
        rest = Math.floor(rest / (shape[axis] as number));
        const own = axis - (shape.length - array.shape.length);
        if (own < 0) continue;
        const extent = array.shape[own] as number;
        offset += (extent === 1 ? 0 : position) * stride;
        stride *= extent;
      }
      return Number(array.data[offset]);
    });
    return (primitive.evaluate as (...v: number[]) => number)(...values);
  });
}

/** Weighted sum of the first output, with irregular weights so that errors do not cancel. */
function objective(primitive: Primitive<unknown>, inputs: readonly Tensor[], attributes: unknown): Tensor {
  const y = apply(primitive, inputs, attributes)[0] as Tensor;
  const weights = hostArray(Float32Array.from({ length: y.size }, (_, i) => 0.4 + ((i * 13) % 7) / 5), y.shape);
  return sum(y.mul(tensor(weights)));
}

async function checkGradient(primitive: Primitive<unknown>, sample: Sample<unknown>): Promise<void> {
  const checked = sample.checkGradient ?? sample.inputs.flatMap(({ dtype }, i) => (dtype === "float32" ? [i] : []));
  if (checked.length === 0) return;
  const leaves = sample.inputs.map((array, i) => applyOne(input, [], { name: `x${i}`, aval: array }));
  const loss = objective(primitive, leaves, sample.attributes);
  const targets = checked.map((i) => leaves[i] as Tensor);
  const gradients = backward(loss, tensor(1), targets);
  const program = await Program.load(closeGraph(leaves, [loss, ...targets.map((target) => gradients.get(target) as Tensor)]), [], await backendFor("cpu"), { debug: false });
  const analytic = (await program.run(sample.inputs)).slice(1);
  const step = 1e-2;
  for (const [k, position] of checked.entries()) {
    const array = sample.inputs[position] as HostArray;
    const numeric: number[] = [];
    for (let element = 0; element < array.data.length; element++) {
      const at = async (delta: number): Promise<number> => {
        const data = Float32Array.from(array.data as Float32Array);
        data[element] = (data[element] as number) + delta;
        const [value] = await program.run(sample.inputs.map((other, i) => (i === position ? hostArray(data, array.shape) : other)));
        return Number(value?.data[0]);
      };
      // Fourth-order central difference: float32 noise wants a wide step, curvature wants a high order.
      const near = (await at(step)) - (await at(-step));
      const far = (await at(2 * step)) - (await at(-2 * step));
      numeric.push((8 * near - far) / (12 * step));
    }
    expect(gap(numbers(analytic[k] as HostArray), numeric), `${primitive.name} input ${position} of ${sample.inputs.map((input) => `[${input.shape.join()}]`).join(" ")}`).toBeLessThan(4e-3);
  }
  await program.release();
}

test("evaluate reads values outside compile", async () => {
  const [y] = await evaluate([tensor([1, 2, 3]).add(1).mul(2)]);
  expect(Array.from(y?.data as Float32Array)).toEqual([4, 6, 8]);
});
