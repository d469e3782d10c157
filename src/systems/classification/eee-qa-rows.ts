/**
 * Rows of a question with its choices: all choices in one row behind the question, or a row for each. A row of one choice is
 * the usual pair, so that both are read by the same model.
 */
import { hostArray } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { padRows } from "../../data/index.ts";
import type { Batch, Encoding, Tokenizer } from "../../data/index.ts";

/** One row for all choices, or one for each. */
export type ChoiceEncoding = "joint" | "separate";

/** Most tokens of a question and of a choice, special ones not counted. */
export interface ChoiceLengths {
  readonly question: number;
  readonly choice: number;
}

/** A question before it becomes rows. */
export interface ChoiceTokens {
  readonly question: Int32Array;
  readonly choices: readonly Int32Array[];
  /** Place of the right choice. */
  readonly answer: number;
}

type RowTokenizer = Pick<Tokenizer, "encode" | "assemble" | "special">;

/** The id that ends the question and each choice. */
export function separatorOf({ special: { sep } }: Pick<Tokenizer, "special">): number {
  if (sep === undefined) throw new RangeError("eee-qa: the tokenizer has no token that separates texts");
  return sep;
}

/** Tokens of a question. A separator that is spelled out in a text is left out: rows are told apart by it. */
export function choiceTokens(tokenizer: RowTokenizer, { context, candidates, answer }: { readonly context: string; readonly candidates: readonly string[]; readonly answer: number }, lengths: ChoiceLengths): ChoiceTokens {
  const separator = separatorOf(tokenizer);
  const cut = (text: string, most: number): Int32Array => tokenizer.encode(text).filter((id) => id !== separator).subarray(0, most);
  return { question: cut(context, lengths.question), choices: candidates.map((text) => cut(text, lengths.choice)), answer };
}

/** The same question with its choices in another order. */
export function shuffleChoices({ question, choices, answer }: ChoiceTokens, order: ArrayLike<number>): ChoiceTokens {
  const places = Array.from(order);
  return { question, choices: places.map((place) => choices[place] as Int32Array), answer: places.indexOf(answer) };
}

/** `[CLS] question [SEP] a_1 [SEP] .. a_C [SEP]`, the choices in segment 1; or that with one choice, C times. */
export function choiceRows(tokenizer: RowTokenizer, { question, choices }: ChoiceTokens, encoding: ChoiceEncoding): Encoding[] {
  if (encoding === "separate") return choices.map((choice) => tokenizer.assemble(question, choice));
  const separator = separatorOf(tokenizer);
  return [tokenizer.assemble(question, Int32Array.from(choices.flatMap((choice, i) => (i === 0 ? [...choice] : [separator, ...choice]))))];
}

/** Tokens of the longest row. */
export const rowLength = ({ question, choice }: ChoiceLengths, choices: number, encoding: ChoiceEncoding): number => question + 2 + (encoding === "joint" ? choices : 1) * (choice + 1);

/** int32 and bool [B, L], or [B * C, L] with a question's choices side by side; answers int32 [B]. */
export interface ChoiceBatch extends Batch {
  readonly ids: HostArray;
  readonly segments: HostArray;
  readonly valid: HostArray;
  readonly answers: HostArray;
}

/** Questions, which all have equally many choices, as a batch. */
export function choiceBatch(tokenizer: RowTokenizer, questions: readonly ChoiceTokens[], encoding: ChoiceEncoding, length: number): ChoiceBatch {
  const { ids, segments, valid } = padRows(questions.flatMap((question) => choiceRows(tokenizer, question, encoding)), length, tokenizer.special.pad ?? 0);
  return { ids, segments, valid, answers: hostArray(Int32Array.from(questions, ({ answer }) => answer), [questions.length]) };
}

/** Tokens that an encoder reads for a question, and pairs of tokens that attend to each other in a layer, without padding. */
export function choiceCost({ question, choice }: ChoiceLengths, choices: number, encoding: ChoiceEncoding): { readonly tokens: number; readonly pairs: number } {
  const [rows, length] = encoding === "joint" ? [1, rowLength({ question, choice }, choices, "joint")] : [choices, rowLength({ question, choice }, choices, "separate")];
  return { tokens: rows * length, pairs: rows * length ** 2 };
}
