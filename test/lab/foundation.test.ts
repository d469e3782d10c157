import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { foundationKey, obtainFoundation, recheckFoundation, storedFoundation } from "../../src/lab/foundation.ts";
import type { Foundation } from "../../src/lab/foundation.ts";
import { DirectoryStore } from "../../src/lab/node/directory-store.ts";

let directory: string;
let built: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "foundation-"));
  built = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const ports = () => ({ device: "cpu" as const, signal: new AbortController().signal, cache: new DirectoryStore(directory), report: () => undefined });

function foundation(changes: Partial<Foundation> = {}): Foundation {
  const id = changes.id ?? "tiny";
  return {
    id,
    version: 1,
    description: "three bytes",
    inputs: { steps: 10 },
    build: () => {
      built.push(id);
      return Promise.resolve({ "weights.bin": Uint8Array.of(1, 2, 3) });
    },
    gate: { description: "has weights", check: (files) => Promise.resolve({ holds: files.has("weights.bin"), measured: `${files.size} file` }) },
    ...changes,
  };
}

test("a foundation is built once and then read from the cache", async () => {
  const first = await obtainFoundation(foundation(), ports());
  const second = await obtainFoundation(foundation(), ports());
  expect(built).toEqual(["tiny"]);
  expect([...(second.files.get("weights.bin") ?? [])]).toEqual([1, 2, 3]);
  expect(second.gate).toEqual({ holds: true, measured: "1 file" });
  expect(second.key).toBe(first.key);
});

test("two that want it at once build it once", async () => {
  await Promise.all([obtainFoundation(foundation(), ports()), obtainFoundation(foundation(), ports())]);
  expect(built).toEqual(["tiny"]);
});

test("the key follows inputs, version and what it needs", async () => {
  const base = await foundationKey(foundation());
  expect(await foundationKey(foundation({ inputs: { steps: 11 } }))).not.toBe(base);
  expect(await foundationKey(foundation({ version: 2 }))).not.toBe(base);
  expect(await foundationKey(foundation({ needs: [foundation({ id: "other" })] }))).not.toBe(base);
  expect(await foundationKey(foundation({ description: "said otherwise" }))).toBe(base);
});

test("a damaged file is noticed and built again", async () => {
  const { key } = await obtainFoundation(foundation(), ports());
  await writeFile(join(directory, "foundations", `tiny-${key.slice(0, 16)}`, "files", "weights.bin"), Uint8Array.of(9, 9, 9));
  const again = await obtainFoundation(foundation(), ports());
  expect([...(again.files.get("weights.bin") ?? [])]).toEqual([1, 2, 3]);
  expect(built).toEqual(["tiny", "tiny"]);
});

test("a build that fails leaves nothing that looks finished", async () => {
  await expect(obtainFoundation(foundation({ build: () => Promise.reject(new Error("power cut")) }), ports())).rejects.toThrow("power cut");
  await obtainFoundation(foundation(), ports());
  expect(built).toEqual(["tiny"]);
});

test("what a foundation needs is built first and handed to it", async () => {
  const base = foundation({ id: "base" });
  const above = foundation({ id: "above", needs: [base], build: (context) => Promise.resolve({ "weights.bin": context.foundation(base).files.get("weights.bin") ?? new Uint8Array() }) });
  expect([...((await obtainFoundation(above, ports())).files.get("weights.bin") ?? [])]).toEqual([1, 2, 3]);
});

test("a failed gate below is a failed gate above, whose own measurement is kept", async () => {
  const base = foundation({ id: "base", gate: { description: "x", check: () => Promise.resolve({ holds: false, measured: "loss 5 of 3" }) } });
  const result = await obtainFoundation(foundation({ id: "above", needs: [base] }), ports());
  expect(result.gate.holds).toBe(false);
  expect(result.gate.measured).toMatch(/.+; needs base, whose gate failed: loss 5 of 3$/);
  expect(result.files.size).toBeGreaterThan(0);
  expect(built).toEqual(["base", "above"]);
});

test("a foundation can be looked up without building it", async () => {
  const { cache } = ports();
  expect(await storedFoundation(foundation(), cache)).toBeUndefined();
  expect(built).toEqual([]);
  const { key } = await obtainFoundation(foundation(), ports());
  const found = await storedFoundation(foundation(), cache);
  expect(found?.folder).toBe(`foundations/tiny-${key.slice(0, 16)}`);
  expect(found?.built.gate.measured).toBe("1 file");
});

test("a gate that changed is judged again on what is built, and the new result is kept", async () => {
  await obtainFoundation(foundation(), ports());
  const stricter = foundation({ gate: { description: "has five bytes", check: (files) => Promise.resolve({ holds: files.get("weights.bin")?.length === 5, measured: `${files.get("weights.bin")?.length} bytes` }) } });
  expect((await recheckFoundation(stricter, ports())).gate).toEqual({ holds: false, measured: "3 bytes" });
  expect((await obtainFoundation(foundation(), ports())).gate).toEqual({ holds: false, measured: "3 bytes" });
  expect(built).toEqual(["tiny"]);
});

test("rechecking what is not there builds it", async () => {
  expect((await recheckFoundation(foundation(), ports())).gate.holds).toBe(true);
  expect(built).toEqual(["tiny"]);
});
