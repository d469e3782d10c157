/**
 * Packs: what is kept of a source, in one file.
 *
 *   "RPRPACK1" | header length (uint32, little endian) | header (JSON) | padding | arrays | SHA-256 of all before
 *
 * Arrays start at multiples of 64 bytes, so that they are read as views without a copy.
 */
import { DTYPES } from "../engine/dtype.ts";
import type { DType, TypedArray } from "../engine/dtype.ts";
import { hostArray } from "../engine/host-array.ts";
import type { HostArray } from "../engine/host-array.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Pack {
  readonly arrays: Readonly<Record<string, HostArray>>;
  /** Names, texts and counts. */
  readonly meta: { readonly [key: string]: Json };
}

interface ArrayEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** From the first array, in bytes. */
  readonly offset: number;
}

interface Header {
  readonly arrays: readonly ArrayEntry[];
  readonly meta: Pack["meta"];
}

/** The bytes are not an intact pack. */
export class PackError extends Error {
  override readonly name = "PackError";
}

const MAGIC = new TextEncoder().encode("RPRPACK1");
const PREFIX = MAGIC.length + 4;
const DIGEST = 32;
const ALIGNMENT = 64;

const align = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** Bytes of a pack, and their digest. */
export async function encodePack(pack: Pack): Promise<{ bytes: Uint8Array<ArrayBuffer>; sha256: string }> {
  let offset = 0;
  const entries = Object.entries(pack.arrays).map(([name, { data, dtype, shape }]): ArrayEntry => {
    const entry = { name, dtype, shape, offset };
    offset = align(offset + data.byteLength);
    return entry;
  });
  const header = new TextEncoder().encode(JSON.stringify({ arrays: entries, meta: pack.meta } satisfies Header));
  const body = align(PREFIX + header.length);
  const bytes = new Uint8Array(body + offset + DIGEST);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(MAGIC.length, header.length, true);
  bytes.set(header, PREFIX);
  for (const entry of entries) {
    const { data } = pack.arrays[entry.name] as HostArray;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), body + entry.offset);
  }
  const digest = await sha256(bytes.subarray(0, -DIGEST));
  bytes.set(digest, bytes.length - DIGEST);
  return { bytes, sha256: hex(digest) };
}

/** Reads a pack; its arrays are views into `bytes`. Throws PackError if a single bit is not as written. */
export async function decodePack(bytes: Uint8Array<ArrayBuffer>): Promise<{ pack: Pack; sha256: string }> {
  const aligned = bytes.byteOffset % ALIGNMENT === 0 ? bytes : bytes.slice();
  if (aligned.length < PREFIX + DIGEST) throw new PackError(`expected at least ${PREFIX + DIGEST} bytes, got ${aligned.length}`);
  if (!MAGIC.every((byte, index) => aligned[index] === byte)) throw new PackError("does not start with RPRPACK1");
  const expected = hex(aligned.subarray(-DIGEST));
  const found = hex(await sha256(aligned.subarray(0, -DIGEST)));
  if (found !== expected) throw new PackError(`SHA-256 is ${found}, the file says ${expected}`);
  const length = new DataView(aligned.buffer, aligned.byteOffset).getUint32(MAGIC.length, true);
  const header = JSON.parse(new TextDecoder().decode(aligned.subarray(PREFIX, PREFIX + length))) as Header; // written by encodePack: the digest agrees
  const body = align(PREFIX + length);
  const arrays = Object.fromEntries(header.arrays.map((entry) => [entry.name, view(aligned, body, entry)]));
  return { pack: { arrays, meta: header.meta }, sha256: found };
}

function view(bytes: Uint8Array<ArrayBuffer>, body: number, { dtype, shape, offset }: ArrayEntry): HostArray {
  const { Array: Typed } = DTYPES[dtype];
  const length = shape.reduce((product, extent) => product * extent, 1);
  const View = Typed as unknown as new (buffer: ArrayBuffer, offset: number, length: number) => TypedArray;
  return hostArray(new View(bytes.buffer, bytes.byteOffset + body + offset, length), shape, dtype);
}
