/** `reprise eval DIR`: how good a text model is on records that it was not trained on. */
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { withTextModel } from "./text-options.ts";
import { evaluateText } from "../../tasks/index.ts";

export interface EvalCommandOptions {
  readonly data: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly strict?: boolean;
  readonly device?: string;
  readonly json?: boolean;
}

export async function evaluateModel(ports: CliPorts, place: string, { data, columns, strict, device, json = false }: EvalCommandOptions): Promise<void> {
  const progress = ports.progress();
  try {
    const { kind, count, metrics } = await withTextModel(place, device, (model) => evaluateText(model, data, { columns, strict, signal: ports.signal, progress }));
    if (json) printJson(ports, { model: place, kind, records: count, metrics });
    else ports.out(`${count} records (${kind})\n${Object.entries(metrics).map(([name, value]) => `${name.padEnd(12)}${value.toFixed(4)}\n`).join("")}`);
  } finally {
    progress.end();
  }
}
