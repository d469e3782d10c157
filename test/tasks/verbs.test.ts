import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pixelsOf } from "../../src/data/index.ts";
import type { ImageSet } from "../../src/data/index.ts";
import { loadImageFolder } from "../../src/data/node/index.ts";
import { embed, exportOnnx, reconstruct } from "../../src/tasks/index.ts";
import { splitPatches } from "../../src/tasks/reconstruct.ts";
import { closeWorkspace, openWorkspace, PICTURES } from "./support.ts";
import type { Workspace } from "./support.ts";

let work: Workspace;
let set: ImageSet;
beforeAll(async () => {
  work = await openWorkspace();
  set = await loadImageFolder(work.photos, { size: 16 });
});
afterAll(() => closeWorkspace(work));

/** One picture of the set as a set of its own, its pixels changed by `change`. */
function single(index: number, change: (pixels: Uint8Array) => void = () => undefined): ImageSet {
  const pixels = pixelsOf(set, index).slice();
  change(pixels);
  return { ...set, pixels, count: 1, labels: set.labels.slice(index, index + 1), keys: [set.keys[index] as string], folds: set.folds.slice(index, index + 1) };
}

/** Positions of patch `id` of 4 x 4 pixels in a picture of 16 x 16, [H, W, C]. */
function positions(id: number): number[] {
  const [top, left] = [4 * Math.floor(id / 4), 4 * (id % 4)];
  return Array.from({ length: 48 }, (_, i) => ((top + Math.floor(i / 12)) * 16 + left + Math.floor((i % 12) / 3)) * 3 + (i % 3));
}

test("every picture gets one vector under its path, however they are batched", async () => {
  const { vectors, names, model, cost } = await embed(work.model, work.photos);
  expect(vectors.shape).toEqual([PICTURES, 16]);
  expect(names.slice(0, 3)).toEqual(["a/0.png", "a/10.png", "a/12.png"]);
  expect(model).toBe("crossmae");
  expect(cost.flops).toBeGreaterThan(0);
  const alone = await embed(work.model, single(5), { batchSize: 1 });
  alone.vectors.data.forEach((value, i) => expect(value).toBeCloseTo(Number(vectors.data[5 * 16 + i]), 5));
  expect(alone.cost.flops * PICTURES).toBe(cost.flops);
});

test("pictures of another size are refused with the size to load them in", async () => {
  const large = await loadImageFolder(work.photos, { size: 24 });
  await expect(embed(work.model, large)).rejects.toThrow("expected pictures of 16 x 16 pixels with 3 channels, got 24 x 24 with 3; load them with {size: 16}");
});

test("visible patches stay as they are to the last pixel", async () => {
  const { picture, hidden } = await reconstruct(work.model, single(3), { hide: [5, 0, 5] });
  expect(Array.from(hidden)).toEqual([0, 5]);
  const original = pixelsOf(set, 3);
  for (let id = 0; id < 16; id++) {
    const same = positions(id).every((at) => picture.data[at] === original[at]);
    expect(same, `patch ${id}`).toBe(id !== 0 && id !== 5);
  }
});

test("what is filled in does not depend on the pixels that are hidden, and does on the visible ones", async () => {
  const hide = [0, 5, 6];
  const plain = await reconstruct(work.model, single(3), { hide });
  const blind = await reconstruct(work.model, single(3, (pixels) => hide.flatMap(positions).forEach((at) => (pixels[at] = 255 - (pixels[at] as number)))), { hide });
  expect(blind.picture.data).toEqual(plain.picture.data);
  const other = await reconstruct(work.model, single(3, (pixels) => positions(1).forEach((at) => (pixels[at] = 255 - (pixels[at] as number)))), { hide });
  expect(positions(0).some((at) => other.picture.data[at] !== plain.picture.data[at])).toBe(true);
});

test("a picture of one colour is filled with about that colour: mean and deviation come from the visible patches", async () => {
  const { picture } = await reconstruct(work.model, single(0, (pixels) => pixels.fill(200)), { hide: [6] });
  for (const at of positions(6)) expect(Math.abs((picture.data[at] as number) - 200)).toBeLessThanOrEqual(2);
});

test("masks: ids in any order, a random share by its seed, and no impossible ones", () => {
  expect(splitPatches(4, { hide: [3, 1] })).toEqual({ hidden: Int32Array.of(1, 3), visible: Int32Array.of(0, 2) });
  const half = splitPatches(16, { ratio: 0.5, seed: 4 });
  expect([half.hidden.length, half.visible.length]).toEqual([8, 8]);
  expect(splitPatches(16, { ratio: 0.5, seed: 4 })).toEqual(half);
  expect(splitPatches(16, { ratio: 0.5, seed: 5 })).not.toEqual(half);
  expect(() => splitPatches(4, { hide: [4, -1] })).toThrow("no patch 4, -1; patches are 0 to 3");
  expect(() => splitPatches(4, { hide: [] })).toThrow("expected 1 to 3 hidden patches of 4, got 0");
  expect(() => splitPatches(4, { hide: [0, 1, 2, 3] })).toThrow("got 4");
  expect(() => splitPatches(4, { ratio: 0.01 })).toThrow("hides 1 to 3 of 4 patches, got 0.01");
});

test("a missing or broken picture file is reported with its path", async () => {
  await expect(reconstruct(work.model, join(work.photos, "none.png"), { hide: [0] })).rejects.toThrow("none.png: ENOENT");
  await expect(reconstruct(work.model, join(work.trained, "README.md"), { hide: [0] })).rejects.toThrow("README.md: neither PNG, JPEG nor WebP");
});

test("the exported model gives the same vectors in a plain onnxruntime session", async () => {
  const { vectors } = await embed(work.model, work.photos);
  const batch = 2;
  const session = await InferenceSession.create(exportOnnx(work.model, { batch }));
  expect([session.inputNames, session.outputNames]).toEqual([["inputs"], ["embedding"]]);
  const inputs = new Float32Array(batch * 3 * 16 * 16); // [2, 3, 16, 16] from bytes [H, W, C], by hand
  for (let row = 0; row < batch; row++) {
    for (let c = 0; c < 3; c++) for (let at = 0; at < 256; at++) inputs[(row * 3 + c) * 256 + at] = (set.pixels[row * 768 + at * 3 + c] as number) / 255;
  }
  const { embedding } = await session.run({ inputs: new OnnxTensor("float32", inputs, [batch, 3, 16, 16]) });
  expect(embedding?.dims).toEqual([batch, 16]);
  (embedding?.data as Float32Array).forEach((value, i) => expect(Math.abs(value - Number(vectors.data[i]))).toBeLessThan(1e-4));
  await session.release();
  expect(() => exportOnnx(work.model, { batch: 0 })).toThrow("expected a whole number of at least 1, got 0");
});

test("weights are stored under the names of the modules", async () => {
  const { model, trained } = work;
  const header = (await readFile(join(trained, "model.safetensors"))).toString("latin1");
  for (const name of model.module.namedParameters().keys()) expect(header).toContain(`"${name}"`);
});
