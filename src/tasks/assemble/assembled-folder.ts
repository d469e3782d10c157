/** Folders of assembled models: what `pretrainConfig` leaves, and models of Hugging Face read in slots. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SubwordTokenizer } from "../../data/index.ts";
import type { Tokenizer, TokenizerConfigJson } from "../../data/index.ts";
import type { HostArray } from "../../engine/index.ts";
import { RandomStream } from "../../engine/index.ts";
import type { Device } from "../../engine/index.ts";
import { removePartialFiles, writeFileAtomic } from "../../data/node/atomic-file.node.ts";
import { decodeSafetensors, encodeSafetensors } from "../../train/index.ts";
import { assemble, fromCounterpart, toCounterpart } from "../../train/assemble/index.ts";
import type { Assembled } from "../../train/assemble/index.ts";
import { readIfThere, removeCheckpoints } from "../begun-run.ts";
import { fromPretrained, isPretrainedFolder } from "../huggingface/from-pretrained.ts";
import { localFiles } from "../huggingface/model-files.ts";
import { PretrainedText } from "../huggingface/pretrained-text.ts";
import { readTokenizer } from "../huggingface/tokenizer.ts";
import { RequestError } from "../request-error.ts";
import type { TaskLabels } from "./read-corpus.ts";

export const FILES = { config: "assemble.json", weights: "model.safetensors", tokenizer: "tokenizer.json", tokenizerConfig: "tokenizer_config.json", labels: "labels.json" } as const;

/** Names of the classes of an objective, in the order of its scores; of tasks those of each. */
export interface LabelSets {
  readonly cls?: readonly string[];
  readonly ner?: readonly string[];
  readonly tasks?: readonly TaskLabels[];
}

export interface AssembledFolder {
  /** The configuration, with every size filled in. */
  readonly keys: Readonly<Record<string, unknown>>;
  readonly state: ReadonlyMap<string, HostArray>;
  readonly tokenizer: Tokenizer;
  readonly labels: LabelSets;
  /** Tokens of the longest row that the model was trained on; undefined where that is not told. */
  readonly length?: number;
}

/** Whether `pretrainConfig` left a finished model there. */
export const isAssembledFolder = async (directory: string): Promise<boolean> => (await readIfThere(join(directory, FILES.config))) !== undefined;

/** Reads a folder of `pretrainConfig`, or one of Hugging Face whose model slots can say. Throws, naming the file, for anything else. */
export async function readAssembledFolder(directory: string): Promise<AssembledFolder> {
  if (await isPretrainedFolder(directory)) return readCounterpart(directory);
  const weights = join(directory, FILES.weights);
  const [config, bytes] = [await jsonIfThere(join(directory, FILES.config)), await readIfThere(weights)];
  if (config === undefined || bytes === undefined) throw new RequestError(`${join(directory, config === undefined ? FILES.config : FILES.weights)}: there is no such file; name a directory that pretrain made, or a folder of Hugging Face`);
  const settings = ((await jsonIfThere(join(directory, FILES.tokenizerConfig))) ?? {}) as TokenizerConfigJson;
  const length = settings["model_max_length"];
  return {
    keys: config as AssembledFolder["keys"],
    state: decodeSafetensors(bytes, weights).tensors,
    tokenizer: new SubwordTokenizer(JSON.parse(await readFile(join(directory, FILES.tokenizer), "utf8"))),
    labels: ((await jsonIfThere(join(directory, FILES.labels))) ?? {}) as LabelSets,
    ...(typeof length === "number" ? { length } : {}),
  };
}

async function readCounterpart(directory: string): Promise<AssembledFolder> {
  const text = await fromPretrained(directory);
  const { keys, state, labels } = fromCounterpart(text.pretrained, directory);
  return { keys, state, tokenizer: text.tokenizer.tokenizer, labels: labels.length === 0 ? {} : { [text.pretrained.task === "token-classification" ? "ner" : "cls"]: labels }, length: text.tokenizer.longest };
}

/** What is at a path as JSON; undefined where nothing is. Throws, naming the file, for anything else. */
export async function jsonIfThere(path: string): Promise<unknown> {
  const bytes = await readIfThere(path);
  try {
    return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new RequestError(`${path}: is not JSON: ${(cause as Error).message}`, { cause });
  }
}

export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}

/** A model that is trained, with what its folder keeps beside it. */
export interface FinishedAssembled {
  /** With every size filled in. */
  readonly config: object;
  readonly model: Assembled;
  /** Null where there are no words. */
  readonly tokenizer: Tokenizer | null;
  /** Tokens of the longest row, for those who use the tokenizer. */
  readonly longest?: number;
  readonly labels: LabelSets;
}

/** The configuration comes last: a directory that has one holds a finished model. Checkpoints end with the run. */
export async function saveAssembled(out: string, { config, model, tokenizer, longest, labels }: FinishedAssembled): Promise<void> {
  const weights = join(out, FILES.weights);
  await writeFileAtomic(weights, encodeSafetensors(model.stateDict(), { metadata: { format: "reprise-assembled-1" } }));
  await removePartialFiles(weights);
  if (tokenizer !== null) {
    await writeJson(join(out, FILES.tokenizer), tokenizer.toJson());
    await writeJson(join(out, FILES.tokenizerConfig), { ...tokenizer.toConfigJson(), ...(longest === undefined ? {} : { model_max_length: longest }) });
  }
  if (Object.keys(labels).length > 0) await writeJson(join(out, FILES.labels), labels);
  await writeJson(join(out, FILES.config), config);
  await removeCheckpoints(out);
}

export interface LoadedAssembled extends Pick<AssembledFolder, "tokenizer" | "labels" | "length"> {
  readonly model: Assembled;
}

/** A model that `pretrainConfig` left, or one of Hugging Face in slots, with its tokenizer and the names of its classes. */
export async function loadAssembled(directory: string): Promise<LoadedAssembled> {
  const { keys, state, ...rest } = await readAssembledFolder(directory);
  const model = assemble(keys, { random: RandomStream.of(0), where: join(directory, FILES.config) });
  model.loadStateDict(state);
  return { model, ...rest };
}

/**
 * An assembled model as the text model of Hugging Face that it is: to export, and to use wherever those are used.
 *
 * ```ts
 * await exportFolder(await assembledAsPretrained("my-model"), "for-python", { format: "huggingface" });
 * ```
 *
 * Throws an `AssembleError` that names the slots without a counterpart, and what can be exported.
 */
export async function assembledAsPretrained(directory: string, { device }: { readonly device?: Device } = {}): Promise<PretrainedText> {
  const { model, tokenizer: { special }, labels } = await loadAssembled(directory);
  const ids = { pad_token_id: special.pad, bos_token_id: special.cls, eos_token_id: special.sep, ...(model.config.decoder === null ? {} : { decoder_start_token_id: special.cls, is_encoder_decoder: true }) };
  const pretrained = toCounterpart(model, { where: directory, labels: labels.cls ?? labels.ner, config: Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== undefined)) });
  const { longest, vocabulary } = pretrained.prepared;
  const tokenizer = await readTokenizer(localFiles(directory), pretrained.config, { longest, vocabulary });
  return new PretrainedText({ pretrained: { ...pretrained, unused: [] }, tokenizer, device });
}
