/**
 * TensorBoard event files: records of an `Event` message framed by lengths and CRC-32C checksums, as TensorFlow's
 * record writer makes them.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { crc32c } from "./crc32c.ts";

const FILE_VERSION = "brain.Event:2";
/** `SessionLog.SessionStatus.START`: what was logged beyond this step no longer counts. */
const START = 1;

const tag = (field: number, type: WireType): number => (field << 3) | type;

/** Scalars of one step. */
export function scalarsRecord(seconds: number, step: number, scalars: Readonly<Record<string, number>>): Uint8Array {
  const writer = event(seconds, step);
  writer.uint32(tag(5, WireType.LengthDelimited)).fork();
  for (const [name, value] of Object.entries(scalars)) {
    writer.uint32(tag(1, WireType.LengthDelimited)).fork();
    writer.uint32(tag(1, WireType.LengthDelimited)).string(name);
    writer.uint32(tag(2, WireType.Bit32)).float(value);
    writer.join();
  }
  writer.join();
  return frame(writer.finish());
}

/** First record of a file. */
export const versionRecord = (seconds: number): Uint8Array => frame(event(seconds, 0).uint32(tag(3, WireType.LengthDelimited)).string(FILE_VERSION).finish());

/** Says that a run goes on from a step, so that viewers drop what an earlier file logged beyond it. */
export function startRecord(seconds: number, step: number): Uint8Array {
  const writer = event(seconds, step);
  writer.uint32(tag(7, WireType.LengthDelimited)).fork();
  writer.uint32(tag(1, WireType.Varint)).int32(START);
  writer.join();
  return frame(writer.finish());
}

const event = (seconds: number, step: number): BinaryWriter =>
  new BinaryWriter().uint32(tag(1, WireType.Bit64)).double(seconds).uint32(tag(2, WireType.Varint)).int64(step);

/** Length, checksum of the length, data, checksum of the data. */
function frame(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(record.subarray(0, 8))), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return record;
}

/** Checksums are rotated and shifted, for a checksum of data that holds checksums is weak. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
