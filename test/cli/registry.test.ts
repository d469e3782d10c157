import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findSystems, registryText } from "../../scripts/generate-registry.mjs";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "systems-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function place(file: string, slug: string): Promise<void> {
  const path = join(directory, file);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, `export default defineSystem({\n  slug: "${slug}",\n});\n`);
}

test("system files are found by what they export, other files are not systems", async () => {
  await place("masked/crossmae.ts", "crossmae");
  await place("audio/hubert.ts", "hubert");
  await writeFile(join(directory, "masked/shared.ts"), "export const patch = 8;\n");
  expect(await findSystems(directory)).toEqual([
    { slug: "hubert", family: "audio", file: "./audio/hubert.ts" },
    { slug: "crossmae", family: "masked", file: "./masked/crossmae.ts" },
  ]);
});

test("a file named unlike its slug is refused", async () => {
  await place("masked/crossmae.ts", "cross-mae");
  await expect(findSystems(directory)).rejects.toThrow('src/systems/masked/crossmae.ts: declares slug "cross-mae"');
});

test("one slug in two families is refused", async () => {
  await place("audio/twin.ts", "twin");
  await place("video/twin.ts", "twin");
  await expect(findSystems(directory)).rejects.toThrow('slug "twin" is in audio/ and in video/');
});

test("the registry loads lazily by slug", () => {
  expect(registryText([{ slug: "crossmae", family: "masked", file: "./masked/crossmae.ts" }])).toContain('  "crossmae": () => import("./masked/crossmae.ts"),\n');
});
