import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { ProgressEvent } from "../../../src/data/source.ts";
import { integrityOf, tinySource } from "../support/tiny-source.ts";
import { useTinyRegistry } from "../support/tiny-registry.ts";

const LOAD_TINY = fileURLToPath(new URL("../support/load-tiny.ts", import.meta.url));
const HOOKS = fileURLToPath(new URL("../support/typescript-hooks.mjs", import.meta.url));
const PACK = "test-tiny-v1-all.pack";

const here = useTinyRegistry();
const packs = () => readdir(join(here.cacheDirectory, "packs"));
const startChild = () => spawn(process.execPath, ["--import", HOOKS, LOAD_TINY, integrityOf(here.archive), String(here.archive.length)], { stdio: ["ignore", "pipe", "inherit"] });

async function outputOf(child: ReturnType<typeof startChild>): Promise<unknown> {
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(0);
  return JSON.parse(Buffer.concat(chunks).toString());
}

test("two processes that need the same pack fetch it once", async () => {
  const [a, b] = await Promise.all([outputOf(startChild()), outputOf(startChild())]);
  expect(a).toEqual(b);
  expect(a).toMatchObject({ values: [1, 2, 3, 4] });
  expect(here.registry.downloads).toBe(1);
  expect(await packs()).toEqual([PACK]);
});

test("a process killed in the middle of a download does not stand in the way of the next", async () => {
  here.registry.stall = true;
  const child = startChild();
  while (here.registry.downloads === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill("SIGKILL");
  await once(child, "close");
  expect(await packs()).toEqual([`${PACK}.lock`]);
  here.registry.stall = false;
  const events: ProgressEvent[] = [];
  expect((await tinySource(integrityOf(here.archive), here.archive.length).load({ onProgress: (event) => events.push(event) })).values).toEqual([1, 2, 3, 4]);
  expect(events[0]).toMatchObject({ status: "waiting", message: "another process is building it" });
  expect(await packs()).toEqual([PACK]);
});
