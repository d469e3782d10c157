import { mkdtemp, mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { obtainFoundation, storedFoundation } from "../../../src/lab/foundation.ts";
import type { Foundation } from "../../../src/lab/foundation.ts";
import { DirectoryStore } from "../../../src/lab/node/directory-store.ts";
import { LayeredStore } from "../../../src/lab/node/foundation-store.ts";

let builds = 0;
const foundation: Foundation = {
  id: "one-byte",
  version: 1,
  description: "a byte",
  inputs: { value: 7 },
  build: () => Promise.resolve({ byte: Uint8Array.of(7 + builds++) }),
  gate: { description: "none", check: () => Promise.resolve({ holds: true, measured: "a byte" }) },
};

let cache = "";
let shipped = "";
const ports = (directory: string): Parameters<typeof obtainFoundation>[1] => ({ cache: new LayeredStore(new DirectoryStore(directory), new DirectoryStore(shipped)), device: "cpu", signal: new AbortController().signal, report: () => undefined });

beforeEach(async () => {
  builds = 0;
  cache = await mkdtemp(join(tmpdir(), "cache-"));
  shipped = await mkdtemp(join(tmpdir(), "shipped-"));
});

test("a foundation that the package ships is read, not built", async () => {
  await obtainFoundation(foundation, { ...ports(shipped), cache: new DirectoryStore(shipped) });
  const found = await obtainFoundation(foundation, ports(cache));
  expect(builds).toBe(1);
  expect([...(found.files.get("byte") as Uint8Array)]).toEqual([7]);
  const stored = await storedFoundation(foundation, ports(cache).cache);
  expect(ports(cache).cache.path(stored?.folder as string)?.startsWith(shipped)).toBe(true);
});

test("a shipped file that was changed is not believed: the foundation is built into the cache, and the package stays as it is", async () => {
  await obtainFoundation(foundation, { ...ports(shipped), cache: new DirectoryStore(shipped) });
  const folder = (await storedFoundation(foundation, new DirectoryStore(shipped)))?.folder as string;
  await writeFile(join(shipped, folder, "files", "byte"), Uint8Array.of(99));
  const found = await obtainFoundation(foundation, ports(cache));
  expect(builds).toBe(2);
  expect([...(found.files.get("byte") as Uint8Array)]).toEqual([8]);
  expect(await readFile(join(shipped, folder, "files", "byte"))).toEqual(Buffer.from([99]));
  expect(await readFile(join(cache, folder, "files", "byte"))).toEqual(Buffer.from([8]));
});

test("names of both layers are listed once, and the upper one wins", async () => {
  for (const [directory, text] of [[cache, "own"], [shipped, "shipped"]] as const) {
    await mkdir(join(directory, "a"), { recursive: true });
    await writeFile(join(directory, "a", "both"), text);
  }
  await writeFile(join(shipped, "a", "below"), "shipped");
  const { cache: store } = ports(cache);
  expect(await store.list("a/")).toEqual(["a/below", "a/both"]);
  expect(Buffer.from((await store.read("a/both")) as Uint8Array).toString()).toBe("own");
});
