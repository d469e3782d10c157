import { expect, test } from "vitest";
import { hostArray } from "../../src/engine/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/train/safetensors.ts";

/** A file with the given header text and data. */
function file(header: string | Uint8Array, data: Uint8Array = new Uint8Array(0), length?: bigint): Uint8Array {
  const json = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}
const entry = (dtype: string, shape: readonly number[], start: number, end: number): object => ({ dtype, shape, data_offsets: [start, end] });

test("tensors of every type come back as they were, with metadata", () => {
  const tensors = new Map([
    ["flag", hostArray(Uint8Array.of(1, 0, 1), [3], "bool")],
    ["weight", hostArray(Float32Array.of(1.5, -2, 0.25, 3), [2, 2])],
    ["scalar", hostArray(Int32Array.of(-7), [])],
    ["ids", hostArray(BigInt64Array.of(-1n, 2n ** 40n), [2])],
    ["empty", hostArray(new Float32Array(0), [0, 4])],
  ]);
  const bytes = encodeSafetensors(tensors, { metadata: { format: "pt" } });
  const read = decodeSafetensors(bytes);
  expect(read.metadata).toEqual({ format: "pt" });
  expect(read.tensors).toEqual(new Map([...tensors].sort(([a], [b]) => [...read.tensors.keys()].indexOf(a) - [...read.tensors.keys()].indexOf(b))));
  expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
});

test("half precision is read as float32", () => {
  // 1.5, -2, the smallest subnormal and infinity, from the bit layout of IEEE 754 binary16
  const half = new Uint8Array(Uint16Array.of(0x3e00, 0xc000, 0x0001, 0x7c00).buffer);
  expect([...(decodeSafetensors(file(JSON.stringify({ h: entry("F16", [4], 0, 8) }), half)).tensors.get("h")!.data as Float32Array)]).toEqual([1.5, -2, 2 ** -24, Infinity]);
  // 1.0 is 0x3f80, -3.0 is 0xc040 in bfloat16
  const brain = new Uint8Array(Uint16Array.of(0x3f80, 0xc040).buffer);
  expect([...(decodeSafetensors(file(JSON.stringify({ b: entry("BF16", [2], 0, 4) }), brain)).tensors.get("b")!.data as Float32Array)]).toEqual([1, -3]);
});

const four = new Uint8Array(4);
const HOSTILE: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["shorter than the length field", Uint8Array.of(1, 2, 3), /expected at least 8 bytes, the file has 3/],
  ["a header longer than the file", file("{}", four, 1000n), /claims 1000 bytes, the file has 6 after the length; it is truncated/],
  ["a header of exabytes", file("{}", four, 2n ** 63n), /claims 9223372036854775808 bytes, at most 100000000 are allowed/],
  ["a header that is not UTF-8", file(Uint8Array.of(0x7b, 0xff, 0x7d)), /not JSON in UTF-8/],
  ["a header that is not JSON", file("{'a': 1}"), /not JSON in UTF-8/],
  ["a header that is a list", file("[]"), /expected the header to be a JSON object, got an array/],
  ["a name twice", file(`{"a":${JSON.stringify(entry("U8", [4], 0, 4))},"\\u0061":${JSON.stringify(entry("U8", [4], 0, 4))}}`, four), /holds "a" twice/],
  ["an unknown type", file(JSON.stringify({ a: entry("F8", [4], 0, 4) }), four), /a: unknown dtype "F8"; known are F64, F32/],
  ["a type named like an inherited property", file(JSON.stringify({ a: entry("toString", [4], 0, 4) }), four), /unknown dtype "toString"/],
  ["a negative extent", file(JSON.stringify({ a: entry("U8", [-4], 0, 4) }), four), /expected shape to be a list of whole numbers, got \[-4\]/],
  ["a shape beyond its bytes", file(JSON.stringify({ a: entry("F32", [2 ** 40], 0, 4) }), four), /takes 4398046511104 bytes, data_offsets give 4/],
  ["a shape whose size overflows", file(JSON.stringify({ a: entry("F32", [2 ** 52, 2 ** 52, 2 ** 52], 0, 4) }), four), /data_offsets give 4/],
  ["offsets beyond the file", file(JSON.stringify({ a: entry("U8", [2 ** 40], 0, 2 ** 40) }), four), /a ends at byte 1099511627776, the file holds 4 bytes/],
  ["overlapping tensors", file(JSON.stringify({ a: entry("U8", [3], 0, 3), b: entry("U8", [2], 2, 4) }), four), /b starts at byte 2, expected 3/],
  ["a gap", file(JSON.stringify({ a: entry("U8", [1], 0, 1), b: entry("U8", [2], 2, 4) }), four), /b starts at byte 2, expected 1/],
  ["trailing bytes", file(JSON.stringify({ a: entry("U8", [3], 0, 3) }), four), /1 bytes follow the last tensor/],
  ["offsets in the wrong order", file(JSON.stringify({ a: { dtype: "U8", shape: [0], data_offsets: [4, 0] } }), four), /expected data_offsets to be \[start, end\], got \[4,0\]/],
  ["metadata that is not text", file(JSON.stringify({ __metadata__: { a: 1 } })), /expected __metadata__ to map strings to strings/],
];

test("a boolean of any byte but 0 is true", () => {
  const { tensors } = decodeSafetensors(file(JSON.stringify({ a: entry("BOOL", [4], 0, 4) }), Uint8Array.of(0, 1, 7, 255)), "model.safetensors");
  expect([...(tensors.get("a")?.data ?? [])]).toEqual([0, 1, 1, 1]);
});

test.each(HOSTILE)("refused: %s", (_, bytes, message) => {
  expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow(message);
  expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow(/^model\.safetensors: /);
});

test("a file cut at any byte is refused", () => {
  const whole = encodeSafetensors(new Map([["a", hostArray(Float32Array.of(1, 2), [2])]]));
  for (let length = 0; length < whole.length; length++) expect(() => decodeSafetensors(whole.subarray(0, length))).toThrow();
});

test("float32 tensors are stored in half precision on request, integers as they are", () => {
  const tensors = new Map([["w", hostArray(Float32Array.of(1.5, -2, 1 / 3), [3])], ["n", hostArray(Int32Array.of(70000), [1])]]);
  const bytes = encodeSafetensors(tensors, { half: true });
  const read = decodeSafetensors(bytes).tensors;
  // One third in half precision: 1365 * 2^-12.
  expect([...(read.get("w")!.data as Float32Array)]).toEqual([1.5, -2, 1365 / 4096]);
  expect([...(read.get("n")!.data as Int32Array)]).toEqual([70000]);
});
