/** `reprise rerank DIR --query Q`: texts by how well they answer a query, best first, as JSON Lines. */
import type { CliPorts } from "../ports.ts";
import { progressBesideLines, rounded, textsFrom, withTextModel } from "./text-options.ts";
import type { TextOptions } from "./text-options.ts";
import { chosenDevice } from "../device.ts";
import { isRanker, openRanker, rankCandidates, rerank, timedProgress } from "../../tasks/index.ts";
import type { RankedText } from "../../tasks/index.ts";

export interface RerankCommandOptions extends TextOptions {
  readonly query: string;
  readonly data: string;
  readonly top?: number;
  readonly pairwise?: boolean;
  readonly device?: string;
}

export async function rerankTexts(ports: CliPorts, place: string, { query, data, top, pairwise = false, device, ...read }: RerankCommandOptions): Promise<void> {
  const texts: string[] = [];
  for await (const text of textsFrom(ports, data, read)) texts.push(text);
  const progress = progressBesideLines(ports);
  const hooks = { signal: ports.signal, onProgress: timedProgress(progress, "reranking") };
  const byModel = (): Promise<RankedText[]> => withTextModel(place, device, async (model) => (pairwise ? ((await rankCandidates(model, [query], [texts]))[0] ?? []) : await rerank(model, query, texts, hooks))).finally(() => progress.end());
  const found = !pairwise && (await isRanker(place)) ? await byRanker(ports, place, device, query, texts) : await byModel();
  for (const { index, score } of found.slice(0, top)) ports.out(`${JSON.stringify({ score: rounded(score), index, text: texts[index] })}\n`);
}

async function byRanker({ systems }: CliPorts, place: string, device: string | undefined, query: string, texts: readonly string[]): Promise<RankedText[]> {
  const ranker = await openRanker(place, { device: chosenDevice(device), systems });
  try {
    return await ranker.rank(query, texts);
  } finally {
    await ranker.release();
  }
}
