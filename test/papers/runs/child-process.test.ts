/** The process of a run and the files that its output goes to. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAlive, startDetached } from "../../../src/papers/runs/child-process.ts";

const command = (folder: string) => ({ file: process.execPath, words: ["-e", "console.log('said')"], directory: tmpdir(), environment: process.env, output: join(folder, "output"), errors: join(folder, "errors") });

test("the folders of the output are made, and what the process says is there", async () => {
  const work = await mkdtemp(join(tmpdir(), "reprise-child-"));
  const folder = join(work, "deep", "run");
  const child = await startDetached(command(folder));
  await expect.poll(() => isAlive(child), { timeout: 9000 }).toBe(false);
  expect(await readFile(join(folder, "output"), "utf8")).toBe("said\n");
  await rm(work, { recursive: true });
});

test.runIf(existsSync("/proc/self"))("a place that takes no folders is refused by name, before anything is started", async () => {
  await expect(startDetached(command("/proc/none/run"))).rejects.toThrow("/proc/none/run cannot be a folder: /proc takes no folders");
});
