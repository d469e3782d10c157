/** The ledger's files in the repository: `results/<slug>.json` in, `docs/ledger.md` and `docs/ledger.json` out. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../data/node/atomic-file.node.ts";
import { ledgerJson, ledgerMarkdown, ledgerResult } from "../ledger.ts";
import type { LedgerEntry, LedgerResult } from "../ledger.ts";
import type { RunRecord } from "../run-record.ts";

/** Stores a full run for the ledger of the repository in `directory` and returns the file. */
export const storeRun = (directory: string, run: RunRecord, checks: readonly string[]): Promise<string> => storeResult(directory, ledgerResult(run, checks));

/** Stores a result in place of the one before and returns the file. */
export async function storeResult(directory: string, result: LedgerResult): Promise<string> {
  const path = join(directory, "results", `${result.slug}.json`);
  await writeFileAtomic(path, encoded(json(result)));
  return path;
}

/** All stored results by slug. Throws, naming the file, when one does not parse or belongs to another slug. */
export async function storedResults(directory: string): Promise<Map<string, LedgerResult>> {
  const folder = join(directory, "results");
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json")).sort();
  const results = new Map<string, LedgerResult>();
  for (const name of names) {
    const path = join(folder, name);
    let result: LedgerResult;
    try {
      result = JSON.parse(await readFile(path, "utf8")) as LedgerResult;
    } catch (cause) {
      throw new Error(`${path}: expected JSON; run the system's full profile again or remove the file`, { cause });
    }
    if (`${result.slug}.json` !== name) throw new Error(`${path}: holds the result of "${result.slug}"; rename or remove it`);
    results.set(result.slug, result);
  }
  return results;
}

/** The two generated files, by path below the repository. */
export function ledgerFiles(entries: readonly LedgerEntry[]): Readonly<Record<string, string>> {
  return { "docs/ledger.md": ledgerMarkdown(entries), "docs/ledger.json": json(ledgerJson(entries)) };
}

/** Writes the generated files and returns their paths. */
export async function updateLedger(directory: string, entries: readonly LedgerEntry[]): Promise<string[]> {
  const files = Object.entries(ledgerFiles(entries));
  for (const [name, text] of files) await writeFileAtomic(join(directory, name), encoded(text));
  return files.map(([name]) => join(directory, name));
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
