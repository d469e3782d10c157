/** `reprise ledger`: what every system showed in its last full run. */
import { UsageError } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { ledgerJson, ledgerMarkdown } from "../../lab/ledger.ts";
import type { LedgerEntry } from "../../lab/ledger.ts";
import { storedResults, updateLedger } from "../../lab/node/ledger-files.ts";

export async function ledger(ports: CliPorts, { update = false, json = false }: { update?: boolean; json?: boolean }): Promise<void> {
  const { directory, cloned } = ports.home;
  if (update && !cloned) throw new UsageError("ledger --update writes into a clone of the repository; this is an installed package");
  const entries = await ledgerEntries(ports, directory);
  if (update) for (const path of await updateLedger(directory, entries)) ports.error(`wrote ${path}\n`);
  if (json) printJson(ports, ledgerJson(entries));
  else if (!update) ports.out(ledgerMarkdown(entries));
}

/** The catalogue joined with the results stored in a repository. Throws when a result belongs to no paper. */
export async function ledgerEntries({ catalogue }: Pick<CliPorts, "catalogue">, directory: string): Promise<LedgerEntry[]> {
  const results = await storedResults(directory);
  const strangers = [...results.keys()].filter((slug) => catalogue.every((paper) => paper.slug !== slug));
  if (strangers.length > 0) throw new Error(`results/: ${strangers.join(", ")} not in the catalogue; rename or remove the files`);
  return catalogue.map(({ slug, family, title }) => ({ slug, family, title, result: results.get(slug) }));
}
