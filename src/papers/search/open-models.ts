/** The models of search: those that ship with the package, with another encoder if one is asked for. */
import { openHuggingFaceEncoder } from "./hugging-face-encoder.ts";
import { loadSearchModels, readModel } from "./models/load.ts";
import { openEncoder } from "./models/onnx-models.ts";
import type { RerankerPort, TextEncoderPort } from "./models/port.ts";
import { isPretrainedFolder } from "../../tasks/index.ts";
import { stat } from "node:fs/promises";

export interface QueryModels {
  readonly encoder: TextEncoderPort;
  readonly reranker?: RerankerPort;
  release(): Promise<void>;
}

/** Opens models; `encoder` is a directory, or an identifier on Hugging Face. The caller releases them. */
export type OpenModels = (encoder?: string) => Promise<QueryModels>;

export const openModels: OpenModels = async (encoder) => loadSearchModels(encoder === undefined ? {} : { encoder: await openGiven(encoder) });

async function openGiven(place: string): Promise<TextEncoderPort> {
  const isFolder = await stat(place).then((found) => found.isDirectory(), () => false);
  return isFolder && !(await isPretrainedFolder(place)) ? openEncoder(await readModel(place)) : openHuggingFaceEncoder(place);
}
