/** Every floor up to the systems can be bundled for a browser: nothing of Node is reached. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { bundleForBrowser } from "./harness.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const FLOORS = ["engine", "nn", "objectives", "data", "train", "lab", "systems"];

const filesUnder = (folder: string): string[] => readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts")).map((name) => `${folder}/${name}`);

const entries = FLOORS.map((floor) => `src/${floor}/index.ts`).filter((path) => existsSync(join(ROOT, path)));

// A module of Node that is reached cannot be resolved and fails the build.
test.each(entries)("%s can be bundled", async (entry) => {
  expect((await bundleForBrowser(entry)).has("/entry.js")).toBe(true);
});

test("all systems can be bundled", async () => {
  const systems = filesUnder("src/systems");
  expect((await bundleForBrowser(...systems)).size).toBeGreaterThan(systems.length);
});

test("what is imported on demand in Node only is left out by package.json", () => {
  const { browser } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly browser: Readonly<Record<string, unknown>> };
  const isNodeOnly = (path: string): boolean => path.includes("/node/") || path.endsWith(".node.ts");
  const wanted = FLOORS.flatMap((floor) => (existsSync(join(ROOT, "src", floor)) ? filesUnder(`src/${floor}`) : []))
    .filter((path) => !isNodeOnly(path))
    .flatMap((path) => Array.from(readFileSync(join(ROOT, path), "utf8").matchAll(/import\("(\.[^"]+)"\)/g), ([, target]) => join(path, "..", target as string)))
    .filter(isNodeOnly)
    .flatMap((path) => [`./${path}`, `./${path.replace(/^src/, "dist").replace(/\.ts$/, ".js")}`]);
  expect(wanted.length).toBeGreaterThan(0);
  expect(Object.keys(browser)).toEqual(expect.arrayContaining(wanted));
});
