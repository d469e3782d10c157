/** Bundles a fixture command to one plain module, so that tests can start it as a real process and kill it. */
import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "../..");
const ENTRY = join(ROOT, "test/cli/fixture/main.ts");

/** Bundles a fixture (three folders deep) with all it imports but packages, below `.cache/` where those still resolve; returns the file to start. */
export async function compileFixture(name: string, entry = ENTRY): Promise<string> {
  const outfile = join(ROOT, ".cache", `cli-fixture-${name}-${process.pid}`, relative(ROOT, entry).replace(/\.ts$/, ".js"));
  await build({ entryPoints: [entry], outfile, bundle: true, packages: "external", platform: "node", format: "esm", target: "node20", logLevel: "error" });
  return outfile;
}

export function removeFixture(main: string): Promise<void> {
  return rm(join(main, "../../../.."), { recursive: true, force: true });
}
