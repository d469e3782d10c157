/** `reprise train METHOD`: a text model on the user's own records, left as a folder of Hugging Face. */
import { chosenDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { settingsFrom } from "./model-options.ts";
import { duration } from "../../lab/node/terminal-progress.ts";
import { count } from "../../lab/report/format.ts";
import { trainText } from "../../tasks/index.ts";

export interface TrainCommandOptions {
  readonly data: string;
  readonly eval?: string;
  readonly base?: string;
  readonly out: string;
  readonly loss?: string;
  /** Descriptions of classes. */
  readonly labels?: string;
  /** Relations between concepts. */
  readonly graph?: string;
  readonly steps?: number;
  readonly batch?: number;
  readonly lr?: number;
  readonly set: readonly string[];
  readonly columns?: Readonly<Record<string, string>>;
  readonly checkpointEvery?: number;
  readonly resume?: boolean;
  readonly strict?: boolean;
  readonly device?: string;
  readonly json?: boolean;
}

/** Options that are short for settings. */
const SHORT = { steps: "steps", batch: "batch", lr: "learningRate" } as const;

export async function train(ports: CliPorts, method: string, options: TrainCommandOptions): Promise<void> {
  const { data, out, base, loss, columns, checkpointEvery, resume, strict, json = false } = options;
  const settings = settingsFrom(options.set);
  for (const [option, setting] of Object.entries(SHORT) as [keyof typeof SHORT, string][]) {
    if (options[option] === undefined) continue;
    if (setting in settings) throw new UsageError(`--${option} N is short for --set ${setting}=N; give one of them`);
    settings[setting] = options[option];
  }
  const progress = ports.progress();
  const stopped = (): void => progress.message("stopping after the current step; press Ctrl-C again to stop at once");
  ports.signal.addEventListener("abort", stopped);
  const began = performance.now();
  try {
    const trained = await trainText(method, data, { out, base, loss, settings, columns, graph: options.graph, descriptions: options.labels, evaluation: options.eval, resume, strict, checkpointEvery, device: chosenDevice(options.device), systems: ports.systems, signal: ports.signal, progress });
    progress.end();
    const parameters = trained.model.module.parameterCount();
    const { steps, records, broken, lastLoss, best, tuned, kept } = trained;
    const seconds = (performance.now() - began) / 1000;
    await trained.model.release();
    if (json) printJson(ports, { method, out, loss: trained.loss, parameters, steps, records, broken, lastLoss, best, tuned, kept, seconds });
    else {
      const found = best === null ? "" : `best at step ${best.step}: ${Object.entries(best.metrics).map(([name, value]) => `${name} ${value.toFixed(4)}`).join(", ")}\n`;
      ports.out(`${method} (${trained.loss}): ${tuned === undefined ? `${count(parameters)} parameters` : `${count(tuned.frozen)} parameters frozen, ${count(tuned.added)} added (${((100 * tuned.added) / tuned.frozen).toFixed(1)}%), ${count(tuned.trained)} trained`}, ${steps} steps on ${records} records${broken > 0 ? ` (${broken} broken and left out)` : ""}${lastLoss === null ? "" : `, loss ${lastLoss.toPrecision(4)}`}, ${duration(seconds)}\n${found}model: ${out}\n${Object.entries(kept).map(([what, place]) => `${what}: ${place}\n`).join("")}`);
    }
  } catch (error) {
    if (ports.signal.aborted) ports.error(`stopped. Continue with the same command and --resume\n`);
    throw error;
  } finally {
    progress.end();
    ports.signal.removeEventListener("abort", stopped);
  }
}
