/** `reprise answer DIR`: the most probable choice of each multiple-choice question as it comes, as JSON Lines. */
import { chosenDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import type { CliPorts } from "../ports.ts";
import { recordsFrom, rounded } from "./text-options.ts";
import { answer, openRanker } from "../../tasks/index.ts";

export interface AnswerCommandOptions {
  readonly question?: string;
  readonly choices?: readonly string[];
  readonly data?: string;
  /** Relations in place of those the model learned from. */
  readonly graph?: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly strict?: boolean;
  readonly device?: string;
}

interface Question {
  readonly question: string;
  readonly choices: readonly string[];
}

export async function answerQuestions(ports: CliPorts, directory: string, options: AnswerCommandOptions): Promise<void> {
  const questions = questionsOf(ports, options);
  const ranker = await openRanker(directory, { device: chosenDevice(options.device), systems: ports.systems, graph: options.graph });
  try {
    for await (const { question, choices } of questions) {
      ports.signal.throwIfAborted();
      const { index, choice, probabilities } = await answer(ranker, question, choices);
      ports.out(`${JSON.stringify({ question, answer: choice, index, probabilities: probabilities.map(rounded) })}\n`);
    }
  } finally {
    await ranker.release();
  }
}

/** The question of the options, or those of a file, a folder or standard input, one after the other. */
function questionsOf(ports: CliPorts, { question, choices, data, columns, strict }: AnswerCommandOptions): Iterable<Question> | AsyncIterable<Question> {
  if ((question === undefined) !== (choices === undefined)) throw new UsageError("--question and --choices go together");
  if (question !== undefined && choices !== undefined) {
    if (data !== undefined) throw new UsageError("--data is for many questions, --question and --choices for one; give one of them");
    return [{ question, choices }];
  }
  return recordsFrom(ports, "choices", data ?? "-", { columns, strict });
}
