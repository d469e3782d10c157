/** `reprise pretrain SLUG`: trains a system on the user's own data and leaves a model in a directory. */
import { chosenDevice } from "../device.ts";
import { paperNamed, printJson, loadSystem } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { UsageError } from "../errors.ts";
import { settingsFrom } from "./model-options.ts";
import { duration } from "../../lab/node/terminal-progress.ts";
import { count } from "../../lab/report/format.ts";
import { pretrain as pretrainModel } from "../../tasks/index.ts";

export interface PretrainCommandOptions {
  readonly data: readonly string[];
  readonly out: string;
  readonly steps?: number;
  readonly set: readonly string[];
  /** Of configurations. */
  readonly tokenizer?: string;
  readonly from?: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly checkpointEvery?: number;
  readonly resume?: boolean;
  readonly strict?: boolean;
  readonly device?: string;
  readonly json?: boolean;
}

export async function pretrain(ports: CliPorts, slug: string, options: PretrainCommandOptions): Promise<void> {
  const { data: paths, out, steps, set, checkpointEvery, resume, strict, json = false } = options;
  paperNamed(ports, slug);
  const system = await loadSystem(ports, slug);
  if (!system) throw new UsageError(`"${slug}" is planned and does not run yet; "reprise list" shows which systems run`);
  if (options.tokenizer !== undefined || options.from !== undefined || options.columns !== undefined) throw new UsageError(`--tokenizer, --from and --columns belong to configurations (config.json); "${slug}" is a system`);
  const [data, ...others] = paths as readonly [string, ...string[]];
  if (others.length > 0) throw new UsageError(`--data: a system reads one folder, got ${paths.join(", ")}`);
  const settings = settingsFrom(set);
  if (steps !== undefined && "steps" in settings) throw new UsageError("--steps N is short for --set steps=N; give one of them");
  const progress = ports.progress();
  const stopped = (): void => progress.message("stopping after the current step; press Ctrl-C again to stop at once");
  ports.signal.addEventListener("abort", stopped);
  const began = performance.now();
  try {
    const model = await pretrainModel(system, data, { out, steps, settings, resume, strict, checkpointEvery, device: chosenDevice(options.device), signal: ports.signal, progress });
    progress.end();
    const { training, parameters } = model.config;
    const seconds = (performance.now() - began) / 1000;
    if (json) printJson(ports, { system: slug, out, parameters, steps: training.steps, loss: training.loss, items: training.data.count, broken: training.data.broken, seconds });
    else {
      const { kind, count: items, broken } = training.data;
      ports.out(`${slug}: ${count(parameters)} parameters, ${training.steps} steps on ${items} ${kind}${broken > 0 ? ` (${broken} broken and left out)` : ""}, loss ${training.loss.toPrecision(4)}, ${duration(seconds)}\nmodel: ${out}\n`);
    }
  } catch (error) {
    if (ports.signal.aborted) ports.error(`stopped. Continue with: ${resumeCommand(slug, options)}\n`);
    throw error;
  } finally {
    progress.end();
    ports.signal.removeEventListener("abort", stopped);
  }
}

/** The settings of a begun run are kept with it and need not be given again. */
function resumeCommand(slug: string, { data, out, device, strict }: PretrainCommandOptions): string {
  return `reprise pretrain ${slug} --data ${data.join(" ")} --out ${out}${strict ? " --strict" : ""}${device === undefined ? "" : ` --device ${device}`} --resume`;
}
