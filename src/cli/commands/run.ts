/** `reprise run SLUG`: runs a system's experiment and holds its claim against what was measured. */
import { join } from "node:path";
import { chosenDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import { loadSystem, paperNamed, printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { armLines, conditionLine, failedPremises } from "./outcome-lines.ts";
import { newRunDirectory, unfinishedRunDirectory } from "./run-directory.ts";
import { reportHtml, runExperiment, summarise } from "../../lab/index.ts";
import type { ProfileName, RunRecord, System } from "../../lab/index.ts";
import { DirectoryStore } from "../../lab/node/directory-store.ts";
import { foundationStore } from "../../lab/node/foundation-store.ts";
import { EventProgress } from "../../lab/node/event-progress.ts";
import { storeRun } from "../../lab/node/ledger-files.ts";
import { provenance } from "../../lab/node/provenance.ts";
import { duration } from "../../lab/node/terminal-progress.ts";
import { seedsOf } from "../../lab/profile.ts";
import { writeJson } from "../../lab/store.ts";

export interface RunCommandOptions {
  readonly profile: ProfileName;
  readonly seed?: number;
  readonly seeds?: number;
  readonly device?: string;
  readonly out?: string;
  readonly resume?: boolean;
  /** File that progress is appended to as lines of JSON. */
  readonly events?: string;
  readonly json?: boolean;
}

export async function run(ports: CliPorts, slug: string, options: RunCommandOptions): Promise<void> {
  const { profile, resume = false, json = false } = options;
  paperNamed(ports, slug);
  const system = await loadSystem(ports, slug);
  if (!system) throw new UsageError(`"${slug}" is planned and does not run yet; "reprise list" shows which systems run`);

  const directory = options.out ?? (resume ? await unfinishedRunDirectory(slug, profile) : newRunDirectory(slug, profile, new Date()));
  const store = new DirectoryStore(directory);
  const events = options.events === undefined ? undefined : new EventProgress(options.events, ports.progress());
  const progress = events ?? ports.progress();
  const stopped = (): void => progress.message("stopping after the current step; press Ctrl-C again to stop at once");
  ports.signal.addEventListener("abort", stopped);
  try {
    const record = await runExperiment(system, {
      profile,
      seeds: chosenSeeds(system, options),
      device: chosenDevice(options.device),
      store,
      cache: foundationStore(),
      resume,
      signal: ports.signal,
      progress,
      provenance: await provenance(ports.home),
    });
    progress.end();
    await store.write("report.html", new TextEncoder().encode(reportHtml(system, record)));
    await writeJson(store, "report.json", record);
    const entered = ports.home.cloned && record.profile === "full" && !record.indicative ? await storeRun(ports.home.directory, record, system.checks) : undefined;
    if (json) printJson(ports, summarise(record));
    else ports.out(plain(record));
    ports.error(`report: ${join(directory, "report.html")}\n${entered === undefined ? "" : `result: ${entered}; "reprise ledger --update" renews the ledger\n`}`);
  } catch (error) {
    if (ports.signal.aborted) ports.error(`stopped; finished arms are kept. Continue with: ${resumeCommand(slug, options, directory)}\n`);
    throw error;
  } finally {
    progress.end();
    events?.close();
    ports.signal.removeEventListener("abort", stopped);
  }
}

function chosenSeeds(system: System, { profile, seed, seeds }: RunCommandOptions): readonly number[] | undefined {
  if (seed !== undefined && seeds !== undefined) throw new UsageError("--seed N runs one seed and --seeds K the first K; give one of them");
  if (seed !== undefined) return [seed];
  return seeds === undefined ? undefined : seedsOf(system.experiment.profiles[profile], seeds);
}

function resumeCommand(slug: string, { profile, seed, seeds, device }: RunCommandOptions, directory: string): string {
  const chosen = [seed === undefined ? "" : ` --seed ${seed}`, seeds === undefined ? "" : ` --seeds ${seeds}`, device === undefined ? "" : ` --device ${device}`].join("");
  return `reprise run ${slug} --profile ${profile}${chosen} --out ${directory} --resume`;
}

const indented = (line: string): string => `  ${line}`;

/** The result for a terminal. */
function plain(record: RunRecord): string {
  const { claim, verdict, indicative, preconditions, skipped } = record;
  const lines = [
    record.title,
    ...armLines(summarise(record).arms).map(indented),
    ...failedPremises(preconditions).map(indented),
    ...(skipped.length > 0 ? [`  left out, time was over: ${skipped.join(", ")}`] : []),
    `claim: ${claim.paper}`,
    ...claim.conditions.map(conditionLine).map(indented),
    `verdict: ${verdict}${indicative ? " (indicative)" : ""}, ${duration(record.seconds)}`,
  ];
  return `${lines.join("\n")}\n`;
}
