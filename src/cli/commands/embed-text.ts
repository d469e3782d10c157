/** `reprise embed DIR` of a text model: a vector for each text as it comes, as JSON Lines. */
import { UsageError } from "../errors.ts";
import type { CliPorts } from "../ports.ts";
import type { EmbedCommandOptions } from "./embed.ts";
import { progressBesideLines, shortest, textsFrom, withTextModel } from "./text-options.ts";
import { embedTexts, readingProgress } from "../../tasks/index.ts";

export async function embedText(ports: CliPorts, place: string, { data, out, batch, device, role, ...read }: EmbedCommandOptions): Promise<void> {
  if (out !== undefined) throw new UsageError("--out is for models of pictures; vectors of texts go to stdout as they come: redirect it to a file");
  const progress = progressBesideLines(ports);
  const { onShare, onProgress } = readingProgress(progress, "embedding");
  await withTextModel(place, device, async (model) => {
    for await (const { text, vector } of embedTexts(model, textsFrom(ports, data, read, { progress, onShare }), { batch, chunk: batch, role, signal: ports.signal, onProgress })) {
      ports.out(`${JSON.stringify({ text, vector: Array.from(vector, shortest) })}\n`);
    }
  }).finally(() => progress.end());
}
