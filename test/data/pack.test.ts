import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { hostArray } from "../../src/engine/host-array.ts";
import { decodePack, encodePack, PackError } from "../../src/data/pack.ts";

const PACK = {
  arrays: {
    bytes: hostArray(Uint8Array.of(1, 2, 3), [3]),
    floats: hostArray(Float32Array.of(0.5, -1, 2, 4), [2, 2]),
    big: hostArray(BigInt64Array.of(-5n), [1]),
    flags: hostArray(Uint8Array.of(1, 0), [2], "bool"),
  },
  meta: { names: ["é", "b"], nested: { count: 2 } },
};

test("a pack comes back with values, shapes, types and meta", async () => {
  const { bytes, sha256 } = await encodePack(PACK);
  const decoded = await decodePack(bytes);
  expect(decoded.pack).toEqual(PACK);
  expect(decoded.sha256).toBe(sha256);
});

test("the digest is the SHA-256 of all before it, so equal packs have equal names", async () => {
  const { bytes, sha256 } = await encodePack(PACK);
  expect(sha256).toBe(createHash("sha256").update(bytes.subarray(0, -32)).digest("hex"));
  expect((await encodePack(PACK)).sha256).toBe(sha256);
});

test("bytes that start anywhere in a larger buffer are read", async () => {
  const { bytes } = await encodePack(PACK);
  const larger = new Uint8Array(bytes.length + 3);
  larger.set(bytes, 3);
  expect((await decodePack(larger.subarray(3))).pack).toEqual(PACK);
});

test("every flipped byte and every cut is noticed", async () => {
  const { bytes } = await encodePack(PACK);
  for (let i = 0; i < bytes.length; i += 7) {
    const damaged = bytes.slice();
    damaged[i]! ^= 4;
    await expect(decodePack(damaged)).rejects.toThrow(PackError);
    await expect(decodePack(bytes.slice(0, i))).rejects.toThrow(PackError);
  }
});
