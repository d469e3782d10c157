// `node scripts/ship-foundations.mjs [id ...]`: copies built foundations, those named or all, from the cache to `models/`, where
// the package looks for what the cache lacks, and removes older builds of the same. What a gate measured goes with it. Needs
// `npm run build`.
import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheDirectory } from "../dist/data/node/index.js";
import { placeOf, storedFoundation } from "../dist/lab/foundation.js";
import { FOUNDATIONS } from "../dist/lab/foundations/registry.js";
import { DirectoryStore } from "../dist/lab/node/directory-store.js";

const models = fileURLToPath(new URL("../models/", import.meta.url));
const cache = new DirectoryStore(cacheDirectory());
await mkdir(join(models, "foundations"), { recursive: true });
const wanted = process.argv.slice(2);
const unknown = wanted.filter((id) => !FOUNDATIONS.some((foundation) => foundation.id === id));
if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(", ")}; choose from ${FOUNDATIONS.map(({ id }) => id).join(", ")}`);
for (const foundation of FOUNDATIONS.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
  const { folder } = await placeOf(foundation, cache);
  const found = await storedFoundation(foundation, cache);
  if (found === undefined) continue;
  for (const name of await readdir(join(models, "foundations"))) {
    if (/^(.*)-[0-9a-f]{16}$/.exec(name)?.[1] === foundation.id) await rm(join(models, "foundations", name), { recursive: true });
  }
  for (const part of ["manifest.json", "files"]) await cp(cache.path(join(folder, part)), join(models, folder, part), { recursive: true });
  process.stdout.write(`${foundation.id}: ${folder}\n`);
}
