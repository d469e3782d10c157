/** The published configurations that the page of the toolkit begins with: files of the package's documentation. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Preset, RawConfig } from "./pages/assemble-page.ts";

/** In order of their names. */
export async function readPresets(home: string): Promise<Preset[]> {
  const directory = join(home, "docs/examples/assemble");
  const files = (await readdir(directory)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(files.map(async (file) => {
    const config = JSON.parse(await readFile(join(directory, file), "utf8")) as RawConfig;
    const name = file.slice(0, -".json".length);
    return { name, title: typeof config["name"] === "string" ? config["name"] : name, config };
  }));
}
