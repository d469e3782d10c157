/** CrossTune's tasks: three sets with their states from the black box, few-shot draws by seed, and an arm run over all of them. */
import type { HostArray } from "../../engine/index.ts";
import { fewShot } from "../../data/index.ts";
import type { FewShotDraw } from "../../data/index.ts";
import { metrics } from "../../train/index.ts";
import { takeRows } from "../../lab/index.ts";
import type { ArmContext, ArmResult, PrepareContext, TrainedArm } from "../../lab/index.ts";
import { bertEn, bertOf, loadGenres, loadSections, loadSpam } from "../../lab/text/index.ts";
import type { ClassifiedText, LabelledTexts } from "../../lab/text/index.ts";
import { BlackBox } from "./crosstune-box.ts";
import { HEAD_TRAINING } from "./crosstune-classifier.ts";
import type { LabelledVectors } from "./crosstune-model.ts";

export const TASKS = ["topics", "genres", "spam"] as const;
type TaskName = (typeof TASKS)[number];

export const settings = {
  tasks: TASKS as readonly TaskName[],
  perClass: 16,
  length: 48,
  layers: 4,
  heads: 4,
  head: HEAD_TRAINING,
  prompt: { tokens: 5, width: 50, calls: 200 },
  written: { perClass: 16, tokens: 40, example: 24, temperature: 0.8 },
  switch: { steps: 60, batch: 32, length: 48, learningRate: 3e-4, threshold: 0.5 },
  test: 1000,
};
export type Settings = typeof settings;

export const TEMPLATES: Readonly<Record<TaskName, string>> = { topics: " It is about [MASK].", genres: " This is [MASK].", spam: " This is [MASK]." };

const LOADERS: Readonly<Record<TaskName, (context: PrepareContext<Settings>) => Promise<LabelledTexts>>> = {
  topics: (context) => loadSections(context, 12),
  genres: loadGenres,
  spam: loadSpam,
};

export interface Task {
  readonly name: TaskName;
  readonly set: LabelledTexts;
  readonly test: readonly ClassifiedText[];
  /** float32 [n, d] of the texts the draws are made from, and of the test texts. */
  readonly vectors: { readonly train: HostArray; readonly test: HostArray };
  readonly labels: { readonly names: HostArray; readonly descriptions: HostArray };
}

export interface Shared {
  readonly tasks: readonly Task[];
}

export const boxOf = ({ settings: { length, layers }, device, signal, foundation }: Pick<PrepareContext<Settings>, "settings" | "device" | "signal" | "foundation">, task: TaskName): BlackBox =>
  new BlackBox(bertOf(foundation(bertEn)), { template: TEMPLATES[task], length, layers, device, signal });

/** States of all texts once: draws and arms share them, and count what each of them would have asked for. */
export async function prepare(context: PrepareContext<Settings>): Promise<Shared> {
  const tasks: Task[] = [];
  for (const name of context.settings.tasks) {
    const set = await LOADERS[name](context);
    const test = set.test.slice(0, context.settings.test);
    const box = boxOf(context, name);
    context.message(`${name}: asking the model about ${set.train.length + test.length} texts`);
    tasks.push({
      name, set, test,
      vectors: { train: await box.texts(set.train.map(({ text }) => text)), test: await box.texts(test.map(({ text }) => text)) },
      labels: { names: await box.labels(set.classes.map((label) => label.name)), descriptions: await box.labels(set.classes.map(({ description }) => description)) },
    });
  }
  return { tasks };
}

/** What an arm makes of one task. */
export interface Judged {
  /** Classes of the test texts. */
  readonly classes: ArrayLike<number>;
  /** Texts sent through the model to learn, descriptions counted. */
  readonly calls: number;
  readonly trained?: readonly Omit<TrainedArm, "curves">[];
  readonly notes?: readonly string[];
}

export type OnTask = (context: ArmContext<Settings>, task: Task, draw: FewShotDraw) => Promise<Judged>;

/** Runs an arm on all tasks with the draw that the seed names. */
export async function overTasks(context: ArmContext<Settings>, { tasks }: Shared, onTask: OnTask): Promise<ArmResult> {
  const judged: (Judged & { readonly name: TaskName; readonly accuracy: number })[] = [];
  for (const [i, task] of tasks.entries()) {
    context.report(i, tasks.length);
    const draw = fewShot(task.set.train.map(({ label }) => label), { perClass: context.settings.perClass, seed: 0, draw: context.seed - 1 });
    const found = await onTask(context, task, draw);
    judged.push({ ...found, name: task.name, accuracy: metrics.accuracy(found.classes, task.test.map(({ label }) => label)) });
  }
  const trained = judged.flatMap(({ trained: own = [] }) => own);
  const steps = trained.reduce((sum, own) => sum + own.steps, 0);
  return {
    parameters: Math.max(0, ...trained.map(({ parameters }) => parameters)),
    flopsPerStep: steps === 0 ? 0 : trained.reduce((sum, own) => sum + own.flopsPerStep * own.steps, 0) / steps,
    steps,
    seconds: trained.reduce((sum, own) => sum + own.seconds, 0),
    metrics: {
      accuracy: judged.reduce((sum, { accuracy }) => sum + accuracy, 0) / judged.length,
      ...Object.fromEntries(judged.map(({ name, accuracy }) => [name, accuracy])),
      calls: judged.reduce((sum, { calls }) => sum + calls, 0),
    },
    notes: judged.flatMap(({ name, notes = [] }) => notes.map((note) => `${name}: ${note}`)),
  };
}

export const vectorsOf = ({ vectors, set }: Task, places: Int32Array): LabelledVectors => ({ texts: takeRows(vectors.train, places), labels: Array.from(places, (place) => set.train[place]?.label as number) });
export const plainOf = ({ set }: Task, places: Int32Array): { readonly texts: string[]; readonly labels: number[] } => ({ texts: Array.from(places, (place) => set.train[place]?.text as string), labels: Array.from(places, (place) => set.train[place]?.label as number) });
