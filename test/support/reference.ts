/** Compares a function on tensors with a stored reference case: outputs, and gradients of the inputs. */
import { expect } from "vitest";
import { backward, evaluate, tensor } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";
import type { ReferenceCase } from "./safetensors.ts";

export type Inputs = Readonly<Record<string, Tensor>>;

/** Computes the outputs of a case by name from its inputs; a single tensor is the one called `output`. */
export type Subject = (inputs: Inputs, attributes: Readonly<Record<string, unknown>>) => Tensor | Readonly<Record<string, Tensor>>;

/** Expects values, and gradients for the stored upstream gradients, within `tolerance` of the largest value of each tensor. */
export async function expectReference(reference: ReferenceCase, subject: Subject, tolerance = 1e-5): Promise<void> {
  const inputs = Object.fromEntries([...reference.tensors].map(([name, array]) => [name, tensor(array)]));
  const result = subject(inputs, reference.attributes);
  const outputs: Readonly<Record<string, Tensor>> = isTensor(result) ? { output: result } : result;
  const computed = new Map<string, Tensor>(Object.entries(outputs));
  for (const [name, gradient] of gradientsOf(reference, inputs, outputs)) computed.set(name, gradient);
  const values = await evaluate([...computed.values()]);
  [...computed.keys()].forEach((name, i) => expectClose(values[i] as HostArray, reference.tensor(name), `${reference.name}/${name}`, tolerance));
}

/** Gradients of sum(output * seed), by the names they have in the file. */
function gradientsOf(reference: ReferenceCase, inputs: Inputs, outputs: Readonly<Record<string, Tensor>>): Map<string, Tensor> {
  const named = [...reference.tensors.keys()].filter((name) => name.startsWith("gradient."));
  const flowing = Object.keys(outputs).filter((name) => reference.tensors.has(`seed.${name}`));
  if (flowing.length === 0) return new Map();
  const loss = flowing.map((name) => (outputs[name] as Tensor).mul(inputs[`seed.${name}`] as Tensor).sum()).reduce((a, b) => a.add(b));
  const targets = named.map((name) => inputs[name.replace("gradient.", "")] as Tensor);
  const gradients = backward(loss, tensor(1), targets);
  return new Map(named.map((name, i) => [name, gradients.get(targets[i] as Tensor) ?? (targets[i] as Tensor).mul(0)]));
}

const isTensor = (value: Tensor | Readonly<Record<string, Tensor>>): value is Tensor => "node" in value && "index" in value;

export function expectClose(got: HostArray, expected: HostArray, label: string, tolerance: number): void {
  expect({ shape: got.shape, dtype: got.dtype }, label).toEqual({ shape: expected.shape, dtype: expected.dtype });
  const numbers = (array: HostArray): number[] => Array.from(array.data as ArrayLike<number>, Number);
  const values = numbers(got);
  const wanted = numbers(expected);
  const scale = Math.max(1, ...wanted.map(Math.abs));
  wanted.forEach((value, i) => expect(Math.abs((values[i] as number) - value) / scale, `${label}[${i}]: got ${values[i]}, expected ${value}`).toBeLessThan(tolerance));
}
