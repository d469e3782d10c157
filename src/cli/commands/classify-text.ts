/** `reprise classify DIR` of a classifier of texts: the labels of each text as it comes, as JSON Lines. */
import { UsageError } from "../errors.ts";
import type { CliPorts } from "../ports.ts";
import type { ClassifyCommandOptions } from "./classify.ts";
import { rounded, textsFrom, withTextModel } from "./text-options.ts";
import { classifyTexts } from "../../tasks/index.ts";
import { chunksOf } from "../../tasks/text/embed-texts.ts";

const CHUNK = 512;

export async function classifyText(ports: CliPorts, place: string, { data, labels, batch, strict, device, lines }: ClassifyCommandOptions): Promise<void> {
  if (labels !== undefined) throw new UsageError("--labels is for models of pictures; a classifier of texts has labels of its own");
  await withTextModel(place, device, async (model) => {
    for await (const texts of chunksOf(textsFrom(ports, data, { strict, plain: lines }), CHUNK)) {
      const found = await classifyTexts(model, texts, { batch });
      found.forEach((scores, i) => ports.out(`${JSON.stringify({ text: texts[i], label: scores[0]?.label, scores: Object.fromEntries(scores.map(({ label, score }) => [label, rounded(score)])) })}\n`));
    }
  });
}
