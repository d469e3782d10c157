/**
 * The commands, their options and what they print; parsing is strict and every mistake names the nearest choice. What a
 * command does is loaded when it is called: the words, their help and their mistakes cost no engine.
 */
import { Command, CommanderError, Option } from "commander";
import type { AssembleCommandOptions } from "./commands/assemble.ts";
import type { ClassifyCommandOptions } from "./commands/classify.ts";
import type { CompleteCommandOptions } from "./commands/complete.ts";
import type { EmbedCommandOptions } from "./commands/embed.ts";
import type { BuildFoundationsOptions } from "./commands/foundations.ts";
import type { ExportFoundationOptions } from "./commands/foundations-export.ts";
import type { JigsawCommandOptions } from "./commands/jigsaw.ts";
import type { PredictCommandOptions } from "./commands/predict.ts";
import type { PretrainCommandOptions } from "./commands/pretrain.ts";
import type { ReconstructCommandOptions } from "./commands/reconstruct.ts";
import type { RunCommandOptions } from "./commands/run.ts";
import type { WorkerCommandOptions } from "./commands/worker.ts";
import { UsageError } from "./errors.ts";
import { addExchangeCommands } from "./exchange-commands.ts";
import { addServeCommand } from "./serve-command.ts";
import { addTextCommands, COLUMNS_OPTION, TASK_OPTION, TEXT_COLUMN_OPTION } from "./text-commands.ts";
import { EXIT } from "./exit-codes.ts";
import { addPapersCommands } from "./papers-commands.ts";
import { seed, positive, share, numbers, labels, collect } from "./values.ts";
import { DATABASE_OPTION, DEVICE_OPTION, JSON_OPTION } from "./options.ts";
import type { CliPorts } from "./ports.ts";
import { ColumnsError } from "../data/text/columns-error.ts";
import { PROFILES } from "../lab/profile.ts";
import { ResumeRefused } from "../lab/run-identity.ts";
import { SettingsError } from "../lab/settings-error.ts";
import { SIDES } from "../lab/sided-recipe.ts";
import { UselessRecords } from "../lab/useless-records.ts";
import { AssembleError } from "../train/assemble/assemble-error.ts";
import { RequestError } from "../tasks/request-error.ts";

const STRICT_OPTION = ["--strict", "stop at the first broken file instead of reporting it and going on"] as const;
const EXIT_HELP = `
Exit codes: 0 done (whatever the verdict), 1 failure, 2 not understood, 130 interrupted, 143 terminated.
Data goes to stdout, messages and progress to stderr.`;

/** Errors of those who ask, not of what was asked for. */
const NOT_UNDERSTOOD = [UsageError, ResumeRefused, SettingsError, RequestError, UselessRecords, AssembleError, ColumnsError];

/** Why work is stopped when nobody reads what it prints any more. */
export const READER_GONE = "the reader of stdout is gone";

/** Runs the command line `words` and returns the exit code. Never throws. */
export async function main(words: readonly string[], ports: CliPorts): Promise<number> {
  try {
    await program(ports).parseAsync([...words], { from: "user" });
    return EXIT.success;
  } catch (error) {
    if (ports.signal.aborted && ports.signal.reason === READER_GONE) return EXIT.success;
    if (ports.signal.aborted) return ports.signal.reason === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.success : EXIT.usage;
    ports.error(`reprise: ${error instanceof Error ? error.message : String(error)}\n`);
    return NOT_UNDERSTOOD.some((kind) => error instanceof kind) ? EXIT.usage : EXIT.failure;
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
    .action(async (options) => (await import("./commands/list.ts")).list(ports, options));
  root
    .command("info")
    .description("say what a system is, what it claims and how it is run")
    .argument("<slug>", "short name of the system")
    .option(...JSON_OPTION)
    .action(async (slug: string, options) => (await import("./commands/info.ts")).info(ports, slug, options));
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
    .option("--events <file>", "append progress to a file, one JSON object a line")
    .option(...JSON_OPTION)
    .action(async (slug: string, options: RunCommandOptions) => (await import("./commands/run.ts")).run(ports, slug, options));
  root
    .command("ledger")
    .description("show what every system showed in its last full run")
    .option("--update", "write docs/ledger.md and docs/ledger.json from results/")
    .option("--judge <slug>", "judge a stored result by the conditions its system declares now; nothing is run")
    .option(...JSON_OPTION)
    .action(async (options) => (await import("./commands/ledger.ts")).ledger(ports, options));
  root
    .command("assemble")
    .description("list the parts that models are assembled from, or explain a configuration: slots, shapes, parameters, what does not fit")
    .argument("[config]", "a JSON file")
    .option("--list", "list the parts of every slot")
    .option("--explain", "explain the configuration (the default)")
    .option("--set <key=value>", "change a key of the configuration, such as vocab_size=30522; may be repeated", collect, [])
    .option(...JSON_OPTION)
    .action(async (config: string | undefined, options: AssembleCommandOptions) => (await import("./commands/assemble.ts")).assembleCommand(ports, config, options));
  root
    .command("pretrain")
    .description("train a system, or a model assembled from a configuration, on your own data and keep it in a directory")
    .argument("<slug>", "short name of the system, or a configuration: a file that ends in .json")
    .requiredOption("--data <path...>", "your data, such as a folder of pictures; files of records, such as texts, for a configuration")
    .requiredOption("--out <directory>", "where to keep the model")
    .option("--steps <n>", "updates of the weights", positive)
    .option("--set <key=value>", "change a setting, such as encoder.width=48; may be repeated", collect, [])
    .option("--tokenizer <file>", "with a configuration: a tokenizer.json instead of one trained on the texts")
    .option("--from <directory>", "with a configuration: carry on the weights and the tokenizer of a model that pretrain made, or of a folder of Hugging Face")
    .option(...COLUMNS_OPTION)
    .option("--checkpoint-every <n>", "steps between checkpoints (default: 100)", positive)
    .option("--resume", "continue what was begun in the directory, with its settings")
    .option(...STRICT_OPTION)
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (slug: string, options: PretrainCommandOptions) => (slug.endsWith(".json") ? (await import("./commands/pretrain-assembled.ts")).pretrainAssembled(ports, slug, options) : (await import("./commands/pretrain.ts")).pretrain(ports, slug, options)));
  root
    .command("embed")
    .description("print a vector for each picture or text, one JSON object a line")
    .argument("<directory>", "a model that pretrain or train made, or a folder of Hugging Face")
    .requiredOption("--data <path>", "your data: a folder of pictures; texts also as a file, or - for standard input")
    .option("--out <file>", "write a safetensors file instead")
    .option("--batch <n>", "items in a batch, and texts that are read before they are answered (default: 64, and 512 texts)", positive)
    .option("--lines", "texts are plain: one a line")
    .option(...TEXT_COLUMN_OPTION)
    .addOption(new Option("--role <role>", "what texts are, for models that read queries and documents differently (default: document, without a prompt)").choices(SIDES))
    .option(...STRICT_OPTION)
    .option(...DEVICE_OPTION)
    .option("--json", "with --out, say what was written as JSON; without, the lines are JSON anyway")
    .action(async (directory: string, options: EmbedCommandOptions) => (await import("./commands/embed.ts")).embed(ports, directory, options));
  root
    .command("classify")
    .description("print the label of each text, or the nearest of some labels for each picture, one JSON object a line")
    .argument("<directory>", "a model that pretrain or train made, or a folder of Hugging Face")
    .requiredOption("--data <path>", "a folder of pictures; texts also as a file, or - for standard input")
    .option("--labels <list>", 'labels in words, such as "red ball,green tree": for models of pictures, cross-encoders and entailment models', labels)
    .option("--calibrate <path>", "texts without labels on which a fast scorer learns which labels may be left out (99 or more)")
    .option("--fast <scorer>", "overlap, glove, or an embedding model (default: overlap)")
    .option("--error-rate <share>", "texts whose answer may be lost (default: 0.01)", share)
    .option("--hypothesis <text>", 'how a label is put to the model (default: "This is about {}.")')
    .option("--lines", "texts are plain: one a line")
    .option(...TEXT_COLUMN_OPTION)
    .option(...TASK_OPTION)
    .option("--batch <n>", "items in a batch, and texts that are read before they are answered (default: 64, and 512 texts)", positive)
    .option(...STRICT_OPTION)
    .option(...DEVICE_OPTION)
    .option("--json", "accepted everywhere; these lines are JSON anyway")
    .action(async (directory: string, options: ClassifyCommandOptions) => (await import("./commands/classify.ts")).classify(ports, directory, options));
  root
    .command("reconstruct")
    .description("hide patches of a picture and fill them in")
    .argument("<directory>", "a model that pretrain made")
    .requiredOption("--image <file>", "a PNG, JPEG or WebP file")
    .requiredOption("--out <file>", "the filled picture, PNG")
    .option("--hide <ids>", "patches to hide, row by row from 0, such as 0,1,2", numbers)
    .option("--ratio <share>", "hide this share of the patches at random (default: 0.75)", share)
    .option("--seed <n>", "of the random choice", seed)
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (directory: string, options: ReconstructCommandOptions) => (await import("./commands/reconstruct.ts")).reconstruct(ports, directory, options));
  root
    .command("complete")
    .description("hide patches of a picture and fill them in with the help of another view of its scene")
    .argument("<directory>", "a model that pretrain made")
    .requiredOption("--image <file>", "a PNG, JPEG or WebP file")
    .requiredOption("--other <file>", "another picture of the scene")
    .requiredOption("--out <file>", "the filled picture, PNG")
    .option("--hide <ids>", "patches to hide, row by row from 0, such as 0,1,2", numbers)
    .option("--ratio <share>", "hide this share of the patches at random (default: 0.9)", share)
    .option("--seed <n>", "of the random choice", seed)
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (directory: string, options: CompleteCommandOptions) => (await import("./commands/complete.ts")).complete(ports, directory, options));
  root
    .command("predict")
    .description("find the depth or the classes of a picture")
    .argument("<directory>", "a model that pretrain made")
    .requiredOption("--image <file>", "a PNG, JPEG or WebP file")
    .addOption(new Option("--want <map>", "what to find").choices(["depth", "classes"]).makeOptionMandatory())
    .requiredOption("--out <file>", "the map, a grey PNG")
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (directory: string, options: PredictCommandOptions) => (await import("./commands/predict.ts")).predict(ports, directory, options));
  root
    .command("jigsaw")
    .description("shuffle the tiles of a picture and put them back where they seem to belong")
    .argument("<directory>", "a model that pretrain made")
    .requiredOption("--image <file>", "a PNG, JPEG or WebP file")
    .requiredOption("--out <file>", "the tiles in the places found, PNG")
    .option("--shuffled", "the tiles of the picture are shuffled already")
    .option("--seed <n>", "of the shuffle (default: 0)", seed)
    .option("--keep <file>", "also write the shuffled picture, PNG")
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (directory: string, options: JigsawCommandOptions) => (await import("./commands/jigsaw.ts")).jigsaw(ports, directory, options));
  addExchangeCommands(root, ports);
  addServeCommand(root, ports);
  addTextCommands(root, ports);
  const data = root.command("data").description("show and fetch the published data that experiments use");
  data
    .command("list")
    .description("list the data sources")
    .option(...JSON_OPTION)
    .action(async (options) => (await import("./commands/data.ts")).listData(ports, options));
  data
    .command("info")
    .description("say what a source holds, its licence and its packages")
    .argument("<id>", "source, such as emoji/art")
    .option(...JSON_OPTION)
    .action(async (id: string, options) => (await import("./commands/data.ts")).dataInfo(ports, id, options));
  data
    .command("get")
    .description("fetch a source into the cache")
    .argument("<id>", "source, such as emoji/art")
    .option("--parts <parts...>", "only these parts")
    .option(...JSON_OPTION)
    .action(async (id: string, options) => (await import("./commands/data.ts")).getData(ports, id, options));
  const foundations = root.command("foundations").description("show and build the tiny pre-trained models that experiments start from");
  foundations
    .command("list")
    .description("list the foundations, whether they are built, and what their gates measured")
    .option(...JSON_OPTION)
    .action(async (options) => (await import("./commands/foundations.ts")).listFoundations(ports, options));
  foundations
    .command("build")
    .description("build foundations that are not in the cache yet, with what they need")
    .argument("<ids...>", "foundations, such as bert-en")
    .option("--recheck", "judge the gates of what is built again")
    .option("--unshipped", "build those too that come with the package")
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (ids: string[], options: BuildFoundationsOptions) => (await import("./commands/foundations.ts")).buildFoundations(ports, ids, options));
  foundations
    .command("export")
    .description("write dec-multi or dec-multi@en as a folder of Hugging Face (BLOOM), to train from or to open elsewhere")
    .argument("<id>", "foundation")
    .requiredOption("--out <directory>", "where the folder goes")
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (id: string, options: ExportFoundationOptions) => (await import("./commands/foundations-export.ts")).exportFoundation(ports, id, options));
  addPapersCommands(root, ports);
  root
    .command("worker")
    .description("do the explorer's background jobs until stopped; as many as wanted, on any machine that reaches the database")
    .option("--kinds <kinds>", "only these kinds: harvest, encode, run, digest", labels)
    .option("--concurrency <n>", "jobs at a time", positive, 1)
    .option("--grace <seconds>", "how long running jobs may go on after a stop", positive, 30)
    .option("--until-idle", "end when nothing is left to do now")
    .option(...DATABASE_OPTION)
    .action(async (options: WorkerCommandOptions) => (await import("./commands/worker.ts")).worker(ports, options));
  root
    .command("doctor")
    .description("show versions, devices, memory, disk and how fast matrices multiply here")
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (options) => (await import("./commands/doctor.ts")).doctor(ports, options));
  return root;
}
