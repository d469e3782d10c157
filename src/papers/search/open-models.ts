/** The models of search: those that ship with the package, with another encoder if one is asked for. */
import { stat } from "node:fs/promises";
import { openHuggingFaceEncoder } from "./hugging-face-encoder.ts";
import { loadSearchModels, readModel } from "./models/load.ts";
import { openEncoder } from "./models/onnx-models.ts";
import type { RerankerPort, TextEncoderPort } from "./models/port.ts";
import { isPretrainedFolder } from "../../tasks/index.ts";

export interface QueryModels {
  readonly encoder: TextEncoderPort;
  readonly reranker?: RerankerPort;
  release(): Promise<void>;
}

/** Opens models; `encoder` is a directory, or an identifier on Hugging Face. The caller releases them. */
export type OpenModels = (encoder?: string) => Promise<QueryModels>;

export const openModels: OpenModels = async (encoder) => loadSearchModels(encoder === undefined ? {} : { encoder: await openGiven(encoder) });

/** Opens models for a search, which works by words alone when the shipped ones cannot be opened; a model that was asked for must open. */
export async function openModelsOrNone(encoder: string | undefined, onMissing: (error: unknown) => void, open: OpenModels = openModels): Promise<Partial<QueryModels> & Pick<QueryModels, "release">> {
  if (encoder !== undefined) return open(encoder);
  try {
    return await open();
  } catch (error) {
    onMissing(error);
    return { release: () => Promise.resolve() };
  }
}

async function openGiven(place: string): Promise<TextEncoderPort> {
  const isFolder = await stat(place).then((found) => found.isDirectory(), () => false);
  return isFolder && !(await isPretrainedFolder(place)) ? openEncoder(await readModel(place)) : openHuggingFaceEncoder(place);
}
