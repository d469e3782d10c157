/** The words and options of `reprise papers ...`: what the explorer stores, harvests, ranks and sends. */
import type { Command } from "commander";
import { Option } from "commander";
import type { BackupCommandOptions, RestoreCommandOptions } from "./commands/papers-backup.ts";
import type { DigestCommandOptions, SubscribersListOptions, SuppressOptions, TrendingCommandOptions } from "./commands/papers-digest.ts";
import type { HarvestCommandOptions, ImportCommandOptions } from "./commands/papers-harvest.ts";
import type { SiteCommandOptions } from "./commands/papers-site.ts";
import type { StatusCommandOptions } from "./commands/papers-status.ts";
import type { TrainSearchOptions } from "./commands/papers-train-search.ts";
import { addSearchCommands } from "./search-commands.ts";
import { TRENDING_WINDOWS } from "../papers/ranking/trending.ts";
import { FILE_SOURCES, WEB_SOURCES } from "../papers/harvest/sources/names.ts";
import { DATABASE_OPTION, JSON_OPTION } from "./options.ts";
import type { CliPorts } from "./ports.ts";
import { collect, collectNumber, day, positive, seed } from "./values.ts";

/** Adds the group to `root`. */
export function addPapersCommands(root: Command, ports: CliPorts): void {
  const papers = root.command("papers").description("the explorer: what it stores");
  papers
    .command("status")
    .description("show what is stored: rows, size, migrations, jobs")
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: StatusCommandOptions) => (await import("./commands/papers-status.ts")).papersStatus(ports, options));
  papers
    .command("import-catalogue")
    .description("store the papers of the catalogue; again, it brings them up to date")
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: StatusCommandOptions) => (await import("./commands/papers-status.ts")).importCatalogue(ports, options));
  papers
    .command("backup")
    .description("write everything that is stored to a file; others may go on working meanwhile on a PostgreSQL server")
    .argument("<file>", "the backup, such as papers.jsonl.gz")
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (file: string, options: BackupCommandOptions) => (await import("./commands/papers-backup.ts")).backupPapers(ports, file, options));
  papers
    .command("restore")
    .description("put what a backup holds into an empty database, wherever the backup was made")
    .argument("<file>", "a backup")
    .option("--force", "replace everything in a database that is not empty")
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (file: string, options: RestoreCommandOptions) => (await import("./commands/papers-backup.ts")).restorePapers(ports, file, options));
  papers
    .command("retry")
    .description("let jobs that were given up try again")
    .argument("[ids...]", "of the jobs, as status shows them (default: all)", collectNumber)
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (ids: readonly number[] | undefined, options: StatusCommandOptions) => (await import("./commands/papers-status.ts")).retryJobs(ports, ids ?? [], options));
  papers
    .command("harvest")
    .description("fetch new papers from sources; run again, it goes on where it was")
    .option("--source <name>", `${WEB_SOURCES.join(", ")}; may be repeated (default: arxiv and hugging-face)`, collect, [])
    .option("--set <key=value>", "a setting of the source, such as categories='[\"cs.CL\"]' or url=https://example.org/feed; may be repeated", collect, [])
    .option("--since <date>", "start from this day instead of where the last harvest ended", day)
    .option("--max <n>", "stop after the page that brings so many records", positive)
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: HarvestCommandOptions) => (await import("./commands/papers-harvest.ts")).harvestPapers(ports, options));
  papers
    .command("import")
    .description("store the papers of a BibTeX or JSONL file; importing it again changes nothing")
    .argument("<file>", "such as references.bib or papers.jsonl")
    .addOption(new Option("--format <format>", "of the file (default: by its name)").choices(FILE_SOURCES))
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (file: string, options: ImportCommandOptions) => (await import("./commands/papers-harvest.ts")).importPapers(ports, file, options));
  papers
    .command("trending")
    .description("list the papers that trend, with the reasons for each place")
    .addOption(new Option("--window <window>", "how far to look back").choices(TRENDING_WINDOWS).default("week"))
    .option("--family <family>", "only papers of this family")
    .option("--limit <n>", "papers", positive, 20)
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: TrendingCommandOptions) => (await import("./commands/papers-digest.ts")).trending(ports, options));
  papers
    .command("digest")
    .description("send the digests that are due now, or show those of a date")
    .option("--date <date>", "YYYY-MM-DD (default: today)", day)
    .option("--dry-run", "show the mails, send and store nothing")
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: DigestCommandOptions) => (await import("./commands/papers-digest.ts")).digest(ports, options));
  papers
    .command("site")
    .description("write catalogue, ledger and search as a static site")
    .argument("<folder>", "where; a folder that this command made is replaced")
    .option("--base-url <url>", "where the site will be found: a path such as /papers, or the whole address, which feeds and site map need", "/")
    .option(...JSON_OPTION)
    .action(async (folder: string, options: SiteCommandOptions) => (await import("./commands/papers-site.ts")).site(ports, folder, options));
  const subscribers = papers.command("subscribers").description("who gets the digest");
  subscribers
    .command("list")
    .description("list the subscribers, oldest first")
    .option("--limit <n>", "subscribers", positive, 1000)
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: SubscribersListOptions) => (await import("./commands/papers-digest.ts")).listPeople(ports, options));
  subscribers
    .command("show")
    .description("show everything known of a subscriber, with the record of mails")
    .argument("<address>", "of the subscriber")
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (address: string, options: StatusCommandOptions) => (await import("./commands/papers-digest.ts")).showPerson(ports, address, options));
  subscribers
    .command("remove")
    .description("delete everything known of a subscriber")
    .argument("<address>", "of the subscriber")
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (address: string, options: StatusCommandOptions) => (await import("./commands/papers-digest.ts")).removePerson(ports, address, options));
  subscribers
    .command("suppress")
    .description("let no mail go to an address any more, or to those that reports name")
    .argument("[address]", "to suppress")
    .option("--file <file>", "reports of bounces and complaints, as JSON or a report a line")
    .option("--lift", "let mail go there again")
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (address: string | undefined, options: SuppressOptions) => (await import("./commands/papers-digest.ts")).suppressPeople(ports, address, options));
  papers
    .command("train-search")
    .description("train the two models of the search from their data; run again, it goes on where it was")
    .option("--out <directory>", "gets the models, and checkpoints in its folder training", "models")
    .option("--minutes <n>", "stop after so many minutes (default: when finished)", positive)
    .option("--seed <n>", "of everything random", seed, 0)
    .option(...JSON_OPTION)
    .action(async (options: TrainSearchOptions) => (await import("./commands/papers-train-search.ts")).trainSearch(ports, options));
  addSearchCommands(papers, ports, positive);
}
