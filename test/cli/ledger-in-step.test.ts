import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ledgerEntries } from "../../src/cli/commands/ledger.ts";
import { ledgerFiles } from "../../src/lab/node/ledger-files.ts";
import { packageHome } from "../../src/lab/node/provenance.ts";
import { CATALOGUE } from "../../src/papers/catalogue/catalogue.ts";

test("docs/ledger is what results/ and the catalogue give; renew it with: reprise ledger --update", async () => {
  const { directory } = await packageHome();
  const files = ledgerFiles(await ledgerEntries({ catalogue: CATALOGUE }, directory));
  for (const [name, text] of Object.entries(files)) expect(await readFile(join(directory, name), "utf8"), name).toBe(text);
});
