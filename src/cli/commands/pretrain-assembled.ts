/** `reprise pretrain CONFIG.json`: trains an assembled model on files of texts, on pictures, or on recordings. */
import { chosenDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { changedConfig, readConfig } from "./assemble.ts";
import { settingsFrom } from "./model-options.ts";
import type { PretrainCommandOptions } from "./pretrain.ts";
import { duration } from "../../lab/node/terminal-progress.ts";
import { count as rounded } from "../../lab/report/format.ts";
import { pretrainConfig, pretrainPictures, pretrainSpeech, readsPictures, readsSpeech } from "../../tasks/index.ts";

/** What --set may say of the training; every other key is the configuration's. */
const TRAINING = ["batch", "length", "learningRate", "seed"] as const;
type TrainingSettings = Partial<Record<(typeof TRAINING)[number], number>>;

export async function pretrainAssembled(ports: CliPorts, file: string, options: PretrainCommandOptions): Promise<void> {
  const { data, out, steps, tokenizer, from, columns, resume, strict, checkpointEvery, json = false } = options;
  const settings = settingsFrom(options.set);
  const training = trainingOf(settings);
  const config = changedConfig(await readConfig(file), Object.fromEntries(Object.entries(settings).filter(([key]) => !(TRAINING as readonly string[]).includes(key))));
  const progress = ports.progress();
  const began = performance.now();
  try {
    const run = { ...training, out, steps, tokenizer, resume, strict, checkpointEvery, device: chosenDevice(options.device), signal: ports.signal, progress };
    if (readsPictures(config, file)) {
      if (from !== undefined || columns !== undefined) throw new UsageError("--from and --columns are for models of texts");
      const { parameters, loss, count: pictures, broken, classes, ...result } = await pretrainPictures(config, data, run);
      progress.end();
      const seconds = (performance.now() - began) / 1000;
      if (json) printJson(ports, { config: file, out, parameters, steps: result.steps, loss, pictures, classes, broken, seconds });
      else ports.out(`${rounded(parameters)} parameters, ${result.steps} steps on ${rounded(pictures)} pictures${classes.length > 0 ? ` of ${classes.length} classes` : ""}${broken > 0 ? ` (${broken} broken left out)` : ""}, loss ${loss.toPrecision(4)}, ${duration(seconds)}\nmodel: ${out}\n`);
      return;
    }
    if (readsSpeech(config, file)) {
      if (from !== undefined || columns !== undefined) throw new UsageError("--from and --columns are for models of texts");
      const { parameters, loss, count: recordings, broken, ...result } = await pretrainSpeech(config, data, run);
      progress.end();
      const seconds = (performance.now() - began) / 1000;
      if (json) printJson(ports, { config: file, out, parameters, steps: result.steps, loss, recordings, broken, seconds });
      else ports.out(`${rounded(parameters)} parameters, ${result.steps} steps on ${rounded(recordings)} recordings${broken > 0 ? ` (${broken} left out)` : ""}, loss ${loss.toPrecision(4)}, ${duration(seconds)}\nmodel: ${out}\n`);
      return;
    }
    const result = await pretrainConfig(config, data, { ...run, from, columns });
    progress.end();
    const seconds = (performance.now() - began) / 1000;
    const { parameters, loss, documents, broken, kept, fresh } = result;
    if (json) printJson(ports, { config: file, out, parameters, steps: result.steps, loss, documents, broken, kept, fresh, seconds });
    else ports.out(`${rounded(parameters)} parameters, ${result.steps} steps on ${rounded(documents)} documents${broken > 0 ? ` (${broken} broken records left out)` : ""}, loss ${loss.toPrecision(4)}, ${duration(seconds)}${from === undefined ? "" : `\n${kept} tensors carried on, ${fresh} new`}\nmodel: ${out}\n`);
  } catch (error) {
    if (ports.signal.aborted) ports.error(`stopped. Continue with the same command and --resume\n`);
    throw error;
  } finally {
    progress.end();
  }
}

function trainingOf(settings: Readonly<Record<string, unknown>>): TrainingSettings {
  return Object.fromEntries(TRAINING.flatMap((key) => {
    const value = settings[key];
    if (value === undefined) return [];
    if (typeof value !== "number" || !(value > 0)) throw new UsageError(`--set ${key}: expected a number above 0, got ${JSON.stringify(value)}`);
    return [[key, value] as const];
  }));
}
