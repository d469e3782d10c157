/** Classifiers assembled from a configuration: folders of `pretrainConfig` whose target is cls or tasks. */
import { hostArray } from "../../engine/index.ts";
import type { Device, HostArray } from "../../engine/index.ts";
import { wholeOf } from "../../train/assemble/index.ts";
import type { Assembled, TextCorpus } from "../../train/assemble/index.ts";
import { Classes } from "../../train/assemble/parts/objective/cls.ts";
import { Tasks } from "../../train/assemble/parts/objective/tasks.ts";
import type { EncodeOptions } from "../huggingface/pretrained-text.ts";
import type { TextInput } from "../huggingface/tokenizer.ts";
import { RequestError } from "../request-error.ts";
import { labelScores } from "../text/score-texts.ts";
import type { LabelScore } from "../text/score-texts.ts";
import { HeadRunner, openHead } from "./assembled-head.ts";
import type { AssembledHead } from "./assembled-head.ts";
import { encodeLines } from "./read-corpus.ts";

/** Asked like a classifier of Hugging Face. `release` frees its programs. */
export class AssembledText {
  readonly model: Assembled;
  readonly labels: readonly string[];
  /** No entry says that labels do not exclude each other. */
  readonly config = {};
  private readonly head: AssembledHead;
  private readonly runner: HeadRunner<"scores">;

  /** `task` is the place of the classes that are told, of a model of several. */
  constructor(head: AssembledHead, task = 0) {
    const objective = head.model.objectives[head.objective];
    this.model = head.model;
    this.head = head;
    if (objective instanceof Classes) {
      this.labels = head.labels.cls ?? numbered(head.model.config.labels_num ?? 0);
      this.runner = new HeadRunner(head, (inputs) => ({ scores: objective.logits(inputs) }));
    } else if (objective instanceof Tasks) {
      this.labels = head.labels.tasks?.[task]?.labels ?? numbered(head.model.config.task_labels_num?.[task] ?? 0);
      this.runner = new HeadRunner(head, (inputs) => ({ scores: objective.logits(inputs, task) }));
    } else throw new RequestError(`the model tells no classes of texts; its target is ${head.objective}`);
  }

  /** [n, labels] of texts or pairs, before the softmax. */
  async scores(texts: readonly TextInput[], { batch }: Pick<EncodeOptions, "batch"> = {}): Promise<HostArray> {
    if (texts.length === 0) throw new RequestError("scores: expected at least one text");
    const { tokenizer } = this.head;
    const pairs = texts.map((text) => (typeof text === "string" ? ([text] as const) : text));
    const corpus: TextCorpus = { documents: pairs.map(([first]) => encodeLines(first, tokenizer)), seconds: pairs.map(([, second]) => (second === undefined ? undefined : wholeOf(encodeLines(second, tokenizer)))) };
    const rows = await this.runner.rows(corpus, { batch });
    return hostArray(Float32Array.from(rows.flatMap(({ outputs }) => Array.from(outputs.scores))), [texts.length, this.labels.length]);
  }

  /** Labels of each text, the most probable first. */
  async predict(texts: readonly TextInput[]): Promise<LabelScore[][]> {
    return labelScores(this, await this.scores(texts));
  }

  async release(): Promise<void> {
    await this.runner.release();
  }
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `LABEL_${i}`);

export interface OpenAssembledOptions {
  readonly device?: Device;
  /** Which set of classes is told, of a model of several tasks: its name. Default the first. */
  readonly task?: string;
}

/**
 * The classifier in a folder that `finetune` or `pretrainConfig` left.
 *
 * ```ts
 * const [[best]] = await (await openAssembled("my-classifier")).predict(["I left after ten minutes"]);
 * ```
 *
 * Throws a `RequestError` for a model without the target cls or tasks, and for a task it does not have.
 */
export async function openAssembled(directory: string, { device, task }: OpenAssembledOptions = {}): Promise<AssembledText> {
  const head = await openHead(directory, ["cls", "tasks"], { device });
  const names = head.labels.tasks?.map(({ name }) => name) ?? [];
  const place = task === undefined ? 0 : names.indexOf(task);
  if (place < 0) throw new RequestError(`${directory}: task: expected ${names.length === 0 ? "none, the model has one set of classes" : `one of ${names.join(", ")}`}, got ${JSON.stringify(task)}`);
  return new AssembledText(head, place);
}
