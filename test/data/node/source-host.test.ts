import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ProgressEvent } from "../../../src/data/source.ts";
import { integrityOf, tinySource } from "../support/tiny-source.ts";
import { useTinyRegistry } from "../support/tiny-registry.ts";

const PACK = "test-tiny-v1-all.pack";

const here = useTinyRegistry();
const tiny = () => tinySource(integrityOf(here.archive), here.archive.length);
const packs = () => readdir(join(here.cacheDirectory, "packs"));

test("the first load fetches with progress, the second reads the pack alone", async () => {
  const events: ProgressEvent[] = [];
  const first = await tiny().load({ onProgress: (event) => events.push(event) });
  expect(first.values).toEqual([1, 2, 3, 4]);
  expect(await packs()).toEqual([PACK]);
  const downloads = events.filter(({ status }) => status === "downloading");
  expect(downloads[0]?.loaded).toBe(0);
  expect(downloads.at(-1)).toMatchObject({ source: "test/tiny", file: "tiny-data@1.0.0", loaded: here.archive.length, total: here.archive.length });
  expect(events.at(-1)?.status).toBe("ready");
  expect([...new Set(events.map(({ status }) => status))]).toEqual(["downloading", "freezing", "ready"]);
  await here.registry.close();
  expect(await tiny().load()).toEqual(first);
});

test("a cache directory that cannot be used is named, with what to do", async () => {
  const file = join(here.cacheDirectory, "..", "a-file");
  await writeFile(file, "");
  await expect(tiny().load({ cacheDirectory: file })).rejects.toThrow(/^test\/tiny: the cache directory .*a-file cannot be used \(ENOTDIR.*\); point REPRISE_CACHE to one that can be written$/);
});

test("a pack with one flipped bit is built again, with a message, to the same bytes", async () => {
  const first = await tiny().load();
  const path = join(here.cacheDirectory, "packs", PACK);
  const intact = await readFile(path);
  const damaged = Buffer.from(intact);
  damaged[70]! ^= 1;
  await writeFile(path, damaged);
  const events: ProgressEvent[] = [];
  expect(await tiny().load({ onProgress: (event) => events.push(event) })).toEqual(first);
  expect(events.find(({ status }) => status === "rebuilding")?.message).toMatch(/is damaged \(SHA-256 is .*\); building it again/);
  expect(await readFile(path)).toEqual(intact);
});

test("a pack cut short is built again, and leftovers of killed writers go", async () => {
  const first = await tiny().load();
  const path = join(here.cacheDirectory, "packs", PACK);
  await writeFile(path, (await readFile(path)).subarray(0, 20));
  await writeFile(`${path}.partial-1-abcd`, "half");
  expect(await tiny().load()).toEqual(first);
  expect(await packs()).toEqual([PACK]);
});

test("an archive that is not the pinned one is refused and leaves nothing", async () => {
  here.registry.send = Buffer.concat([here.archive.subarray(0, -1), Buffer.of(here.archive.at(-1)! ^ 1)]);
  await expect(tiny().load()).rejects.toThrow(/tiny-data@1\.0\.0: expected sha512-.* sent other bytes; nothing was kept/);
  expect(await packs()).toEqual([]);
  here.registry.send = here.archive;
  expect((await tiny().load()).values).toEqual([1, 2, 3, 4]);
});

test("without a network the error names registry, size and remedy", async () => {
  await here.registry.close();
  await expect(tiny().load()).rejects.toThrow(new RegExp(`tiny-data@1\\.0\\.0: cannot reach the npm registry ${here.registry.url} \\(ECONNREFUSED\\).* fetched once \\(0\\.1 MB\\).*REPRISE_CACHE`));
});

test("a load can be stopped while it downloads", async () => {
  here.registry.stall = true;
  const controller = new AbortController();
  const stopped = tiny().load({ signal: controller.signal, onProgress: ({ loaded }) => loaded > 0 && controller.abort(new Error("stopped by the user")) });
  await expect(stopped).rejects.toThrow("stopped by the user");
  expect(await packs()).toEqual([]);
});

test("an unknown part is named with the parts there are", async () => {
  await expect(tiny().load({ parts: ["blue"] })).rejects.toThrow('test/tiny: unknown part "blue"; choose from all');
});
