/**
 * A method of several models on the user's records. Each stage is trained in a folder of its own below `stages/`, like any
 * other model; what was killed goes on in the stage it had reached, and finished stages are read.
 */
import { join } from "node:path";
import { writeFileAtomic } from "../../data/node/atomic-file.node.ts";
import { hostArray, RandomStream } from "../../engine/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { parseSettings, SILENT } from "../../lab/index.ts";
import type { StagedModel, StagedTextRecipe, StageRecords, TextStage } from "../../lab/index.ts";
import { ResumeRefused } from "../../lab/run-identity.ts";
import { beginRun, begunRun, merged, readIfThere, requireSameRun } from "../begun-run.ts";
import { exportFolder } from "../huggingface/export-folder.ts";
import { fromPretrained } from "../huggingface/from-pretrained.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";
import { chosenMetric, evaluateText } from "./evaluate-text.ts";
import { fingerprintOf, readTextData } from "./read-text-data.ts";
import type { TextData } from "./read-text-data.ts";
import { TEXT_TRAINING_SETTINGS } from "./text-settings.ts";
import type { TextTrainingSettings } from "./text-settings.ts";
import { trainByRecipe } from "./train-recipe.ts";
import type { TrainedText, TrainTextOptions } from "./train-recipe.ts";

const STAGES = "stages";

/** What must be equal for a run to be continued; each stage compares its own besides. */
interface StagedIdentity {
  readonly method: string;
  readonly recipe: number;
  readonly base: string;
  readonly settings: TextTrainingSettings;
  readonly data: { readonly kind: string; readonly count: number; readonly fingerprint: string; readonly evaluation: string | null };
}

/** Trains the stages, or continues them, and leaves the folder of the last model with the others and the records beside it. */
export async function trainInStages(method: string, recipe: StagedTextRecipe, data: string | TextData, options: TrainTextOptions): Promise<TrainedText> {
  const { out, base = "tiny", resume = false, progress = SILENT, device } = options;
  if (options.loss !== undefined) throw new RequestError(`${method}: its stages have losses of their own; leave out --loss`);
  const begun = await begunRun<StagedIdentity>(out);
  const finished = (await readIfThere(join(out, "config.json"))) !== undefined;
  if (!resume && (begun !== undefined || finished)) throw new ResumeRefused(`${out} already holds a ${finished ? "model" : "begun run"}; pass --resume to continue it, or another directory`);
  const settings = parseSettings(TEXT_TRAINING_SETTINGS, resume && begun !== undefined ? merged(begun.settings, options.settings ?? {}) : (options.settings ?? {}), `${method}: settings`);
  const read = await readTextData(data, recipe.data, options);
  // Pairs without labels are judged by scored ones, whose fields have names of their own.
  const judgedBy = recipe.data.includes("scored") ? "scored" : "pairs";
  const evaluation = options.evaluation === undefined ? undefined : await readTextData(options.evaluation, [judgedBy], judgedBy === read.kind ? options : { ...options, columns: undefined });
  const identity: StagedIdentity = {
    method, recipe: recipe.version, base, settings,
    data: { kind: read.kind, count: read.records.length, fingerprint: await fingerprintOf(read), evaluation: evaluation === undefined ? null : await fingerprintOf(evaluation) },
  };
  if (begun !== undefined) requireSameRun(begun, identity, out);
  const result = { loss: "stages", records: read.records.length, broken: read.broken };
  if (finished) {
    progress.message(`${out}: finished already`);
    return { ...result, model: await fromPretrained(out, { device }), steps: 0, lastLoss: null, best: null, kept: {} };
  }
  return beginRun(out, identity, async () => {
    const stages = new Map<string, TrainedText>();
    const stageOf = (name: string): TrainedText => {
      const stage = stages.get(name);
      if (stage === undefined) throw new Error(`internal: ${method} names the stage "${name}", which it has not trained; there are ${[...stages.keys()].join(", ")}`);
      return stage;
    };
    const train = async ({ name, task, from, objective, data: records }: TextStage): Promise<StagedModel> => {
      if (stages.has(name)) throw new Error(`internal: ${method} trains two stages called "${name}"`);
      progress.message(`stage ${name}: ${objective.summary}`);
      const own = { version: recipe.version, summary: recipe.summary, task, objectives: { [name]: objective } };
      const trained = await trainByRecipe(`${method} ${name}`, own, records, { ...options, settings, resume: true, out: join(out, STAGES, name), base: from === undefined ? base : join(out, STAGES, from), evaluation: evaluation?.kind === records.kind ? evaluation : undefined });
      stages.set(name, trained);
      return ask(trained.model, evaluation);
    };
    const { model: last, models, records } = await recipe.run(read as StageRecords, { random: RandomStream.of(settings.seed, "stages"), settings, train }); // of a kind in recipe.data
    const kept: Record<string, string> = {};
    for (const [name, stage] of Object.entries(models)) {
      await leave(stageOf(stage).model, join(out, name));
      kept[name] = join(out, name);
    }
    for (const [name, lines] of Object.entries(records)) {
      kept[name] = join(out, `${name}.jsonl`);
      await writeFileAtomic(kept[name], new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join("")));
    }
    const { model, lastLoss, best } = stageOf(last);
    await leave(model, out);
    for (const [name, stage] of stages) if (name !== last) await stage.model.release();
    return { ...result, model, steps: [...stages.values()].reduce((sum, { steps }) => sum + steps, 0), lastLoss, best, kept };
  });
}

const leave = (model: PretrainedText, folder: string): Promise<string[]> => exportFolder(model, folder, { format: model.pretrained.task === "features" ? "sentence-transformers" : "huggingface" });

const ask = (model: PretrainedText, evaluation: TextData | undefined): StagedModel => ({
  vectors: async (texts) => unitLength(await model.embed(texts)),
  logits: async (pairs) => (await model.scores(pairs)).data as Float32Array,
  quality: async () => (evaluation === undefined ? null : ((await evaluateText(model, evaluation)).metrics[chosenMetric(evaluation.kind)] as number)),
});

function unitLength({ data, shape }: HostArray): HostArray {
  const [rows, width] = shape as [number, number];
  const unit = Float32Array.from(data as Float32Array);
  for (let row = 0; row < rows; row++) {
    const vector = unit.subarray(row * width, (row + 1) * width);
    const length = Math.hypot(...vector);
    if (length > 0) vector.forEach((value, d) => (vector[d] = value / length));
  }
  return hostArray(unit, shape);
}
