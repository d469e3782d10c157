/** `reprise embed DIR`: a vector for each item of a folder, as JSON Lines on stdout or as a safetensors file. */
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { UsageError } from "../errors.ts";
import { embedText } from "./embed-text.ts";
import { withModel } from "./model-options.ts";
import { shortest } from "./text-options.ts";
import { writeFileAtomic } from "../../data/node/index.ts";
import { embed as embedItems, isPretrainedFolder } from "../../tasks/index.ts";
import type { Embedding } from "../../tasks/index.ts";
import { encodeSafetensors } from "../../train/index.ts";

export interface EmbedCommandOptions {
  readonly data: string;
  readonly out?: string;
  readonly batch?: number;
  readonly strict?: boolean;
  readonly device?: string;
  /** Texts are plain, one a line. */
  readonly lines?: boolean;
  /** The user's name of the field "text". */
  readonly columns?: Readonly<Record<string, string>>;
  /** What the texts are, for models that read queries and documents differently. */
  readonly role?: "query" | "document";
  readonly json?: boolean;
}

export async function embed(ports: CliPorts, directory: string, options: EmbedCommandOptions): Promise<void> {
  if (await isPretrainedFolder(directory)) return embedText(ports, directory, options);
  const { data, out, batch, strict, device, lines, columns, role, json = false } = options;
  for (const [option, value] of Object.entries({ lines, columns, role })) if (value !== undefined) throw new UsageError(`--${option} is for models of texts`);
  const found = await withModel(ports, directory, device, (model, progress) => embedItems(model, data, { batchSize: batch, strict, signal: ports.signal, progress }));
  if (out === undefined) return printLines(ports, found);
  const { vectors, names, model } = found;
  await writeFileAtomic(out, encodeSafetensors(new Map([["embeddings", vectors]]), { metadata: { format: "reprise-embeddings-1", model, names: JSON.stringify(names) } }));
  const [items, width] = vectors.shape as [number, number];
  if (json) printJson(ports, { out, items, width, broken: found.broken.length, seconds: found.cost.seconds });
  else ports.out(`${items} vectors of ${width} numbers: ${out}\n`);
}

/** `{"path": ..., "vector": [...]}` for each item; the numbers are the shortest that read back as the same float32. */
function printLines(ports: CliPorts, { vectors, names }: Embedding): void {
  const width = vectors.shape[1] as number;
  names.forEach((path, row) => {
    const vector = Array.from(vectors.data.subarray(row * width, (row + 1) * width) as Float32Array, shortest);
    ports.out(`${JSON.stringify({ path, vector })}\n`);
  });
}
