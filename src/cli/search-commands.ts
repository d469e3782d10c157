/** The words and options of `reprise papers index|search|similar`. */
import type { Command } from "commander";
import type { ModelOption, SearchCommandOptions, SimilarCommandOptions } from "./commands/papers-search.ts";
import { DATABASE_OPTION, JSON_OPTION } from "./options.ts";
import type { CliPorts } from "./ports.ts";

const ENCODER_OPTION = ["--encoder <model>", "encode with this model instead of the shipped one: a directory, or an identifier on Hugging Face"] as const;

/** Adds the commands to `papers`; `positive` reads a whole number of at least 1. */
export function addSearchCommands(papers: Command, ports: CliPorts, positive: (text: string) => number): void {
  papers
    .command("index")
    .description("encode papers that are new or changed, so that they are found by meaning; stopped, it goes on where it was")
    .option(...ENCODER_OPTION)
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: ModelOption) => (await import("./commands/papers-search.ts")).indexPapers(ports, options));
  papers
    .command("search")
    .description("find papers by words and meaning")
    .argument("<query>", 'such as "attention that reads the query once"; also "a phrase", title:word, author:name, year:2020..2023, -word')
    .option("--limit <n>", "results, at most 200", positive, 10)
    .option("--family <family>", "only this family")
    .option("--year <years>", "only these years, such as 2021, 2020..2023, 2020.. or ..2019")
    .option("--modality <modality>", "only papers on this, such as image or speech")
    .option("--runs", "only papers whose system runs")
    .option("--has-code", "only papers whose authors' code is known")
    .option(...ENCODER_OPTION)
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (query: string, options: SearchCommandOptions) => (await import("./commands/papers-search.ts")).searchPapers(ports, query, options));
  papers
    .command("similar")
    .description("papers like a given one")
    .argument("<id>", "its slug or identifier, such as crossmae or arxiv:2401.14391")
    .option("--limit <n>", "results, at most 200", positive, 10)
    .option(...ENCODER_OPTION)
    .option(...DATABASE_OPTION)
    .option(...JSON_OPTION)
    .action(async (id: string, options: SimilarCommandOptions) => (await import("./commands/papers-search.ts")).similarPapers(ports, id, options));
}
