/** The commands that take models out of here and bring them in. */
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { ExportCommandOptions } from "./commands/export.ts";
import type { ImportModelCommandOptions } from "./commands/import.ts";
import { JSON_OPTION } from "./options.ts";
import type { CliPorts } from "./ports.ts";
import { whole } from "./text-commands.ts";
import { EXPORT_DTYPES, EXPORT_FORMATS } from "../tasks/huggingface/export-choices.ts";
import type { ExportDtype } from "../tasks/huggingface/export-choices.ts";

export function addExchangeCommands(root: Command, ports: CliPorts): void {
  root
    .command("export")
    .description("write what a model does as an ONNX file, or a text model as a folder that Hugging Face's libraries open")
    .argument("<directory>", "a model that pretrain made, of a system or a configuration, or a folder of Hugging Face")
    .requiredOption("--out <path>", "the ONNX file, or the folder")
    .addOption(new Option("--format <format>", "of a text model: what the folder is for (default: onnx)").choices(EXPORT_FORMATS))
    .option("--dtype <list>", `of a text model: its graphs, ${EXPORT_DTYPES.join(", ")} (default: fp32)`, dtypes)
    .option("--batch <n>", "of a model of pictures: items in its fixed batch (default: 1)", whole)
    .option(...JSON_OPTION)
    .action(async (directory: string, options: ExportCommandOptions) => (await import("./commands/export.ts")).exportModel(ports, directory, options));
  root
    .command("import")
    .description("fetch a model of Hugging Face, check that every weight has its place, and say what it is")
    .argument("<place>", "a folder, or the id of a model such as org/name")
    .option("--out <directory>", "write it there, with its ONNX graph")
    .option("--revision <name>", "branch, tag or commit (default: main)")
    .option("--cache <directory>", "where fetched files are kept (default: HF_HUB_CACHE, else below HF_HOME)")
    .option("--offline", "make no request (default: HF_HUB_OFFLINE)")
    .option(...JSON_OPTION)
    .action(async (place: string, options: ImportModelCommandOptions) => (await import("./commands/import.ts")).importModel(ports, place, options));
}

function dtypes(text: string): ExportDtype[] {
  const names = text.split(",").map((name) => name.trim());
  const known = names.filter((name): name is ExportDtype => EXPORT_DTYPES.some((dtype) => dtype === name));
  if (known.length !== names.length) throw new InvalidArgumentError(`expected some of ${EXPORT_DTYPES.join(", ")}.`);
  return known;
}
