/** `reprise assemble`: the parts there are, and what a configuration makes of them. */
import { readFile } from "node:fs/promises";
import { UsageError } from "../errors.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { settingsFrom } from "./model-options.ts";
import { count as rounded } from "../../lab/report/format.ts";
import { merged } from "../../tasks/begun-run.ts";
import { AssembleError, explain, listParts, parseConfig } from "../../train/assemble/index.ts";
import type { AssembledCost, Explanation } from "../../train/assemble/index.ts";

export interface AssembleCommandOptions {
  readonly list?: boolean;
  readonly explain?: boolean;
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** All digits: counts are compared with published ones. */
const count = (value: number): string => value.toLocaleString("en-US");

/** Where a slot stands in a configuration. */
const KEYS = { embedding: "embedding, tgt_embedding", subencoder: "subencoder", encoder: "encoder", decoder: "decoder", objective: "target", processor: "data_processor" } as const;

export async function assembleCommand(ports: CliPorts, file: string | undefined, { list = false, set, json = false, ...options }: AssembleCommandOptions): Promise<void> {
  if (list && (file !== undefined || options.explain === true)) throw new UsageError("--list shows all parts; --explain shows one configuration; give one of them");
  if (list) return printParts(ports, json);
  if (file === undefined) throw new UsageError('expected a configuration, such as "reprise assemble config.json --explain", or --list');
  const explanation = explain(parseConfig(changedConfig(await readConfig(file), settingsFrom(set)), file));
  if (json) printJson(ports, explanation);
  else ports.out(prose(explanation));
  if (explanation.problems.length > 0) throw new AssembleError(`${file}: ${explanation.problems.length === 1 ? "one thing does" : `${explanation.problems.length} things do`} not fit`);
}

/** A configuration with some keys changed, those of `stream_0` and `image_tokenizer` one by one. */
export const changedConfig = (config: Readonly<Record<string, unknown>>, changes: Readonly<Record<string, unknown>>): Record<string, unknown> => merged(config, changes) as Record<string, unknown>;

/** A JSON file that holds an object. Throws a usage error otherwise. */
export async function readConfig(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file}: cannot be read (${error.code ?? error.message})`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file}: is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new UsageError(`${file}: expected a JSON object with slots such as "embedding", "encoder" and "target"`);
  return value as Record<string, unknown>;
}

function printParts(ports: CliPorts, json: boolean): void {
  const parts = listParts();
  if (json) return printJson(ports, parts);
  const width = Math.max(...parts.map(({ name }) => name.length));
  const slots = [...new Set(parts.map(({ slot }) => slot))];
  for (const slot of slots) {
    ports.out(`${slot === slots[0] ? "" : "\n"}${slot} (${KEYS[slot]})\n`);
    for (const { name, description } of parts.filter((part) => part.slot === slot)) ports.out(`  ${name.padEnd(width)}  ${description}\n`);
  }
  ports.out('\nTwo streams: "embedding": ["dual"], "encoder": "dual", with stream_0 and stream_1.\n');
}

const size = (bytes: number): string => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`);

function costLines({ row, flops: { forwardPerToken, trainingPerToken }, memory: { gradients, optimizer, activations, step }, counted }: AssembledCost): string[] {
  return [
    `a token, in a row of ${row.map(({ of, tokens }) => (row.length === 1 ? count(tokens) : `${count(tokens)} (${of})`)).join(" and ")}: ${rounded(forwardPerToken)}FLOPs forwards, ${rounded(trainingPerToken)}FLOPs in a training step\n`,
    `a training step on one row: ${size(step)}, of which ${size(activations)} activations, ${size(gradients)} gradients, ${size(optimizer)} moments of Adam (weights and moments stand in two buffers)\n`,
    `counted from the graph, nothing allocated: ${counted}\n`,
  ];
}

function prose({ name, slots, views, ties, parameters, bytes, cost, fields, problems }: Explanation): string {
  const rows = [["slot", "parts", "reads", "gives", "parameters"], ...slots.map((row) => [row.slot, row.parts, row.reads, row.gives, row.parameters === null ? "-" : count(row.parameters)])];
  const widths = (rows[0] as string[]).map((_, j) => Math.max(...rows.map((row) => (row[j] as string).length)));
  const lines = rows.map((row) => `${row.map((cell, j) => (j === row.length - 1 ? cell.padStart(widths[j] as number) : cell.padEnd(widths[j] as number))).join("  ")}\n`);
  return [
    name === null ? "" : `${name}\n\n`,
    ...lines,
    ...(parameters === null || bytes === null ? [] : [`\n${count(parameters)} parameters: ${size(bytes.weights)}, ${size(bytes.training)} to train with Adam\n`]),
    ...(cost === null ? [] : costLines(cost)),
    ...views.map(({ objective, mask, words }) => `${objective} reads the source ${words === "masked" ? "with hidden words" : "as it is"}, ${mask}\n`),
    ...ties.map((tie) => `tied: ${tie}\n`),
    ...(fields.length === 0 ? [] : [`a batch has: ${fields.join(", ")}\n`]),
    ...problems.map(({ fields: clash, message, fix }) => `\ndoes not fit: ${clash.join(" and ")}\n  ${message}\n  fix: ${fix}\n`),
  ].join("");
}
