/** `reprise classify DIR`: the nearest of some labels for each picture of a folder, as JSON Lines. */
import type { CliPorts } from "../ports.ts";
import { withModel } from "./model-options.ts";
import { classify as nearestLabels } from "../../tasks/index.ts";

export interface ClassifyCommandOptions {
  readonly data: string;
  readonly labels: readonly string[];
  readonly batch?: number;
  readonly strict?: boolean;
  readonly device?: string;
}

const DIGITS = 4;

export async function classify(ports: CliPorts, directory: string, { data, labels, batch, strict, device }: ClassifyCommandOptions): Promise<void> {
  const { names, nearest, scores } = await withModel(ports, directory, device, (model, progress) => nearestLabels(model, data, labels, { batchSize: batch, strict, signal: ports.signal, progress }));
  names.forEach((path, row) => {
    const own = labels.map((label, i) => [label, Number(Number(scores.data[row * labels.length + i]).toFixed(DIGITS))] as const);
    ports.out(`${JSON.stringify({ path, label: labels[nearest[row] as number], scores: Object.fromEntries(own) })}\n`);
  });
}
