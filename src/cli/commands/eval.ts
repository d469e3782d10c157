/** `reprise eval DIR`: how good a text model is on records that it was not trained on. */
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { UsageError } from "../errors.ts";
import { chosenDevice } from "../device.ts";
import { withTextModel } from "./text-options.ts";
import { evaluateAnswers, evaluateAssembled, evaluateText, isAssembledFolder, isFewShot, isRanker, openFewShot, openRanker } from "../../tasks/index.ts";

export interface EvalCommandOptions {
  readonly data: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly strict?: boolean;
  /** Of an assembled model: which of its sets of classes. */
  readonly task?: string;
  readonly device?: string;
  readonly json?: boolean;
}

export async function evaluateModel(ports: CliPorts, place: string, { data, columns, strict, task, device, json = false }: EvalCommandOptions): Promise<void> {
  const progress = ports.progress();
  try {
    const { kind, count, metrics } = await measured(ports, place, { device, task }, data, { columns, strict, signal: ports.signal, progress });
    if (json) printJson(ports, { model: place, kind, records: count, metrics });
    else ports.out(`${count} records (${kind})\n${Object.entries(metrics).map(([name, value]) => `${name.padEnd(12)}${value.toFixed(4)}\n`).join("")}`);
  } finally {
    progress.end();
  }
}

/** A model that answers questions is asked them; any other makes vectors or scores. */
async function measured({ systems }: CliPorts, place: string, { device, task }: Pick<EvalCommandOptions, "device" | "task">, data: string, options: Parameters<typeof evaluateText>[2]): Promise<{ readonly kind: string; readonly count: number; readonly metrics: Readonly<Record<string, number>> }> {
  if (await isAssembledFolder(place)) return await evaluateAssembled(place, data, { ...options, device: chosenDevice(device), task });
  if (task !== undefined) throw new UsageError("--task is for assembled models with several sets of classes");
  if (await isFewShot(place)) {
    const classifier = await openFewShot(place, { device: chosenDevice(device), systems });
    return await evaluateText(classifier, data, options).finally(() => classifier.release());
  }
  if (!(await isRanker(place))) return withTextModel(place, device, (model) => evaluateText(model, data, options));
  const ranker = await openRanker(place, { device: chosenDevice(device), systems });
  try {
    return ranker.learnedFrom === "choices" ? await evaluateAnswers(ranker, data, options) : await evaluateText(ranker, data, options);
  } finally {
    await ranker.release();
  }
}
