/** `reprise papers train-search`: the two models of the explorer's search, trained from their data. */
import { trainSearchModels } from "../../papers/search/models/training/train-search-models.ts";
import type { SearchTrainingEvent } from "../../papers/search/models/training/train-search-models.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";

export interface TrainSearchOptions {
  readonly out: string;
  /** Stop after so many minutes, to be continued. */
  readonly minutes?: number;
  readonly seed: number;
  readonly json?: boolean;
}

const STEPS_BETWEEN_LINES = 20;

export async function trainSearch(ports: CliPorts, { out, minutes, seed, json = false }: TrainSearchOptions): Promise<void> {
  const limit = minutes === undefined ? [] : [AbortSignal.timeout(minutes * 60_000)];
  const finished = await trainSearchModels({
    directory: out,
    seed,
    signal: AbortSignal.any([ports.signal, ...limit]),
    onProgress: ({ source, status, file, loaded, total }) => {
      if (status === "downloading" && loaded === 0) ports.error(`${source}: fetching ${file} (${(total / 1e6).toFixed(1)} MB)\n`);
    },
    onEvent: (event) => {
      const line = lineOf(event);
      if (line !== null) ports.error(`${line}\n`);
    },
  });
  ports.signal.throwIfAborted();
  if (json) return printJson(ports, { out, seed, finished });
  ports.out(finished ? `models: ${out}\n` : `stopped after ${minutes} minutes; the same command continues\n`);
}

function lineOf(event: SearchTrainingEvent): string | null {
  if (event.type === "part") return `-- ${event.part}`;
  const { part, event: inner } = event;
  switch (inner.type) {
    case "step":
      return inner.step % STEPS_BETWEEN_LINES === 0 ? `${part} ${inner.step}/${inner.steps}: loss ${inner.loss.toFixed(3)}, right ${((inner.metrics["accuracy"] ?? 0) * 100).toFixed(0)} %` : null;
    case "evaluation":
      return `${part} ${inner.step}: development ${Object.entries(inner.metrics).map(([name, value]) => `${name} ${value.toFixed(3)}`).join(", ")}`;
    case "resumed":
      return `${part}: continues after step ${inner.step}`;
    case "checkpoint":
    case "stopped":
      return inner.type === "stopped" && inner.message !== null ? `${part}: ${inner.message}` : null;
  }
}
