/** `reprise ledger`: what every system showed in its last full run. */
import { UsageError } from "../errors.ts";
import { loadSystem, paperNamed, printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { judgeAgain } from "../../lab/judge-again.ts";
import { ledgerJson, ledgerMarkdown } from "../../lab/ledger.ts";
import type { LedgerEntry } from "../../lab/ledger.ts";
import { storedResults, storeResult, updateLedger } from "../../lab/node/ledger-files.ts";
import { provenance } from "../../lab/node/provenance.ts";

export interface LedgerOptions {
  readonly update?: boolean;
  /** Slug of a system whose stored result is judged by the conditions it declares now. */
  readonly judge?: string;
  readonly json?: boolean;
}

export async function ledger(ports: CliPorts, { update = false, judge, json = false }: LedgerOptions): Promise<void> {
  const { directory, cloned } = ports.home;
  if ((update || judge !== undefined) && !cloned) throw new UsageError(`ledger ${update ? "--update" : "--judge"} writes into a clone of the repository; this is an installed package`);
  if (judge !== undefined) await judgeStored(ports, judge);
  const entries = await ledgerEntries(ports, directory);
  if (update) for (const path of await updateLedger(directory, entries)) ports.error(`wrote ${path}\n`);
  if (json) printJson(ports, ledgerJson(entries));
  else if (!update && judge === undefined) ports.out(ledgerMarkdown(entries));
}

async function judgeStored(ports: CliPorts, slug: string): Promise<void> {
  paperNamed(ports, slug);
  const { directory } = ports.home;
  const [system, result] = [await loadSystem(ports, slug), (await storedResults(directory)).get(slug)];
  if (system === undefined || result === undefined) throw new UsageError(`ledger --judge: "${slug}" has no stored result; "reprise run ${slug} --profile full" makes one`);
  const again = judgeAgain(system.experiment.claim.conditions, result);
  const { version, commit, changed } = await provenance(ports.home);
  await storeResult(directory, { ...result, ...again, judged: { version, commit, changed } });
  ports.error(`${slug}: ${result.verdict} before, ${again.verdict} by today's conditions\n`);
}

/** The catalogue joined with the results stored in a repository. Throws when a result belongs to no paper. */
export async function ledgerEntries({ catalogue }: Pick<CliPorts, "catalogue">, directory: string): Promise<LedgerEntry[]> {
  const results = await storedResults(directory);
  const strangers = [...results.keys()].filter((slug) => catalogue.every((paper) => paper.slug !== slug));
  if (strangers.length > 0) throw new Error(`results/: ${strangers.join(", ")} not in the catalogue; rename or remove the files`);
  return catalogue.map(({ slug, family, title }) => ({ slug, family, title, result: results.get(slug) }));
}
