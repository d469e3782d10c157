/** The commands, their options and what they print; parsing is strict and every mistake names the nearest choice. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { dataInfo, getData, listData } from "./commands/data.ts";
import { doctor } from "./commands/doctor.ts";
import { info } from "./commands/info.ts";
import { ledger } from "./commands/ledger.ts";
import { list } from "./commands/list.ts";
import { run } from "./commands/run.ts";
import type { RunCommandOptions } from "./commands/run.ts";
import { UsageError } from "./errors.ts";
import { EXIT } from "./exit-codes.ts";
import type { CliPorts } from "./ports.ts";
import { DEVICES } from "../engine/index.ts";
import { PROFILES } from "../lab/profile.ts";
import { ResumeRefused } from "../lab/run-identity.ts";

const DEVICE_OPTION = ["--device <device>", `where to run: ${DEVICES.join(", ")} (default: REPRISE_DEVICE or cpu)`] as const;
const JSON_OPTION = ["--json", "print data as JSON to stdout"] as const;
const EXIT_HELP = `
Exit codes: 0 done (whatever the verdict), 1 failure, 2 not understood, 130 interrupted, 143 terminated.
Data goes to stdout, messages and progress to stderr.`;

/** Runs the command line `words` and returns the exit code. Never throws. */
export async function main(words: readonly string[], ports: CliPorts): Promise<number> {
  try {
    await program(ports).parseAsync([...words], { from: "user" });
    return EXIT.success;
  } catch (error) {
    if (ports.signal.aborted) return ports.signal.reason === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usage;
    ports.error(`reprise: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError || error instanceof ResumeRefused ? EXIT.usage : EXIT.failure;
  }
}

function program(ports: CliPorts): Command {
  const root = new Command("reprise")
    .description("Papers that run: train, check and take home the systems of 209 papers.")
    .version(ports.home.version)
    .addHelpText("after", EXIT_HELP)
    .exitOverride()
    .configureOutput({ writeOut: ports.out, writeErr: ports.error });

  root
    .command("list")
    .description("list the systems and whether they run")
    .option("--family <family>", "only this family")
    .option(...JSON_OPTION)
    .action((options) => list(ports, options));
  root
    .command("info")
    .description("say what a system is, what it claims and how it is run")
    .argument("<slug>", "short name of the system")
    .option(...JSON_OPTION)
    .action((slug: string, options) => info(ports, slug, options));
  root
    .command("run")
    .description("run a system's experiment and hold the paper's claim against it")
    .argument("<slug>", "short name of the system")
    .addOption(new Option("--profile <profile>", "quick is one seed in two minutes and only indicative; full carries the verdict").choices(PROFILES).default("quick"))
    .option("--seed <n>", "run this one seed", seed)
    .option("--seeds <k>", "run the first k seeds of the profile", positive)
    .option(...DEVICE_OPTION)
    .option("--out <directory>", "where to keep the run (default: runs/<slug>/<profile>-<time>)")
    .option("--resume", "continue an unfinished run, keeping its finished arms")
    .option(...JSON_OPTION)
    .action((slug: string, options: RunCommandOptions) => run(ports, slug, options));
  root
    .command("ledger")
    .description("show what every system showed in its last full run")
    .option("--update", "write docs/ledger.md and docs/ledger.json from results/")
    .option(...JSON_OPTION)
    .action((options) => ledger(ports, options));
  const data = root.command("data").description("show and fetch the published data that experiments use");
  data
    .command("list")
    .description("list the data sources")
    .option(...JSON_OPTION)
    .action((options) => listData(ports, options));
  data
    .command("info")
    .description("say what a source holds, its licence and its packages")
    .argument("<id>", "source, such as emoji/art")
    .option(...JSON_OPTION)
    .action((id: string, options) => dataInfo(ports, id, options));
  data
    .command("get")
    .description("fetch a source into the cache")
    .argument("<id>", "source, such as emoji/art")
    .option("--parts <parts...>", "only these parts")
    .option(...JSON_OPTION)
    .action((id: string, options) => getData(ports, id, options));
  root
    .command("doctor")
    .description("show versions, devices, memory, disk and how fast matrices multiply here")
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action((options) => doctor(ports, options));
  return root;
}

function seed(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value)) throw new InvalidArgumentError("expected a whole number.");
  return value;
}

function positive(text: string): number {
  const value = seed(text);
  if (value < 1) throw new InvalidArgumentError("expected a whole number of at least 1.");
  return value;
}
