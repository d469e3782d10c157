/** Answers out of texts by an assembled model whose target is mrc. */
import type { Device } from "../../engine/index.ts";
import { AnswerSpan } from "../../train/assemble/parts/objective/mrc.ts";
import { RequestError } from "../request-error.ts";
import { HeadRunner, openHead } from "./assembled-head.ts";
import type { AssembledHead } from "./assembled-head.ts";
import { encodeLines } from "./read-corpus.ts";

/** Longest answer, in tokens. */
const MOST = 30;

export interface QuestionOfText {
  readonly question: string;
  readonly context: string;
}

/** Opened by `openReader`. `release` frees its programs. */
export class AssembledReader {
  private readonly head: AssembledHead;
  private readonly runner: HeadRunner<"starts" | "ends">;

  constructor(head: AssembledHead) {
    const objective = head.model.objectives["mrc"];
    if (!(objective instanceof AnswerSpan)) throw new RequestError(`the model finds no answers; its target is ${head.objective}`);
    this.head = head;
    this.runner = new HeadRunner(head, (inputs) => objective.logits(inputs));
  }

  /** The piece of each context with the highest scores of its two ends. Contexts are read as far as a row holds. */
  async answer(questions: readonly QuestionOfText[]): Promise<string[]> {
    if (questions.length === 0) return [];
    const { tokenizer } = this.head;
    const texts = questions.map(({ context }) => tokenizer.encodeWithOffsets(context));
    const rows = await this.runner.rows({ documents: questions.map(({ question }) => encodeLines(question, tokenizer)), seconds: texts.map(({ ids }) => ids), spans: texts.map(() => [0, 0] as const) });
    return rows.map(({ outputs: { starts, ends }, fields }, i) => {
      const [from = 0] = fields["starts"] === undefined ? [] : Array.from(fields["starts"]); // the place of the context's first token
      const { starts: units, ends: after, ids } = texts[i] as (typeof texts)[number];
      const count = Math.min(ids.length, starts.length - from);
      let best: readonly [score: number, first: number, last: number] = [-Infinity, 0, 0];
      for (let first = 0; first < count; first++) {
        for (let last = first; last < Math.min(count, first + MOST); last++) {
          const score = (starts[from + first] as number) + (ends[from + last] as number);
          if (score > best[0]) best = [score, first, last];
        }
      }
      return (questions[i] as QuestionOfText).context.slice(units[best[1]], after[best[2]]);
    });
  }

  async release(): Promise<void> {
    await this.runner.release();
  }
}

/**
 * The reader in a folder that `finetune` left under the target mrc.
 *
 * ```ts
 * const [answer] = await (await openReader("my-reader")).answer([{ question: "Where did Ada go?", context: "Ada went to London." }]);
 * ```
 */
export const openReader = async (directory: string, options: { readonly device?: Device } = {}): Promise<AssembledReader> => new AssembledReader(await openHead(directory, ["mrc"], options));
