import { expect, test } from "vitest";
import { hostArray } from "../../src/engine/index.ts";
import { packScenes } from "../../src/data/worlds/scene/index.ts";
import { allItems, loadScenes, patchClasses, patchMeans, takeItems } from "../../src/lab/scene.ts";
import type { SceneRequest } from "../../src/lab/scene.ts";
import { MemoryStore } from "../../src/lab/store.ts";

const request = { fixture: "scene/view", split: "train", fields: ["frame", "depth"], count: 3, frames: 1, size: 16 } as const satisfies SceneRequest<"frame" | "depth">;

function lab(): { readonly cache: MemoryStore; readonly signal: AbortSignal; readonly messages: string[]; readonly reports: number[]; message(text: string): void; report(done: number): void } {
  const messages: string[] = [];
  const reports: number[] = [];
  return { cache: new MemoryStore(), signal: new AbortController().signal, messages, reports, message: (text) => void messages.push(text), report: (done) => void reports.push(done) };
}

test("scenes are rendered once, with progress, and then come from the cache unchanged", async () => {
  const context = lab();
  const first = await loadScenes(context, request);
  expect(context.messages).toEqual(["scene/view: rendering 3 items of train, once"]);
  expect(context.reports).toEqual([0, 3]);
  const second = await loadScenes(context, request);
  expect(context.messages).toHaveLength(1);
  const direct = await packScenes(request);
  for (const pack of [first, second]) {
    expect(pack.frame.shape).toEqual([3, 16, 16, 3]);
    expect([...pack.frame.data]).toEqual([...direct.frame.data]);
    expect([...pack.depth.data]).toEqual([...direct.depth.data]);
  }
});

test("whatever the arrays depend on is in the name: other requests do not meet the same file", async () => {
  const context = lab();
  const others = [{ count: 2 }, { split: "dev" }, { size: 8 }, { frames: 2 }, { start: 1 }, { style: "camouflage" }, { fields: ["depth"] }] as const;
  await loadScenes(context, request);
  for (const other of others) await loadScenes(context, { ...request, ...other });
  expect(await context.cache.list("scenes/")).toHaveLength(1 + others.length);
});

test("two callers at once render once; a damaged file is said to be so and rendered again", async () => {
  const context = lab();
  await Promise.all([loadScenes(context, request), loadScenes(context, request)]);
  expect(context.messages).toHaveLength(1);
  const [name] = (await context.cache.list("scenes/")) as [string];
  const bytes = (await context.cache.read(name)) as Uint8Array;
  bytes[200] = (bytes[200] as number) ^ 1;
  await context.cache.write(name, bytes);
  const { depth } = await loadScenes(context, request);
  expect(depth.data.every((value) => Number(value) > 0)).toBe(true);
  expect(context.messages.some((text) => text.includes("SHA-256"))).toBe(true);
});

test("items are taken in the order asked", () => {
  const array = hostArray(Int32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
  expect(takeItems(array, Int32Array.of(2, 0, 2, 2))).toEqual(hostArray(Int32Array.of(5, 6, 1, 2, 5, 6, 5, 6), [4, 2]));
  expect([...allItems(array)]).toEqual([0, 1, 2]);
});

test("patches of maps in raster order: means, and the most frequent class with the smaller one at a tie", () => {
  const map = hostArray(Uint8Array.of(1, 1, 0, 4, 1, 5, 4, 4, 2, 3, 7, 7, 3, 2, 7, 7), [1, 4, 4]);
  expect(patchMeans(map, 2)).toEqual(hostArray(Float32Array.of(2, 3, 2.5, 7), [1, 4]));
  expect(patchClasses(map, 2)).toEqual(hostArray(Int32Array.of(1, 4, 2, 7), [1, 4]));
  expect(() => patchMeans(map, 3)).toThrow("patches of 3 do not tile maps of 4 x 4");
});
