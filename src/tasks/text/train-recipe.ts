/** One text model trained by one recipe on the user's own records, from a model of Hugging Face or from nothing. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Batch, ColumnMapping, ConceptRelation } from "../../data/index.ts";
import { RandomStream } from "../../engine/index.ts";
import type { Device, Tensor } from "../../engine/index.ts";
import { parseSettings, SILENT } from "../../lab/index.ts";
import type { Progress, SidedModel, TextExample, TextObjective, TextRecipe } from "../../lab/index.ts";
import { ResumeRefused } from "../../lab/run-identity.ts";
import { Module } from "../../nn/index.ts";
import type { Mode } from "../../nn/index.ts";
import { AdamW, decodeCheckpoint, freeze, gradientCache, hashOfArrays, schedules } from "../../train/index.ts";
import type { TrainResult } from "../../train/index.ts";
import { beginRun, begunRun, lastLoss, merged, readIfThere, removeCheckpoints, requireSameRun } from "../begun-run.ts";
import type { SystemRegistry } from "../find-system.ts";
import { exportFolder } from "../huggingface/export-folder.ts";
import { fromPretrained } from "../huggingface/from-pretrained.ts";
import type { PretrainedText } from "../huggingface/pretrained-text.ts";
import { hasPrompts, promptFor } from "../huggingface/sentence-transformers.ts";
import { RequestError } from "../request-error.ts";
import { pretrainedBase, tinyModel } from "./base-model.ts";
import { chosenMetric, evaluateText, requireFittingLabels } from "./evaluate-text.ts";
import type { TextMetrics } from "./evaluate-text.ts";
import { chooseObjective } from "./methods/index.ts";
import { fingerprintOf, labelsOf, readTextData, textsOf, TRAINING_KINDS } from "./read-text-data.ts";
import type { ReadText, TextData } from "./read-text-data.ts";
import { buildSided, saveSided, tunedWeights } from "./sided-model.ts";
import { arraysOf, textBatches } from "./text-batches.ts";
import { TEXT_TRAINING_SETTINGS } from "./text-settings.ts";
import type { TextTrainingSettings } from "./text-settings.ts";
import { trainInFolder } from "./train-in-folder.ts";

export interface TrainTextOptions {
  /** Folder of the model; the run's checkpoints and log lie in `training/` below it. One run at a time may write to it; a second one is refused. */
  readonly out: string;
  /** Folder or hub id of the model to start from; default "tiny", a new small one. */
  readonly base?: string;
  /** Records that choose the best checkpoint; without them the last weights are kept. */
  readonly evaluation?: string | TextData;
  /** Objective by name; default the first that fits the records. */
  readonly loss?: string;
  /** Settings that are not to have their defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly columns?: ColumnMapping;
  /** Relations between concepts, for rankers that read what is known around each candidate: a file of records with head, relation and tail, or as they are. */
  readonly graph?: string | readonly ConceptRelation[];
  /** Descriptions of classes, for methods that read them: by label, or a file of records with label and description. */
  readonly descriptions?: string | Readonly<Record<string, string>>;
  /** Continue what was begun in `out`, if anything was; settings that are not given are those of the begun run. */
  readonly resume?: boolean;
  /** Stop at the first broken record. */
  readonly strict?: boolean;
  /** Steps between checkpoints; default 100. */
  readonly checkpointEvery?: number;
  readonly device?: Device;
  /** Stops between steps, leaving a checkpoint. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  readonly systems?: SystemRegistry;
}

export interface TrainedText {
  readonly model: PretrainedText;
  readonly loss: string;
  readonly steps: number;
  /** Mean training loss of the last tenth of the steps; null when the run had ended before. */
  readonly lastLoss: number | null;
  readonly records: number;
  readonly broken: number;
  /** The best evaluation; null without one. */
  readonly best: { readonly step: number; readonly metrics: TextMetrics } | null;
  /** Of a method that leaves most of its base as it was: weights added to it, trained, and frozen. */
  readonly tuned?: { readonly added: number; readonly trained: number; readonly frozen: number };
  /** What a method of several stages keeps besides the model: places by what they hold. */
  readonly kept: Readonly<Record<string, string>>;
}

/** What must be equal for a run to be continued. */
interface TextRunIdentity {
  readonly method: string;
  readonly recipe: number;
  readonly loss: string;
  readonly base: string;
  readonly settings: TextTrainingSettings;
  /** Of the base, before queries and documents; absent where it has none for these records. */
  readonly prompts?: readonly [query: string, document: string];
  readonly data: { readonly kind: string; readonly count: number; readonly fingerprint: string; readonly evaluation: string | null };
}

/** Everything that trains, under one roof: the transformer and the stages after it. */
class Learner extends Module {
  readonly transformer: PretrainedText["module"] | SidedModel;
  readonly stages: PretrainedText["stages"];
  private readonly model: PretrainedText;

  constructor(model: PretrainedText) {
    super();
    this.transformer = model.sides ?? model.module;
    this.stages = model.stages;
    this.model = model;
  }

  /** The i-th text of a batch, of which the first asks: vectors [B, d] or scores [B, labels]. */
  output(batch: Readonly<Record<string, Tensor>>, i: number, mode: Mode): Tensor {
    const names = arraysOf(i);
    const [ids, valid, segments] = [batch[names.ids], batch[names.valid], batch[names.segments]] as [Tensor, Tensor, Tensor];
    const { lastHiddenState, logits } = this.model.forward({ ids, valid, segments }, mode, i === 0 ? "query" : "document");
    return this.model.pretrained.task === "features" ? this.stages.forward(lastHiddenState, valid) : (logits as Tensor);
  }
}

/** Trains one model, or continues it, and leaves its folder. `method` is what the run is called. */
export async function trainByRecipe(method: string, recipe: TextRecipe, data: string | TextData, options: TrainTextOptions): Promise<TrainedText> {
  const { out, base = "tiny", resume = false, progress = SILENT, device } = options;
  const begun = await begunRun<TextRunIdentity>(out);
  const finished = (await readIfThere(join(out, "config.json"))) !== undefined;
  if (!resume && (begun !== undefined || finished)) throw new ResumeRefused(`${out} already holds a ${finished ? "model" : "begun run"}; pass --resume to continue it, or another directory`);
  const given = parseSettings(TEXT_TRAINING_SETTINGS, resume && begun !== undefined ? merged(begun.settings, options.settings ?? {}) : (options.settings ?? {}), `${method}: settings`);
  const kinds = TRAINING_KINDS.filter((kind) => Object.values(recipe.objectives).some((objective) => objective.data === kind));
  const read = await readTextData(data, kinds, options);
  const evaluation = options.evaluation === undefined ? undefined : await readTextData(options.evaluation, [read.kind], options);
  const { labels, several } = labelsOf(read);
  if (read.kind === "labelled" && labels.length < 2) throw new RequestError(`${method}: ${labels.length === 0 ? "no record has a label" : `the only label of the records is "${labels[0]}"`}; expected two labels or more`);
  if (evaluation !== undefined) requireFittingLabels({ labels, several }, evaluation);
  const { name: loss, objective } = chooseObjective(recipe, { kind: read.kind, severalLabels: several }, options.loss);
  const opened = await openBase(base, read, given, { task: recipe.task, labels: recipe.task === "features" ? [] : labels.length === 0 ? ["LABEL_0"] : labels, severalLabels: several, kind: recipe.sides?.base, seed: given.seed, device });
  const settings = { ...given, learningRate: given.learningRate ?? (base === "tiny" ? 1e-3 : (recipe.sides?.learningRate ?? 5e-5)), batch: Math.min(given.batch, read.records.length) };
  if (settings.batch < given.batch) progress.message(`${read.records.length} records are fewer than a batch of ${given.batch}: the batch is lowered`);
  const prompted = recipe.task === "features" && read.kind === "pairs" && hasPrompts(opened.use);
  const identity: TextRunIdentity = {
    method, recipe: recipe.version, loss, settings,
    ...(prompted ? { prompts: [promptFor(opened.use, "query"), promptFor(opened.use, "document")] } : {}),
    base: base === "tiny" ? base : await hashOfArrays(opened.module.stateDict()),
    data: { kind: read.kind, count: read.records.length, fingerprint: await fingerprintOf(read), evaluation: evaluation === undefined ? null : await fingerprintOf(evaluation) },
  };
  if (begun !== undefined) requireSameRun(begun, identity, out);
  if (finished) {
    progress.message(`${out}: finished already`);
    await removeCheckpoints(out);
    return { model: await fromPretrained(out, { device }), loss, steps: settings.steps, lastLoss: null, records: read.records.length, broken: read.broken, best: null, kept: {} };
  }
  const { sides } = recipe;
  const sided = sides === undefined ? undefined : buildSided(method, sides, opened, settings.sides, settings.seed);
  const model = sided ?? opened;
  const examples = objective.examples(read.records as never, { settings, labels, random: RandomStream.of(settings.seed, "examples") }); // of the objective's kind
  return beginRun(out, identity, async () => {
    const { result, best } = await train(model, examples, evaluation, objective, sides?.frozen, identity, options);
    if (sided !== undefined && sides !== undefined) await saveSided(out, method, sides, sided, opened, settings.sides);
    else await exportFolder(model, out, { format: recipe.task === "features" ? "sentence-transformers" : "huggingface" });
    await removeCheckpoints(out);
    const tuned = sided === undefined || sides === undefined ? {} : { tuned: await tunedWeights(sided, sides) };
    return { model, loss, steps: result.step, lastLoss: lastLoss(result.history.steps["loss"] ?? []), records: read.records.length, broken: read.broken, best, ...tuned, kept: {} };
  });
}

function openBase(base: string, read: TextData, { tiny }: TextTrainingSettings, options: Parameters<typeof tinyModel>[2]): PretrainedText | Promise<PretrainedText> {
  return base === "tiny" ? tinyModel(textsOf(read), tiny, options) : pretrainedBase(base, options);
}

async function train(model: PretrainedText, examples: readonly TextExample[], evaluation: ReadText | undefined, objective: TextObjective, frozen: RegExp | undefined, identity: TextRunIdentity, options: TrainTextOptions): Promise<{ readonly result: TrainResult; readonly best: TrainedText["best"] }> {
  const { out, device, signal, progress = SILENT, checkpointEvery = 100 } = options;
  const { settings, method, prompts: [query, document] = ["", ""] } = identity;
  const { steps, seed, batch, part } = settings;
  const prompts = Array.from({ length: examples[0]?.texts.length ?? 0 }, (_, i) => (i === 0 ? query : document));
  const batches = textBatches(examples, model.tokenizer, { batch, longest: Math.min(settings.length, model.tokenizer.longest), seed, prompts });
  const learner = new Learner(model);
  // A base that is not trained is read as in use: without dropout. Stages above it stay with it.
  const rest = frozen === undefined ? undefined : freeze(learner.transformer, [frozen]);
  const places = examples[0]?.texts.length ?? 0;
  const encode = (tensors: Readonly<Record<string, Tensor>>, mode: Mode): Record<string, Tensor> => Object.fromEntries(Array.from({ length: places }, (_, i) => [`output${i}`, learner.output(tensors, i, mode)]));
  const lossOf = (outputs: Readonly<Record<string, Tensor>>, tensors: Readonly<Record<string, Tensor>>) => objective.loss(Array.from({ length: places }, (_, i) => outputs[`output${i}`] as Tensor), tensors["targets"] as Tensor, settings);
  const cached = part > 0 && part < batch && objective.contrastive === true ? gradientCache<Batch>({ encode, lossOfVectors: lossOf, partSize: part }) : undefined;
  const result = await trainInFolder<Batch>({
    out, method, identity, progress, checkpointEvery, data: batches, steps, seed, device, signal,
    loss: (tensors: Readonly<Record<string, Tensor>>, mode: Mode) => lossOf(encode(tensors, mode), tensors),
    ...cached,
    optimizer: new AdamW(rest === undefined ? learner : learner.transformer, { groups: rest?.groups ?? [], learningRate: settings.learningRate as number, weightDecay: settings.weightDecay, schedule: schedules.cosine({ warmup: Math.round(settings.warmup * steps), steps }) }),
    unused: "zero", // poolers and the like, which some models keep
    model: learner,
    ...(evaluation === undefined ? {} : { evaluate: { every: settings.evaluateEvery || Math.max(1, Math.ceil(steps / 10)), run: async () => (await evaluateText(model, evaluation)).metrics }, best: { metric: chosenMetric(evaluation.kind), order: "higher" as const } }),
  });
  await rest?.verify();
  rest?.thaw();
  return { result, best: evaluation === undefined ? null : await loadBest(learner, join(out, "training", "best-0.safetensors")) };
}

/** Takes the weights of the best evaluation. */
async function loadBest(learner: Module, path: string): Promise<TrainedText["best"]> {
  const { tensors, step, metrics } = await decodeCheckpoint(new Uint8Array(await readFile(path)), path);
  const prefix = "model.";
  learner.loadStateDict(new Map([...tensors].flatMap(([name, array]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), array] as const] : []))));
  return { step, metrics };
}
