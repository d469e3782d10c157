/** The search models from their folders: those that ship with the package, or others in their place. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { GraphOptions } from "./graph-rows.ts";
import { openEncoder, openReranker } from "./onnx-models.ts";
import type { ModelContents } from "./onnx-models.ts";
import type { SearchModels, TextEncoderPort } from "./port.ts";

/** Folders of the two models below a directory of models. */
export const MODEL_FOLDERS = { encoder: "search-encoder", reranker: "search-reranker" } as const;

export interface LoadSearchModelsOptions extends GraphOptions {
  /** Directory that holds `search-encoder` and `search-reranker`; default the package's own `models`. */
  readonly directory?: string;
  /** Takes the place of the shipped encoder; `release` of the models releases it too. */
  readonly encoder?: TextEncoderPort;
}

/** `models` beside `src` or `dist`. */
export const shippedModels = (): string => fileURLToPath(new URL("../../../../models", import.meta.url));

/**
 * ```ts
 * const { encoder, reranker } = await loadSearchModels();
 * const [query] = await encoder.encode(["attention that reads the query once"], "query");
 * ```
 */
export async function loadSearchModels({ directory = shippedModels(), encoder: given, ...options }: LoadSearchModelsOptions = {}): Promise<SearchModels> {
  const encoder = given ?? (await openShippedEncoder({ directory, ...options }));
  const reranker = await openReranker(await readModel(join(directory, MODEL_FOLDERS.reranker)), options);
  return {
    encoder,
    reranker,
    async release() {
      await encoder.release();
      await reranker.release();
    },
  };
}

/** The encoder alone. */
export async function openShippedEncoder({ directory = shippedModels(), ...options }: Omit<LoadSearchModelsOptions, "encoder"> = {}): Promise<TextEncoderPort> {
  return openEncoder(await readModel(join(directory, MODEL_FOLDERS.encoder)), options);
}

/** Contents of one model's folder. Throws, naming the file, on what is missing or no JSON. */
export async function readModel(folder: string): Promise<ModelContents> {
  const config = await readJson(folder, "config.json");
  const model = (config as { readonly model?: unknown } | null)?.model;
  if (typeof model !== "string" || model.split("/").includes("..")) throw new Error(`${join(folder, "config.json")}: model: expected the name of a file in the folder, got ${JSON.stringify(model)}`);
  return { config, tokenizer: await readJson(folder, "tokenizer.json"), model: await read(folder, model), where: folder };
}

async function read(folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    throw new Error(`search models: cannot read ${join(folder, name)}; train them with \`reprise papers train-search\` or name the directory that has them`, { cause: error });
  }
}

async function readJson(folder: string, name: string): Promise<unknown> {
  const bytes = await read(folder, name);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (error) {
    throw new Error(`${join(folder, name)} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
