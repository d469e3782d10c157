/** `reprise search index` and `reprise search query`: an index of the user's texts, and what it finds. */
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { chosenDevice } from "../device.ts";
import { rounded } from "./text-options.ts";
import type { TextOptions } from "./text-options.ts";
import { fromPretrained, indexTexts, isRanker, openRanker, SearchIndex } from "../../tasks/index.ts";
import type { PretrainedText, SearchMode, TextHit, TextRanker } from "../../tasks/index.ts";

export interface SearchIndexCommandOptions extends TextOptions {
  readonly index: string;
  readonly model?: string;
  readonly device?: string;
  readonly json?: boolean;
}

export async function searchIndex(ports: CliPorts, source: string, { index, model: place, lines, strict, columns, device, json = false }: SearchIndexCommandOptions): Promise<void> {
  const progress = ports.progress();
  const model = place === undefined ? undefined : { place, model: await fromPretrained(place, { device: chosenDevice(device) }) };
  try {
    const { count, kept, broken, parts } = await indexTexts(source, { out: index, model, strict, columns, format: lines === true ? "txt" : undefined, signal: ports.signal, progress });
    progress.end();
    if (json) printJson(ports, { index, texts: count, parts: parts.length, kept, broken, model: place ?? null });
    else ports.out(`${count} texts indexed${kept > 0 ? ` (${kept} of an earlier run)` : ""}${broken > 0 ? `, ${broken} broken and left out` : ""}: ${index}\n`);
  } finally {
    progress.end();
    await model?.model.release();
  }
}

export interface SearchQueryCommandOptions {
  readonly k: number;
  readonly mode?: SearchMode;
  readonly model?: string;
  readonly rerank?: string;
  readonly depth?: number;
  readonly device?: string;
  readonly json?: boolean;
}

export async function searchQuery(ports: CliPorts, directory: string, query: string, { k, mode, model: place, rerank, depth, device, json = false }: SearchQueryCommandOptions): Promise<void> {
  const open = (from: string | undefined): Promise<PretrainedText> | undefined => (from === undefined ? undefined : fromPretrained(from, { device: chosenDevice(device) }));
  const model = await open(place);
  const ranker = rerank !== undefined && (await isRanker(rerank)) ? await openRanker(rerank, { device: chosenDevice(device), systems: ports.systems }) : undefined;
  const reranker = ranker === undefined ? await open(rerank) : undefined;
  const index = await SearchIndex.open(directory, { model });
  try {
    const hits = ranker === undefined ? await index.search(query, { k, mode, reranker, depth }) : await byRanker(ranker, query, await index.search(query, { k: depth ?? RANKED, mode }), k);
    if (json) for (const hit of hits) ports.out(`${JSON.stringify({ ...hit, score: rounded(hit.score) })}\n`);
    else for (const { key, file, line, score, text } of hits) ports.out(`${score.toFixed(4)}  ${key === undefined ? "" : `${key}  `}${file === undefined ? "" : `${file}:${line}  `}${text}\n`);
  } finally {
    await index.release();
    await reranker?.release();
    await ranker?.release();
  }
}

/** Hits that a system's ranker sees unless told otherwise; some take no more than 64. */
const RANKED = 50;

async function byRanker(ranker: TextRanker, query: string, hits: readonly TextHit[], k: number): Promise<TextHit[]> {
  const order = await ranker.rank(query, hits.map(({ text }) => text));
  return order.slice(0, k).map(({ index, score }) => ({ ...(hits[index] as TextHit), score }));
}
