/** The commands on texts and their options. */
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { AnswerCommandOptions } from "./commands/answer.ts";
import type { EvalCommandOptions } from "./commands/eval.ts";
import type { LinkCommandOptions } from "./commands/link.ts";
import type { RerankCommandOptions } from "./commands/rerank.ts";
import type { SearchIndexCommandOptions, SearchQueryCommandOptions } from "./commands/search.ts";
import type { TrainCommandOptions } from "./commands/train.ts";
import { DEVICE_OPTION, JSON_OPTION } from "./options.ts";
import type { CliPorts } from "./ports.ts";
import { columnMap, someText } from "./values.ts";
import { TEXT_METHOD_NAMES } from "../tasks/text/methods/names.ts";
import { SEARCH_MODES } from "../tasks/text/search-modes.ts";

const STRICT_OPTION = ["--strict", "stop at the first broken record instead of reporting it and going on"] as const;
/** Of models that `pretrain` assembled under the target tasks. */
export const TASK_OPTION = ["--task <name>", "of an assembled model with several sets of classes: which one (default: the first)"] as const;
export const COLUMNS_OPTION = ["--columns <list>", "your names of fields, such as query=question,positive=answer", columnMap] as const;
const LINES_OPTION = ["--lines", "standard input and files are plain: one text a line"] as const;
/** Of commands that read texts. */
export const TEXT_COLUMN_OPTION = ["--columns <list>", "your name of the field, such as text=abstract", columnMap] as const;
const MODEL = "a folder of Hugging Face, or the id of a model on the hub";

export function addTextCommands(root: Command, ports: CliPorts): void {
  root
    .command("train")
    .description("train a text model on your own records and keep it as a folder of Hugging Face")
    .argument("<method>", `${TEXT_METHOD_NAMES.join(", ")}, or a system that trains on texts (a name that there is not gives the list)`)
    .requiredOption("--data <path>", "pairs, scored pairs, labelled texts or questions with choices: JSONL, CSV, TSV, Parquet; plain texts too for systems that pre-train")
    .requiredOption("--out <directory>", "where to keep the model")
    .option("--eval <path>", "records that choose the best checkpoint")
    .option("--base <place>", `what to start from: ${MODEL}, or "tiny" (default: tiny)`)
    .option("--labels <path>", "a description of each class, for methods that read them: records with label and description")
    .option("--graph <path>", "relations between concepts, for eee-qa: records with head, relation and tail; kept with the model")
    .option("--loss <name>", "objective (default: the first that fits the records)")
    .option("--steps <n>", "updates of the weights", whole)
    .option("--batch <n>", "records in a batch", whole)
    .option("--lr <rate>", "peak learning rate", rate)
    .option("--set <key=value>", "change a setting, such as tiny.width=256; may be repeated", (word: string, before: readonly string[]) => [...before, word], [])
    .option(...COLUMNS_OPTION)
    .option("--checkpoint-every <n>", "steps between checkpoints (default: 100)", whole)
    .option("--resume", "continue what was begun in the directory, with its settings")
    .option(...STRICT_OPTION)
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (method: string, options: TrainCommandOptions) => (await import("./commands/train.ts")).train(ports, method, options));
  root
    .command("eval")
    .description("say how good a text model is on records that it was not trained on")
    .argument("<model>", MODEL)
    .requiredOption("--data <path>", "pairs, scored pairs, labelled texts, or questions with choices for a model that answers them")
    .option(...COLUMNS_OPTION)
    .option(...TASK_OPTION)
    .option(...STRICT_OPTION)
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (place: string, options: EvalCommandOptions) => (await import("./commands/eval.ts")).evaluateModel(ports, place, options));
  root
    .command("rerank")
    .description("order texts by how well they answer a query, one JSON object a line")
    .argument("<model>", MODEL)
    .requiredOption("--query <text>", "the query", someText)
    .option("--data <path>", "the texts: a file, a folder, or - for standard input", "-")
    .option("--top <n>", "print the best n only", whole)
    .option("--pairwise", "compare the texts two at a time, with a model of train llm-blender")
    .option(...LINES_OPTION)
    .option(...TEXT_COLUMN_OPTION)
    .option(...STRICT_OPTION)
    .option(...DEVICE_OPTION)
    .option("--json", "accepted everywhere; these lines are JSON anyway")
    .action(async (place: string, options: RerankCommandOptions) => (await import("./commands/rerank.ts")).rerankTexts(ports, place, options));
  root
    .command("answer")
    .description("answer multiple-choice questions, one JSON object a line")
    .argument("<directory>", "a model of train eee-qa")
    .option("--question <text>", "one question", someText)
    .option("--choices <list>", 'its choices, such as "puppy|whale"', choiceList)
    .option("--data <path>", "many questions with choices: a file, a folder, or - for standard input (default: -)")
    .option("--graph <path>", "relations to read in place of those the model learned from, of the same kinds")
    .option(...COLUMNS_OPTION)
    .option(...STRICT_OPTION)
    .option(...DEVICE_OPTION)
    .option("--json", "accepted everywhere; these lines are JSON anyway")
    .action(async (directory: string, options: AnswerCommandOptions) => (await import("./commands/answer.ts")).answerQuestions(ports, directory, options));
  root
    .command("link")
    .description("say which concept of a dictionary each name means, one JSON object a line")
    .argument("<dictionary>", "JSON Lines with id, name, aliases and types, or a folder with MRCONSO.RRF")
    .option("--data <path>", "the names: a file, a folder, or - for standard input", "-")
    .option("-k <n>", "candidates to print", whole, 3)
    .option("--model <place>", `a bi-encoder whose vectors of names are searched too: ${MODEL}`)
    .option("--rerank <place>", "a cross-encoder that looks at the candidates once more, such as one of train xmen")
    .option("--languages <list>", "languages of MRCONSO to take, such as ENG,GER (default: all)")
    .option(...LINES_OPTION)
    .option(...TEXT_COLUMN_OPTION)
    .option(...STRICT_OPTION)
    .option(...DEVICE_OPTION)
    .option("--json", "accepted everywhere; these lines are JSON anyway")
    .action(async (dictionary: string, options: LinkCommandOptions) => (await import("./commands/link.ts")).linkTexts(ports, dictionary, options));
  const search = root.command("search").description("index your texts and search them by words and by meaning");
  search
    .command("index")
    .description("index the texts of a file or a folder; what was broken off goes on")
    .argument("<source>", "a file, a folder, or - for standard input")
    .requiredOption("--index <directory>", "where to keep the index")
    .option("--model <place>", `a bi-encoder for the vectors: ${MODEL} (default: none, words only)`)
    .option(...LINES_OPTION)
    .option(...TEXT_COLUMN_OPTION)
    .option(...STRICT_OPTION)
    .option(...DEVICE_OPTION)
    .option(...JSON_OPTION)
    .action(async (source: string, options: SearchIndexCommandOptions) => (await import("./commands/search.ts")).searchIndex(ports, source, options));
  search
    .command("query")
    .description("find the texts of an index that answer a query")
    .argument("<index>", "what search index made")
    .argument("<query>", "the query")
    .option("-k <n>", "hits", whole, 10)
    .addOption(new Option("--mode <mode>", "words, vectors or both (default: both where there are vectors)").choices(SEARCH_MODES))
    .option("--model <place>", "where the model of the index is now, when it has moved")
    .option("--rerank <place>", "a cross-encoder that looks at the best hits once more")
    .option("--depth <n>", "hits that are fused and reranked (default: 100)", whole)
    .option(...DEVICE_OPTION)
    .option("--json", "print one JSON object a line")
    .action(async (index: string, query: string, options: SearchQueryCommandOptions) => (await import("./commands/search.ts")).searchQuery(ports, index, query, options));
}

function choiceList(text: string): string[] {
  const choices = text.split("|").map((choice) => choice.trim());
  if (choices.length < 2 || choices.includes("")) throw new InvalidArgumentError('expected two choices or more between |, such as "puppy|whale".');
  return choices;
}

export function whole(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("expected a whole number of at least 1.");
  return value;
}

function rate(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0)) throw new InvalidArgumentError("expected a number above 0.");
  return value;
}
