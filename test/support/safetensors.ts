/** Reads the reference files of test/fixtures. See test/fixtures/README.md for what they hold. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { hostArray } from "../../src/engine/index.ts";
import type { DType, HostArray, TypedArray } from "../../src/engine/index.ts";

/** One case: attributes it was computed with, and its tensors by name. */
export interface ReferenceCase {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, HostArray>;
  /** A tensor that must be there. */
  tensor(name: string): HostArray;
}

const TYPES: Readonly<Record<string, { readonly dtype: DType; readonly make: (bytes: ArrayBuffer) => TypedArray }>> = {
  F32: { dtype: "float32", make: (bytes) => new Float32Array(bytes) },
  I32: { dtype: "int32", make: (bytes) => new Int32Array(bytes) },
  BOOL: { dtype: "bool", make: (bytes) => new Uint8Array(bytes) },
};

const Entry = z.object({ dtype: z.enum(["F32", "I32", "BOOL"]), shape: z.array(z.number()), data_offsets: z.tuple([z.number(), z.number()]) });
const Metadata = z.object({ torch: z.string(), cases: z.string() });
const Cases = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Cases of `test/fixtures/<file>.safetensors`, in the order they were written. */
export function readReference(file: string): ReferenceCase[] {
  const bytes = readFileSync(new URL(`../fixtures/${file}.safetensors`, import.meta.url));
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__: metadata, ...entries } = z.record(z.string(), z.unknown()).parse(JSON.parse(bytes.toString("utf8", 8, start)));
  const arrays = Object.entries(entries).map(([name, value]): [string, HostArray] => {
    const { dtype, shape, data_offsets: [from, to] } = Entry.parse(value);
    const type = TYPES[dtype] as (typeof TYPES)[string];
    return [name, hostArray(type.make(Uint8Array.from(bytes.subarray(start + from, start + to)).buffer), shape, type.dtype)];
  });
  return Object.entries(Cases.parse(JSON.parse(Metadata.parse(metadata).cases))).map(([name, attributes]) => {
    const tensors = new Map(arrays.flatMap(([key, array]) => (key.startsWith(`${name}/`) ? [[key.slice(name.length + 1), array] as const] : [])));
    return {
      name,
      attributes,
      tensors,
      tensor(key) {
        const array = tensors.get(key);
        if (array === undefined) throw new Error(`${file}: case ${name} has no tensor ${key}; it has ${[...tensors.keys()].join(", ")}`);
        return array;
      },
    };
  });
}
