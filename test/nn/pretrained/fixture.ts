/** Fixtures of test/fixtures/huggingface: tiny random checkpoints with the outputs of an independent PyTorch reference. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { hostArray } from "../../../src/engine/index.ts";
import type { HostArray } from "../../../src/engine/index.ts";
import type { Config, TensorSource } from "../../../src/nn/pretrained/index.ts";
import { decodeSafetensors } from "../../../src/train/index.ts";

export const FIXTURES = fileURLToPath(new URL("../../fixtures/huggingface/", import.meta.url));

export interface Fixture {
  readonly config: Config;
  readonly tensors: Map<string, HostArray>;
  readonly inputs: Readonly<Record<string, HostArray>>;
  readonly outputs: Readonly<Record<string, HostArray>>;
}

const named = (tensors: ReadonlyMap<string, HostArray>, prefix: string): Record<string, HostArray> =>
  Object.fromEntries([...tensors].flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [])));

export function readFixture(name: string): Fixture {
  const file = (path: string): Buffer => readFileSync(`${FIXTURES}${name}/${path}`);
  const expected = decodeSafetensors(file("expected.safetensors")).tensors;
  return { config: JSON.parse(file("config.json").toString()) as Config, tensors: decodeSafetensors(file("model.safetensors")).tensors, inputs: named(expected, "input."), outputs: named(expected, "output.") };
}

export const fixtureNames = (): string[] => readdirSync(FIXTURES, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() && readdirSync(FIXTURES + entry.name).includes("expected.safetensors") ? [entry.name] : []));

export const sourceOf = (tensors: ReadonlyMap<string, HostArray>): TensorSource => ({ shapes: new Map([...tensors].map(([name, { shape }]) => [name, shape])), read: (name) => tensors.get(name) as HostArray });

/** Shape and bytes of an array in one comparable text, faster to compare than element by element. */
export const fingerprint = ({ data, shape, dtype }: HostArray): string => `${dtype} [${shape.join()}] ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64")}`;

export const fingerprints = (tensors: ReadonlyMap<string, HostArray>): Record<string, string> => Object.fromEntries([...tensors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, fingerprint(value)]));

/** bool from 0 and 1. */
export const booleans = ({ data, shape }: HostArray): HostArray => hostArray(Uint8Array.from(data as BigInt64Array, Number), shape, "bool");

/** NaN in `b` stands for what no reader looks at, such as the states of padding in models that leave them undefined. */
export const largestDifference = (a: HostArray, b: HostArray): number => {
  if (a.shape.join() !== b.shape.join()) throw new Error(`shapes [${a.shape.join()}] and [${b.shape.join()}] differ`);
  return (a.data as Float32Array).reduce((most, value, i) => (Number.isNaN(b.data[i]) ? most : Math.max(most, Math.abs(value - (b.data[i] as number)))), 0);
};
