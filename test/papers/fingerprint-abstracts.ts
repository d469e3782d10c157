/**
 * Writes test/fixtures/abstract-ngrams.bin, the fingerprints of every run of eight words in a folder of abstracts:
 *
 *   npx tsx test/papers/fingerprint-abstracts.ts FOLDER
 *
 * FOLDER holds one `<slug>.txt` a paper: its title, an empty line, its abstract. The abstracts themselves are not ours to keep.
 */
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fingerprint, packFingerprints, wordRuns } from "./word-ngrams.ts";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("fingerprint-abstracts: name the folder of the abstracts");

const files = (await readdir(folder)).filter((name) => name.endsWith(".txt")).sort();
if (files.length === 0) throw new Error(`fingerprint-abstracts: ${folder} has no .txt files`);
const fingerprints = new Set<string>();
for (const file of files) {
  const text = await readFile(join(folder, file), "utf8");
  const abstract = text.slice(text.indexOf("\n\n") + 1);
  for (const run of wordRuns(abstract)) fingerprints.add(fingerprint(run));
}
await mkdir(fixtures, { recursive: true });
const target = join(fixtures, "abstract-ngrams.bin");
await writeFile(`${target}.partial`, packFingerprints(fingerprints));
await rename(`${target}.partial`, target);
console.log(`${files.length} abstracts, ${fingerprints.size} runs of words: ${target}`);
