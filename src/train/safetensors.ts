/**
 * The safetensors format: 8 bytes of header length (little endian), a JSON header, the tensors' bytes.
 *
 * The reader trusts nothing: lengths and offsets are checked against the file before anything is allocated, and tensors
 * must cover the data section exactly, without gaps or overlaps, as the format demands.
 */
import { hostArray } from "../engine/index.ts";
import type { DType, HostArray, TypedArray } from "../engine/index.ts";
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from "./half.ts";
import { requireShallowJson } from "./json-depth.ts";
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

export interface EncodeSafetensorsOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Stores float32 tensors as the nearest half-precision numbers: half of the bytes, three significant digits. Default false. */
  readonly half?: boolean;
}

/** File bytes. Tensors are laid out by element size, largest first, so that every one is aligned. */
export function encodeSafetensors(tensors: ReadonlyMap<string, HostArray>, { metadata = {}, half = false }: EncodeSafetensorsOptions = {}): Uint8Array<ArrayBuffer> {
  const parts = [...tensors].map(([name, { data, shape, dtype }]) => (half && data instanceof Float32Array ? { name, shape, format: "F16", data: float32ToFloat16(data) } : { name, shape, format: NAMES[dtype], data }));
  parts.sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [["__metadata__", metadata]];
  let end = 0;
  for (const { name, shape, format, data } of parts) {
    if (name === "__metadata__") throw new Error('safetensors: a tensor may not be named "__metadata__"');
    header.push([name, { dtype: format, shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(PREFIX + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, PREFIX);
  bytes.fill(0x20, PREFIX + json.length, PREFIX + headerLength);
  let at = PREFIX + headerLength;
  for (const { data } of parts) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Where the tensors of a file lie. */
export interface SafetensorsLayout {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

export interface StoredTensor {
  readonly shape: readonly number[];
  /** First byte and the one after the last, counted from the start of the file. */
  readonly start: number;
  readonly end: number;
  /** The tensor in a copy of its bytes. Half and double precision are read as float32, small integers as int32. */
  readonly decode: (bytes: Uint8Array<ArrayBuffer>) => HostArray;
}

/** Bytes before the length of the header and after. */
export const SAFETENSORS_PREFIX = PREFIX;

/**
 * Tensors and metadata of a file. Half and double precision are read as float32, small integers as int32.
 * Throws, naming the file as `label`, when anything in it is not as the format says.
 */
export function decodeSafetensors(bytes: Uint8Array, label = "safetensors"): TensorFile {
  const length = safetensorsHeaderLength(bytes, bytes.length, label);
  const { metadata, tensors } = safetensorsLayout(bytes.subarray(PREFIX, PREFIX + length), bytes.length, label);
  return { metadata, tensors: new Map([...tensors].map(([name, { start, end, decode }]) => [name, decode(new Uint8Array(bytes.subarray(start, end)))])) }; // a copy, aligned
}

/** Length of the header, from the first bytes of a file of `fileSize` bytes. Throws when the file cannot hold it. */
export function safetensorsHeaderLength(head: Uint8Array, fileSize: number, label: string): number {
  if (fileSize < PREFIX || head.length < PREFIX) throw new Error(`${label}: expected at least ${PREFIX} bytes, the file has ${fileSize}; it is truncated or not a safetensors file`);
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  if (length > BigInt(HEADER_LIMIT)) throw new Error(`${label}: the header claims ${length} bytes, at most ${HEADER_LIMIT} are allowed; it is not a safetensors file`);
  if (PREFIX + Number(length) > fileSize) throw new Error(`${label}: the header claims ${length} bytes, the file has ${fileSize - PREFIX} after the length; it is truncated`);
  return Number(length);
}

/** Reads a header. Lengths and offsets are checked against the size of the file, so nothing is allocated on its word. */
export function safetensorsLayout(bytes: Uint8Array, fileSize: number, label: string): SafetensorsLayout {
  const dataStart = PREFIX + bytes.length;
  const header = parseHeader(bytes, label);
  const metadata = metadataOf(header["__metadata__"], label);
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => entryOf(name, value, label));
  requireTiling(entries, fileSize - dataStart, label);
  const tensors = entries.map(({ name, format, shape, start, end }): [string, StoredTensor] => [name, { shape, start: dataStart + start, end: dataStart + end, decode: (own) => hostArray(format.read(own), shape, format.dtype) }]);
  return { metadata, tensors: new Map(tensors) };
}

function parseHeader(bytes: Uint8Array, label: string): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${label}: the header is not JSON in UTF-8`, { cause });
  }
  if (!isRecord(header)) throw new Error(`${label}: expected the header to be a JSON object, got ${Array.isArray(header) ? "an array" : typeof header}`);
  requireShallowJson(text, label);
  const repeated = duplicateKey(text);
  if (repeated !== null) throw new Error(`${label}: the header holds "${repeated}" twice`);
  return header;
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
