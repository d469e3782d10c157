/** Multiple-choice questions: the most probable of some choices, by a ranker that learned from such questions (EEE-QA, arXiv 2403.02176). */
import type { Answer } from "../../systems/classification/eee-qa-answer.ts";
import { RequestError } from "../request-error.ts";
import { readQuestions } from "./read-text-data.ts";
import type { ChoiceData, ReadTextOptions } from "./read-text-data.ts";
import { softmax } from "./score-texts.ts";
import type { TextRanker } from "./text-ranker.ts";

/** What answers: a model of `train eee-qa`, opened by `openRanker`. */
export type ChoiceRanker = Pick<TextRanker, "rank" | "learnedFrom">;

/**
 * The most probable of the choices, all of them read in one pass.
 *
 * ```ts
 * const { choice, probabilities } = await answer(await openRanker("my-answerer"), "Which word means: a young dog?", ["puppy", "whale"]);
 * ```
 */
export async function answer(model: ChoiceRanker, question: string, choices: readonly string[]): Promise<Answer> {
  if (model.learnedFrom !== "choices") throw new RequestError("answer: expected a model that learned from questions with choices, such as one of train eee-qa; this one learned from pairs");
  if (choices.length < 2) throw new RequestError(`answer: expected at least two choices, got ${choices.length}`);
  const ranked = await model.rank(question, choices);
  const scores = new Array<number>(choices.length);
  for (const { index, score } of ranked) scores[index] = score;
  const index = ranked[0]?.index as number;
  return { index, choice: choices[index] as string, probabilities: softmax(scores) };
}

/** Share of the questions that are answered rightly, and what guessing would give. */
export async function evaluateAnswers(model: ChoiceRanker, data: string | ChoiceData, options: ReadTextOptions = {}): Promise<{ readonly kind: "choices"; readonly count: number; readonly metrics: { readonly accuracy: number; readonly chance: number } }> {
  const { questions } = await readQuestions(data, options);
  let [right, chance] = [0, 0];
  for (const { question, choices, answer: wanted } of questions) {
    options.signal?.throwIfAborted();
    const { probabilities } = await answer(model, question, choices);
    // In the order in which they are asked. An equal one beside it is no answer: a model that scores all alike gets nothing.
    if (probabilities.every((other, i) => i === wanted || other < (probabilities[wanted] as number))) right++;
    chance += 1 / choices.length;
  }
  return { kind: "choices", count: questions.length, metrics: { accuracy: right / questions.length, chance: chance / questions.length } };
}
