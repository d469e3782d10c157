/** `fromPretrained`: a model of Hugging Face from a folder, or from the hub by its id. */
import type { Device } from "../../engine/index.ts";
import { architectureOf, importPretrained } from "../../nn/pretrained/index.ts";
import type { SentenceStage, TextTask } from "../../nn/pretrained/index.ts";
import { RequestError } from "../request-error.ts";
import { hubFiles } from "./hub.ts";
import type { HubOptions } from "./hub.ts";
import { isDirectory, localFiles, readJson, requireJson } from "./model-files.ts";
import type { ModelFiles } from "./model-files.ts";
import { PretrainedText } from "./pretrained-text.ts";
import { readSentenceModel } from "./sentence-transformers.ts";
import { readTokenizer } from "./tokenizer.ts";
import { withSides } from "../text/sided-model.ts";
import { openWeights } from "./weights.ts";

export interface FromPretrainedOptions extends HubOptions {
  /** What to build above the last layer; default what `config.json` says, plain features for sentence-transformers. */
  readonly task?: TextTask;
  /** Where its graphs run; default `REPRISE_DEVICE`, else the CPU. */
  readonly device?: Device;
  /** Weights are computed in single precision, whatever the file holds. */
  readonly dtype?: "fp32";
  /** The names that other libraries give to cacheDirectory, localFilesOnly and onProgress. */
  readonly cache_dir?: string;
  readonly local_files_only?: boolean;
  readonly progress_callback?: HubOptions["onProgress"];
}

/**
 * The model of a folder with `config.json`, `model.safetensors` (or shards) and `tokenizer.json`, or of a hub id such as
 * `sentence-transformers/all-MiniLM-L6-v2`, whose files are kept in the cache of Hugging Face. Throws, naming file and
 * key, for whatever is missing, damaged, or not handled.
 *
 * ```ts
 * const model = await fromPretrained("my-model");
 * const { data, shape } = await model.embed(["a text", "another"]);
 * ```
 */
export async function fromPretrained(place: string, { cache_dir, local_files_only, progress_callback, ...given }: FromPretrainedOptions = {}): Promise<PretrainedText> {
  const options = { ...given, cacheDirectory: given.cacheDirectory ?? cache_dir, localFilesOnly: given.localFilesOnly ?? local_files_only, onProgress: given.onProgress ?? progress_callback };
  if (options.dtype !== undefined && options.dtype !== "fp32") throw new RequestError(`fromPretrained: dtype: expected fp32, got ${JSON.stringify(options.dtype)}; smaller types are for export`);
  const files = (await isDirectory(place)) ? localFiles(place) : await hubFiles(place, options);
  const model = await readModel(files, options);
  options.onProgress?.({ status: "ready", name: place });
  return model;
}

/** Whether a folder holds a model of Hugging Face: its `config.json` says of what type. */
export async function isPretrainedFolder(directory: string): Promise<boolean> {
  if (!(await isDirectory(directory))) return false;
  const files = localFiles(directory);
  return (await files.locate("modules.json")) !== undefined || typeof (await readJson(files, "config.json"))?.["model_type"] === "string";
}

/** Each dense stage takes what the one before it gives. */
function requireWidths(stages: readonly SentenceStage[], width: number, label: string): void {
  let given = width;
  for (const [i, stage] of stages.entries()) {
    if (stage.kind !== "dense") continue;
    if (stage.inputs !== given) throw new Error(`${label}/modules.json: module ${i + 1}: its in_features are ${stage.inputs}, what comes before it gives ${given}`);
    given = stage.outputs;
  }
}

async function readModel(files: ModelFiles, { task, device }: FromPretrainedOptions): Promise<PretrainedText> {
  const sentence = await readSentenceModel(files);
  const folder = sentence?.transformer ?? "";
  const label = `${files.label}/${folder}config.json`;
  const config = { ...(await requireJson(files, `${folder}config.json`)), ...sentence?.config };
  const stages = sentence?.stages ?? undefined;
  const { longest, vocabulary } = architectureOf(config, label).read(config, label);
  const tokenizer = await readTokenizer(files, config, { longest, vocabulary, stated: sentence?.longest });
  const weights = await openWeights(files, folder);
  try {
    const pretrained = await importPretrained(config, weights, { label, task: task ?? (stages === undefined ? undefined : "features") });
    requireWidths(stages?.stages ?? [], pretrained.prepared.width, files.label);
    const model = new PretrainedText({ pretrained, tokenizer, stages, use: sentence?.use, device });
    return pretrained.task === "features" ? await withSides(model, files) : model;
  } finally {
    await weights.close();
  }
}
