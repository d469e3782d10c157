import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pixelsOf } from "../../src/data/index.ts";
import type { ImageSet } from "../../src/data/index.ts";
import { loadImageFolder } from "../../src/data/node/index.ts";
import { embed, jigsaw, pretrain } from "../../src/tasks/index.ts";
import { commandLine } from "./command-line.ts";
import { closeWorkspace, openWorkspace, PICTURES } from "./support.ts";
import type { Workspace } from "./support.ts";

const SIDE = 16;
const TILE = 4;
let work: Workspace;
let set: ImageSet;
beforeAll(async () => {
  work = await openWorkspace("position-prediction", { image: SIDE, patch: TILE, batch: 8, encoder: { width: 16, depth: 1, heads: 2 } });
  set = await loadImageFolder(work.photos, { size: SIDE });
});
afterAll(() => closeWorkspace(work));

const single = (index: number): ImageSet => ({ ...set, pixels: pixelsOf(set, index).slice(), count: 1, labels: set.labels.slice(index, index + 1), keys: [set.keys[index] as string], folds: set.folds.slice(index, index + 1) });

/** Bytes of tile `id`, row by row. */
const tileOf = (pixels: Uint8Array, id: number): string => {
  const [top, left] = [TILE * Math.floor(id / 4), TILE * (id % 4)];
  return Array.from({ length: TILE }, (_, y) => pixels.subarray(((top + y) * SIDE + left) * 3, ((top + y) * SIDE + left + TILE) * 3).join()).join(";");
};
const IDS = Array.from({ length: 16 }, (_, id) => id);

test("every tile is put into the place that the answer names, and every place is taken once", async () => {
  const { picture, shuffled, places } = await jigsaw(work.model, single(3), { seed: 2 });
  expect([...places].sort((a, b) => a - b)).toEqual(IDS);
  for (const id of IDS) expect(tileOf(picture.data, places[id] as number)).toBe(tileOf(shuffled.data, id));
});

test("the shuffle moves the tiles of the picture by its seed and loses none; those that come home are counted", async () => {
  const original = pixelsOf(set, 3);
  const { picture, shuffled, right } = await jigsaw(work.model, single(3), { seed: 2 });
  const tiles = (pixels: Uint8Array): string[] => IDS.map((id) => tileOf(pixels, id));
  expect(tiles(shuffled.data)).not.toEqual(tiles(original));
  expect(tiles(shuffled.data).sort()).toEqual(tiles(original).sort());
  const home = IDS.filter((id) => tileOf(picture.data, id) === tileOf(original, id)).length;
  expect(right).toBeLessThanOrEqual(home); // equal tiles of the background are home in several places
  expect((await jigsaw(work.model, single(3), { seed: 3 })).shuffled.data).not.toEqual(shuffled.data);
});

test("the answer does not depend on how the tiles were shuffled, because the model knows no order", async () => {
  const textured = single(3);
  textured.pixels.forEach((_, i) => (textured.pixels[i] = (i * 7919) % 251)); // no two tiles alike
  const [first, second] = [await jigsaw(work.model, textured, { seed: 2 }), await jigsaw(work.model, textured, { seed: 3 })];
  expect(first.picture.data).toEqual(second.picture.data);
  expect(first.right).toBe(second.right);
});

test("a picture that is shuffled already is taken as it is", async () => {
  const { shuffled } = await jigsaw(work.model, single(3), { seed: 2 });
  const again = await jigsaw(work.model, { ...single(3), pixels: shuffled.data }, { shuffled: true });
  expect(again.shuffled.data).toEqual(shuffled.data);
  expect(again.right).toBeNull();
});

test("a set of several pictures, a missing file and a model that cannot are refused", async () => {
  await expect(jigsaw(work.model, set)).rejects.toThrow(`jigsaw: expected one picture, got a set of ${PICTURES}`);
  await expect(jigsaw(work.model, join(work.photos, "none.png"))).rejects.toThrow("none.png: ENOENT");
  const crossmae = await pretrain("crossmae", work.photos, { out: join(work.directory, "crossmae"), steps: 1, settings: { image: 16, patch: 4, encoder: { width: 8, depth: 1, heads: 1 }, decoder: { width: 8, depth: 1, heads: 1 } } });
  await expect(jigsaw(crossmae, single(3))).rejects.toThrow('"crossmae" cannot jigsaw; it can embed, reconstruct');
});

test("vectors are made for every picture", async () => {
  expect((await embed(work.model, work.photos)).vectors.shape).toEqual([PICTURES, 16]);
});

test("the command writes both pictures and counts", async () => {
  const reprise = commandLine(work.directory);
  const [out, keep, image] = [join(work.directory, "solved.png"), join(work.directory, "shuffled.png"), join(work.photos, "b/3.png")];
  const { out: text, code } = await reprise("jigsaw", work.trained, "--image", image, "--seed", "2", "--out", out, "--keep", keep);
  expect(code).toBe(0);
  expect(text).toMatch(/^\d+ of 16 tiles \(4 rows of 4\) found their place: /);
  const solved = await jigsaw(work.model, image, { seed: 2 });
  expect(Uint8Array.from(decode(await readFile(out)).data)).toEqual(solved.picture.data);
  expect(Uint8Array.from(decode(await readFile(keep)).data)).toEqual(solved.shuffled.data);
  expect((await reprise("jigsaw", work.trained, "--image", keep, "--shuffled", "--out", out)).out).toBe(`16 tiles (4 rows of 4) put in place: ${out}\n`);
  expect(await reprise("jigsaw", work.trained, "--image", keep, "--shuffled", "--seed", "1", "--out", out)).toMatchObject({ code: 2, error: expect.stringContaining("give one or the other") as string });
});
