import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deriveKey, loadSecret } from "../../../src/papers/people/secret.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "reprise-secret-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("a secret is made once, for the owner's eyes only, and the same ever after", async () => {
  const place = join(directory, "data", "deep");
  const secret = await loadSecret({ directory: place });
  expect(secret).toHaveLength(32);
  expect(await loadSecret({ directory: place })).toEqual(secret);
  expect((await stat(join(place, "secret"))).mode & 0o777).toBe(0o600);
  expect(await readdir(place)).toEqual(["secret"]);
  for (const folder of [join(directory, "data"), place]) expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test.runIf(existsSync("/proc/self"))("a place that takes no folders is refused by name", async () => {
  await expect(loadSecret({ directory: "/proc/none/data" })).rejects.toThrow("/proc/none/data cannot be a folder: /proc takes no folders");
});

test("processes that start together get the same one", async () => {
  const secrets = await Promise.all(Array.from({ length: 8 }, () => loadSecret({ directory })));
  expect(new Set(secrets.map((secret) => secret.toString("hex"))).size).toBe(1);
  expect((await readFile(join(directory, "secret"), "utf8")).trim()).toBe(secrets[0]?.toString("hex"));
  expect(await readdir(directory)).toEqual(["secret"]);
});

test("a file that others can read is closed, and a broken one is not replaced in silence", async () => {
  const path = join(directory, "secret");
  await writeFile(path, `${"ab".repeat(32)}\n`);
  await chmod(path, 0o644);
  await loadSecret({ directory });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await writeFile(path, "ab");
  await expect(loadSecret({ directory })).rejects.toThrow("expected 64 hexadecimal digits");
});

test("one that is given is taken, unless it is short or there is none", async () => {
  expect((await loadSecret({ environment: "x".repeat(32), directory })).toString()).toBe("x".repeat(32));
  await expect(loadSecret({ environment: "short" })).rejects.toThrow("at least 32");
  await expect(loadSecret({})).rejects.toThrow("REPRISE_SECRET");
});

test("keys for different purposes have nothing in common", () => {
  const secret = Buffer.alloc(32, 1);
  expect(deriveKey(secret, "a")).toEqual(deriveKey(secret, "a"));
  expect(deriveKey(secret, "a")).not.toEqual(deriveKey(secret, "b"));
});
