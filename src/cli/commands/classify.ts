/** `reprise classify DIR`: the nearest of some labels for each picture of a folder, as JSON Lines. */
import type { CliPorts } from "../ports.ts";
import { UsageError } from "../errors.ts";
import { classifyText } from "./classify-text.ts";
import { withModel } from "./model-options.ts";
import { classify as nearestLabels, isAssembledFolder, isPretrainedFolder } from "../../tasks/index.ts";

export interface ClassifyCommandOptions {
  readonly data: string;
  /** In words: for models of pictures, and for models that read two texts. */
  readonly labels?: readonly string[];
  /** Texts on which a fast scorer is calibrated. */
  readonly calibrate?: string;
  /** "overlap", "glove" or an embedding model. */
  readonly fast?: string;
  readonly errorRate?: number;
  readonly hypothesis?: string;
  /** Texts are plain, one a line. */
  readonly lines?: boolean;
  /** The user's name of the field "text". */
  readonly columns?: Readonly<Record<string, string>>;
  /** Of an assembled model: which of its sets of classes. */
  readonly task?: string;
  readonly batch?: number;
  readonly strict?: boolean;
  readonly device?: string;
}

const DIGITS = 4;

export async function classify(ports: CliPorts, directory: string, options: ClassifyCommandOptions): Promise<void> {
  if ((await isPretrainedFolder(directory)) || (await isAssembledFolder(directory))) return classifyText(ports, directory, options);
  const { data, batch, strict, device } = options;
  // Asked of the options once there is a model: where there is none, that is what to say.
  const { labels, names, nearest, scores } = await withModel(ports, directory, device, (model, progress) => nearestLabels(model, data, labelsFor(options), { batchSize: batch, strict, signal: ports.signal, progress }));
  names.forEach((path, row) => {
    const own = labels.map((label, i) => [label, Number(Number(scores.data[row * labels.length + i]).toFixed(DIGITS))] as const);
    ports.out(`${JSON.stringify({ path, label: labels[nearest[row] as number], scores: Object.fromEntries(own) })}\n`);
  });
}

/** What pictures are told by. Throws for options that belong to texts. */
function labelsFor(options: ClassifyCommandOptions): readonly string[] {
  for (const name of ["lines", "columns", "calibrate", "fast", "errorRate", "hypothesis", "task"] as const) if (options[name] !== undefined) throw new UsageError(`--${name === "errorRate" ? "error-rate" : name} is for models of texts`);
  if (options.labels === undefined) throw new UsageError("--labels: a model of pictures needs the labels to choose from");
  return options.labels;
}
