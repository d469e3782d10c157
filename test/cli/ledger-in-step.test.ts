import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ledgerEntries } from "../../src/cli/commands/ledger.ts";
import { judgeAgain } from "../../src/lab/judge-again.ts";
import { ledgerFiles, storedResults } from "../../src/lab/node/ledger-files.ts";
import { packageHome } from "../../src/lab/node/provenance.ts";
import { CATALOGUE } from "../../src/papers/catalogue/catalogue.ts";
import type { System } from "../../src/lab/index.ts";
import { SYSTEMS } from "../../src/systems/registry.ts";

const { directory } = await packageHome();
const results = await storedResults(directory);

test("docs/ledger is what results/ and the catalogue give; renew it with: reprise ledger --update", async () => {
  const files = ledgerFiles(await ledgerEntries({ catalogue: CATALOGUE }, directory));
  for (const [name, text] of Object.entries(files)) expect(await readFile(join(directory, name), "utf8"), name).toBe(text);
});

test.each([...results.keys()])("the verdict on %s follows from its stored numbers under the conditions it declares", async (slug) => {
  const { default: system } = (await SYSTEMS[slug]?.()) as { default: System };
  const result = results.get(slug) as NonNullable<ReturnType<typeof results.get>>;
  expect(judgeAgain(system.experiment.claim.conditions, result)).toEqual({ conditions: result.conditions, verdict: result.verdict });
});
