import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filesOf, isPlainName, openRunFile } from "../../../src/papers/runs/run-files.ts";

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "files-"));
  folder = join(root, "run-1");
  await mkdir(join(folder, "run/arms"), { recursive: true });
  await mkdir(join(root, "run-10"));
  await writeFile(join(root, "secret"), "secret");
  await writeFile(join(root, "run-10/other.txt"), "another run's");
  await writeFile(join(folder, "log.txt"), "a line\n");
  await writeFile(join(folder, "run/report.json"), "{}");
  await writeFile(join(folder, "run/report.json.partial-1-ab"), "half");
  await symlink(join(root, "secret"), join(folder, "link"));
  await symlink(root, join(folder, "up"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("files are listed by name, without links and half-written ones", async () => {
  expect(await filesOf(folder)).toEqual([
    { name: "log.txt", bytes: 7 },
    { name: "run/report.json", bytes: 2 },
  ]);
  expect(await filesOf(join(root, "none"))).toEqual([]);
});

test("a file of the folder is opened", async () => {
  const opened = await openRunFile(folder, "run/report.json");
  expect(opened?.bytes).toBe(2);
  await opened?.file.close();
});

test.each(["../secret", "run/../../secret", "/etc/passwd", "..\\secret", "run//report.json", "./log.txt", "", "link", "up/secret", "up/run-10/other.txt", "../run-10/other.txt", "log.txt\0.png", "run", "C:/secret", "none"])("%j opens nothing", async (name) => {
  expect(await openRunFile(folder, name)).toBeUndefined();
});

test("names of what runs write are plain", () => {
  expect(["run/arms/CrossMAE%20p%3D.25/seed-1.json", "events.jsonl", "run/arms/a/seed-1-files/train-latest.safetensors"].filter((name) => !isPlainName(name))).toEqual([]);
});
