/** Several sets of classes over one encoder, each with its own head; a text belongs to one of them (multi-task learning). */
import type { RandomStream, Tensor } from "../../../../engine/index.ts";
import { Module } from "../../../../nn/index.ts";
import { crossEntropy } from "../../../../objectives/index.ts";
import type { AssembleConfig } from "../../config.ts";
import { objectivePart, streamOf } from "../../part.ts";
import type { ObjectiveInputs, ObjectiveModule } from "../../part.ts";
import { checkPooling, oneStream, VectorHead } from "../../vector-head.ts";

export class Tasks extends Module implements ObjectiveModule {
  readonly heads: readonly VectorHead[];
  private readonly sizes: readonly number[];

  constructor(config: AssembleConfig, random: RandomStream) {
    super();
    const { hidden_size: width, pooling } = streamOf(config);
    this.sizes = config.task_labels_num ?? [];
    this.heads = this.sizes.map((classes, i) => new VectorHead(width, classes, pooling, random.child("heads", i)));
  }

  /** The mean over all texts, whichever their tasks. */
  forward(inputs: ObjectiveInputs): { readonly loss: Tensor; readonly accuracy: Tensor } {
    const [classes, task] = [inputs.fields.get("classes"), inputs.fields.get("task")];
    const parts = this.heads.map((_, i) => {
      // Classes of other tasks may be none of this one; their weight is 0.
      const own = classes.minimum((this.sizes[i] as number) - 1);
      const weights = task.equal(i).cast("float32");
      const { loss, accuracy } = crossEntropy(this.logits(inputs, i), own, { weights });
      const share = weights.mean();
      return { loss: loss.mul(share), accuracy: accuracy.mul(share) };
    });
    return parts.reduce((sum, part) => ({ loss: sum.loss.add(part.loss), accuracy: sum.accuracy.add(part.accuracy) }));
  }

  /** Scores of a task's classes, [B, labels]. */
  logits({ states, segments }: Pick<ObjectiveInputs, "states" | "segments">, task: number): Tensor {
    const head = this.heads[task];
    if (head === undefined) throw new RangeError(`tasks: there is no task ${task}; the model has ${this.heads.length}`);
    return head.forward(states[0] as Tensor, segments[0] as Tensor);
  }
}

export default objectivePart({
  name: "tasks",
  description: "the class of the whole sequence, of several sets of classes the one of its task",
  reads: () => ["classes", "task"],
  mask: () => "fully_visible",
  words: "either",
  ofDecoder: false,
  fineTuning: true,
  check: (config, context) => [
    ...oneStream("tasks", context),
    ...(config.task_labels_num === undefined ? [{ fields: ["task_labels_num", "target"], message: "tasks needs to know how many classes each task has", fix: 'add "task_labels_num", such as [3, 2]' }] : []),
    ...(config.target.includes("cls") ? [{ fields: ["target"], message: "cls and tasks both read the classes of a text", fix: "keep one" }] : []),
    ...checkPooling("tasks", [streamOf(config).pooling], context),
  ],
  build: (config, random) => new Tasks(config, random),
});
