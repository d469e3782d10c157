/** `reprise rerank DIR --query Q`: texts by how well they answer a query, best first, as JSON Lines. */
import type { CliPorts } from "../ports.ts";
import { rounded, textsFrom, withTextModel } from "./text-options.ts";
import { rerank } from "../../tasks/index.ts";

export interface RerankCommandOptions {
  readonly query: string;
  readonly data: string;
  readonly top?: number;
  readonly lines?: boolean;
  readonly strict?: boolean;
  readonly device?: string;
}

export async function rerankTexts(ports: CliPorts, place: string, { query, data, top, lines, strict, device }: RerankCommandOptions): Promise<void> {
  await withTextModel(place, device, async (model) => {
    const texts: string[] = [];
    for await (const text of textsFrom(ports, data, { strict, plain: lines })) texts.push(text);
    for (const { index, score } of (await rerank(model, query, texts)).slice(0, top)) ports.out(`${JSON.stringify({ score: rounded(score), index, text: texts[index] })}\n`);
  });
}
