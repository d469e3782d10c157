/** `reprise link DICTIONARY`: which concept each name means, one JSON object a line. */
import type { CliPorts } from "../ports.ts";
import { chosenDevice } from "../device.ts";
import { rounded, textsFrom } from "./text-options.ts";
import type { TextOptions } from "./text-options.ts";
import { fromPretrained, NameLinker, readDictionary } from "../../tasks/index.ts";
import type { PretrainedText } from "../../tasks/index.ts";

export interface LinkCommandOptions extends TextOptions {
  readonly data: string;
  readonly k: number;
  readonly model?: string;
  readonly rerank?: string;
  readonly languages?: string;
  readonly device?: string;
}

export async function linkTexts(ports: CliPorts, dictionary: string, { data, k, model: place, rerank, languages, device, ...read }: LinkCommandOptions): Promise<void> {
  const open = async (from: string | undefined): Promise<PretrainedText | undefined> => (from === undefined ? undefined : await fromPretrained(from, { device: chosenDevice(device) }));
  const concepts = await readDictionary(dictionary, { languages: languages?.split(",").map((language) => language.trim()) });
  const [model, reranker] = [await open(place), await open(rerank)];
  const linker = await NameLinker.open(concepts, { model, reranker });
  try {
    for await (const text of textsFrom(ports, data, read)) {
      const [link] = await linker.linkNames([text]);
      ports.out(`${JSON.stringify({ text, id: link?.id ?? null, candidates: link?.candidates.slice(0, k).map((candidate) => ({ ...candidate, score: rounded(candidate.score) })) })}\n`);
    }
  } finally {
    await linker.release();
    await model?.release();
    await reranker?.release();
  }
}
