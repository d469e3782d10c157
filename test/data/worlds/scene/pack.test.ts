import { decode } from "fast-png";
import { expect, test } from "vitest";
import { contactSheet } from "../../../../src/data/worlds/scene/contact-sheet.ts";
import { sceneSpec } from "../../../../src/data/worlds/scene/fixtures.ts";
import { DENSE_FIELDS, MOTION_FIELDS, PAIR_FIELDS, packScenes } from "../../../../src/data/worlds/scene/pack.ts";
import { SceneSample } from "../../../../src/data/worlds/scene/sample.ts";

test("dense packs hold one view with its depth and classes", async () => {
  const seen: number[] = [];
  const pack = await packScenes({ fixture: "scene/view", split: "train", fields: DENSE_FIELDS, count: 20, frames: 1, onProgress: (done) => seen.push(done) });
  expect([pack.frame.shape, pack.depth.shape, pack.cls.shape]).toEqual([[20, 64, 64, 3], [20, 64, 64], [20, 64, 64]]);
  expect([pack.frame.dtype, pack.depth.dtype, pack.cls.dtype]).toEqual(["uint8", "float32", "uint8"]);
  const tenth = new SceneSample(sceneSpec("scene/view", "train", 10), { size: 64, frames: 1 });
  expect(pack.depth.data.slice(10 * 4096, 11 * 4096)).toEqual(tenth.depth.data);
  expect(pack.cls.data.slice(10 * 4096, 11 * 4096)).toEqual(tenth.cls.data);
  expect(seen).toEqual([0, 16, 20]);
});

test("pair packs hold both views; depth, flow and yaw are those of the first", async () => {
  const pack = await packScenes({ fixture: "scene/view", split: "dev", fields: PAIR_FIELDS, count: 3 });
  expect(Object.fromEntries(PAIR_FIELDS.map((field) => [field, pack[field].shape]))).toEqual({ frames: [3, 2, 64, 64, 3], depth: [3, 64, 64], yaw: [3], flow: [3, 64, 64, 2], covisible: [3, 64, 64] });
  const second = new SceneSample(sceneSpec("scene/view", "dev", 1), { size: 64, frames: 2 });
  expect(pack.yaw.data[1]).toBe(Math.fround(second.relativeYaw));
  expect(pack.flow.data.slice(8192, 16384)).toEqual(second.flow.flow);
  expect(pack.covisible.dtype).toBe("bool");
});

test("motion packs hold clips and the label of their verb, and can start anywhere", async () => {
  const pack = await packScenes({ fixture: "clip/single", split: "train", fields: MOTION_FIELDS, count: 5, start: 22 });
  expect(pack.frames.shape).toEqual([5, 8, 32, 32, 3]);
  expect([...pack.verb.data]).toEqual([22, 23, 0, 1, 2]);
  const reversible = await packScenes({ fixture: "clip/reversible", split: "test", fields: ["verb"], count: 13 });
  expect([...reversible.verb.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0]);
});

test("a pack can be given up", async () => {
  const giveUp = new AbortController();
  const run = packScenes({ fixture: "scene/pairs", split: "train", fields: ["frame"], signal: giveUp.signal, onProgress: (done) => done > 100 && giveUp.abort(new Error("enough")) });
  await expect(run).rejects.toThrow("enough");
});

test("fields that a fixture does not have are refused with a remedy", async () => {
  await expect(packScenes({ fixture: "clip/single", split: "train", fields: ["depth"], count: 1 })).rejects.toThrow('field "depth" needs solid scenes; clip/single is flat, use scene/view');
  await expect(packScenes({ fixture: "scene/view", split: "train", fields: ["verb"], count: 1 })).rejects.toThrow("use clip/single");
  await expect(packScenes({ fixture: "scene/view", split: "train", fields: ["flow"], count: 1, frames: 1 })).rejects.toThrow("pass frames: 2");
  await expect(packScenes({ fixture: "scene/view", split: "ood", fields: ["cls"] })).rejects.toThrow("pass count");
});

test("a contact sheet is a PNG whose first tile is the first frame", () => {
  const png = decode(contactSheet({ fixture: "clip/single", split: "train", count: 2, zoom: 1 }));
  expect([png.width, png.height, png.channels]).toEqual([8 * 34, 2 * 34, 3]);
  const frames = new SceneSample(sceneSpec("clip/single", "train", 0), { size: 32, frames: 8 }).frames.data;
  expect([...png.data.slice(0, 96)]).toEqual([...frames.slice(0, 96)]);
});
