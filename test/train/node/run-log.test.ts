import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { crc32c } from "../../../src/train/node/crc32c.ts";
import { scalarsRecord } from "../../../src/train/node/event-file.ts";
import { RunLog } from "../../../src/train/node/index.ts";

test("CRC-32C of the check string is that of RFC 3720", () => {
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
});

test("a record frames an Event message byte by byte", () => {
  const record = scalarsRecord(2, 5, { a: 1 });
  // Event: 09 double 2, 10 int64 5, 2a Summary { 0a Value { 0a tag "a", 15 float 1 } }
  const message = [0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 5, 0x2a, 10, 0x0a, 8, 0x0a, 1, 0x61, 0x15, 0, 0, 0x80, 0x3f];
  expect([...record.subarray(12, record.length - 4)]).toEqual(message);
  expect(new DataView(record.buffer).getBigUint64(0, true)).toBe(BigInt(message.length));
  const masked = (bytes: Uint8Array): number => {
    const crc = crc32c(bytes);
    return Number((BigInt(((crc >>> 15) | (crc << 17)) >>> 0) + 0xa282ead8n) & 0xffffffffn);
  };
  expect(new DataView(record.buffer).getUint32(8, true)).toBe(masked(record.subarray(0, 8)));
  expect(new DataView(record.buffer).getUint32(record.length - 4, true)).toBe(masked(Uint8Array.from(message)));
});

test("a resumed log drops what lies beyond the checkpoint and a line that was cut off", async () => {
  const directory = await mkdtemp(join(tmpdir(), "reprise-log-"));
  try {
    const step = (n: number) => ({ type: "step", step: n, steps: 9, loss: n, metrics: { loss: n }, examplesPerSecond: 1, secondsLeft: 1 }) as const;
    await writeFile(join(directory, "metrics.jsonl"), `${[step(1), step(2), step(3)].map((event) => JSON.stringify(event)).join("\n")}\n{"type":"st`);
    const log = new RunLog(directory, () => 1000);
    log.observe({ type: "resumed", step: 2, name: "checkpoint-0.safetensors", problems: [] });
    log.observe(step(3));
    log.close();
    const lines = (await readFile(join(directory, "metrics.jsonl"), "utf8")).trim().split("\n").map((line) => JSON.parse(line) as { type: string; step: number });
    expect(lines.map(({ type, step: n }) => `${type} ${n}`)).toEqual(["step 1", "step 2", "resumed 2", "step 3"]);
    expect((await readdir(directory)).filter((name) => name.startsWith("events.out.tfevents.1000."))).toHaveLength(1);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
