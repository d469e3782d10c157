/**
 * The safetensors format: 8 bytes of header length (little endian), a JSON header, the tensors' bytes.
 *
 * The reader trusts nothing: lengths and offsets are checked against the file before anything is allocated, and tensors
 * must cover the data section exactly, without gaps or overlaps, as the format demands.
 */
import { hostArray } from "../engine/index.ts";
import type { DType, HostArray, TypedArray } from "../engine/index.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "./half.ts";
import { duplicateKey } from "./json-keys.ts";

export interface TensorFile {
  readonly tensors: Map<string, HostArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Format {
  readonly bytes: number;
  /** Element type it is read as. */
  readonly dtype: DType;
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => TypedArray;
}

/** Longest header the format allows. */
const HEADER_LIMIT = 100_000_000;
const PREFIX = 8;

const FORMATS: Readonly<Record<string, Format>> = {
  F64: { bytes: 8, dtype: "float32", read: ({ buffer }) => Float32Array.from(new Float64Array(buffer)) },
  F32: { bytes: 4, dtype: "float32", read: ({ buffer }) => new Float32Array(buffer) },
  F16: { bytes: 2, dtype: "float32", read: ({ buffer }) => float16ToFloat32(new Uint16Array(buffer)) },
  BF16: { bytes: 2, dtype: "float32", read: ({ buffer }) => bfloat16ToFloat32(new Uint16Array(buffer)) },
  I64: { bytes: 8, dtype: "int64", read: ({ buffer }) => new BigInt64Array(buffer) },
  I32: { bytes: 4, dtype: "int32", read: ({ buffer }) => new Int32Array(buffer) },
  I16: { bytes: 2, dtype: "int32", read: ({ buffer }) => Int32Array.from(new Int16Array(buffer)) },
  I8: { bytes: 1, dtype: "int32", read: ({ buffer }) => Int32Array.from(new Int8Array(buffer)) },
  U32: { bytes: 4, dtype: "uint32", read: ({ buffer }) => new Uint32Array(buffer) },
  U8: { bytes: 1, dtype: "uint8", read: (bytes) => bytes },
  BOOL: { bytes: 1, dtype: "bool", read: (bytes) => bytes.map((byte) => Number(byte !== 0)) },
};

const NAMES: Readonly<Record<DType, string>> = { float32: "F32", int64: "I64", int32: "I32", uint32: "U32", uint8: "U8", bool: "BOOL" };

interface Entry {
  readonly name: string;
  readonly format: Format;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** File bytes. Tensors are laid out by element size, largest first, so that every one is aligned. */
export function encodeSafetensors(tensors: ReadonlyMap<string, HostArray>, metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [["__metadata__", metadata]];
  let end = 0;
  for (const [name, { data, shape, dtype }] of ordered) {
    if (name === "__metadata__") throw new Error('safetensors: a tensor may not be named "__metadata__"');
    header.push([name, { dtype: NAMES[dtype], shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(PREFIX + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, PREFIX);
  bytes.fill(0x20, PREFIX + json.length, PREFIX + headerLength);
  let at = PREFIX + headerLength;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Tensors and metadata of a file. Half and double precision are read as float32, small integers as int32.
 * Throws, naming the file as `label`, when anything in it is not as the format says.
 */
export function decodeSafetensors(bytes: Uint8Array, label = "safetensors"): TensorFile {
  const { header, dataStart } = readHeader(bytes, label);
  const metadata = metadataOf(header["__metadata__"], label);
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => entryOf(name, value, label));
  requireTiling(entries, bytes.length - dataStart, label);
  const tensors = new Map<string, HostArray>();
  for (const { name, format, shape, start, end } of entries) {
    const own = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end)); // a copy, aligned
    tensors.set(name, hostArray(format.read(own), shape, format.dtype));
  }
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array, label: string): { readonly header: Record<string, unknown>; readonly dataStart: number } {
  if (bytes.length < PREFIX) throw new Error(`${label}: expected at least ${PREFIX} bytes, the file has ${bytes.length}; it is truncated or not a safetensors file`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(HEADER_LIMIT)) throw new Error(`${label}: the header claims ${length} bytes, at most ${HEADER_LIMIT} are allowed; it is not a safetensors file`);
  const dataStart = PREFIX + Number(length);
  if (dataStart > bytes.length) throw new Error(`${label}: the header claims ${length} bytes, the file has ${bytes.length - PREFIX} after the length; it is truncated`);
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(PREFIX, dataStart));
    header = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${label}: the header is not JSON in UTF-8`, { cause });
  }
  if (!isRecord(header)) throw new Error(`${label}: expected the header to be a JSON object, got ${Array.isArray(header) ? "an array" : typeof header}`);
  const repeated = duplicateKey(text);
  if (repeated !== null) throw new Error(`${label}: the header holds "${repeated}" twice`);
  return { header, dataStart };
}

function metadataOf(value: unknown, label: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value) || Object.values(value).some((item) => typeof item !== "string")) throw new Error(`${label}: expected __metadata__ to map strings to strings`);
  return value as Record<string, string>;
}

function entryOf(name: string, value: unknown, label: string): Entry {
  const where = `${label}: ${name}`;
  if (!isRecord(value)) throw new Error(`${where}: expected an object with dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = value;
  const format = typeof dtype === "string" && Object.hasOwn(FORMATS, dtype) ? FORMATS[dtype] : undefined;
  if (format === undefined) throw new Error(`${where}: unknown dtype ${JSON.stringify(dtype)}; known are ${Object.keys(FORMATS).join(", ")}`);
  if (!isExtents(shape)) throw new Error(`${where}: expected shape to be a list of whole numbers, got ${JSON.stringify(shape)}`);
  if (!isExtents(offsets) || offsets.length !== 2 || (offsets[0] as number) > (offsets[1] as number)) throw new Error(`${where}: expected data_offsets to be [start, end], got ${JSON.stringify(offsets)}`);
  const [start = 0, end = 0] = offsets;
  const size = shape.reduce((product, extent) => product * extent, 1) * format.bytes;
  if (size !== end - start) throw new Error(`${where}: ${String(dtype)} [${shape.join(", ")}] takes ${size} bytes, data_offsets give ${end - start}`);
  return { name, format, shape, start, end };
}

/** Tensors must cover the data section exactly. */
function requireTiling(entries: readonly Entry[], available: number, label: string): void {
  let covered = 0;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (end > available) throw new Error(`${label}: ${name} ends at byte ${end}, the file holds ${available} bytes of data; it is truncated`);
    if (start !== covered) throw new Error(`${label}: ${name} starts at byte ${start}, expected ${covered}: tensors must neither overlap nor leave gaps`);
    covered = end;
  }
  if (covered !== available) throw new Error(`${label}: ${available - covered} bytes follow the last tensor`);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isExtents = (value: unknown): value is number[] => Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
