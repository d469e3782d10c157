import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DirectoryRefused, makeDirectory } from "../../../src/data/node/make-directory.node.ts";
import { writeFileAtomic } from "../../../src/data/node/atomic-file.node.ts";
import { lockDirectory } from "../../../src/lab/node/directory-lock.ts";

const work = mkdtempSync(join(tmpdir(), "reprise-directories-"));

test("makes what is missing, and leaves what is there", () => {
  const deep = join(work, "a", "b", "c");
  makeDirectory(deep);
  writeFileSync(join(deep, "file"), "kept");
  makeDirectory(deep);
  makeDirectory(join(deep, "d"));
  expect(readFileSync(join(deep, "file"), "utf8")).toBe("kept");
});

test("a file in the way is named as one, and stays", () => {
  const file = join(work, "file");
  writeFileSync(file, "kept");
  for (const place of [file, join(file, "below"), join(file, "far", "below")]) expect(() => makeDirectory(place)).toThrow(`${place} cannot be a folder: a file is in its place or above it; choose another place`);
  expect(readFileSync(file, "utf8")).toBe("kept");
});

test.runIf(existsSync("/proc/self"))("a place that takes no folders is an error that names it, not a wait without end", async () => {
  const refused = { name: "DirectoryRefused", code: "ENOENT", message: "/proc/none/out cannot be a folder: /proc takes no folders; choose another place" };
  expect(() => makeDirectory("/proc/none/out")).toThrow(DirectoryRefused);
  await expect(lockDirectory("/proc/none/out")).rejects.toMatchObject(refused);
  await expect(writeFileAtomic("/proc/none/out/file", new Uint8Array())).rejects.toMatchObject(refused);
});
