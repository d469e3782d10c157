/** What a training run leaves behind until it ends: `training/run.json` and checkpoints, and when it may be continued. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../data/node/atomic-file.node.ts";
import { differences, isRecord } from "../lab/json.ts";
import { lockDirectory } from "../lab/node/directory-lock.ts";
import { ResumeRefused } from "../lab/run-identity.ts";
import type { Progress } from "../lab/index.ts";
import type { TrainEvent } from "../train/index.ts";

/** The places that the trainer's checkpoints take. */
const CHECKPOINTS = ["checkpoint-0.safetensors", "checkpoint-1.safetensors", "best-0.safetensors"];

/** Bytes of a file, or undefined when there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}

/** Checkpoints are several times the model's size and end with the run. */
export async function removeCheckpoints(out: string): Promise<void> {
  for (const name of CHECKPOINTS) await rm(join(out, "training", name), { force: true });
}

/** Identity of the run that was begun in a directory; undefined when none was. */
export async function begunRun<T>(out: string): Promise<T | undefined> {
  const path = join(out, "training", "run.json");
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  const value = jsonOf(bytes);
  if (!isRecord(value)) throw new Error(`${path}: expected a JSON object, found ${bytes.length} bytes that are none; remove ${join(out, "training")} and run again`);
  return value as unknown as T; // compared leaf by leaf before anything relies on it
}

/** Notes a run and does its work, while no other process may write to the directory. Throws `DirectoryInUse` naming the one that does. */
export async function beginRun<R>(out: string, identity: object, work: () => Promise<R>): Promise<R> {
  const lock = await lockDirectory(join(out, "training"));
  try {
    await writeFileAtomic(join(out, "training", "run.json"), new TextEncoder().encode(`${JSON.stringify(identity, null, 2)}\n`));
    return await work();
  } finally {
    await lock.release();
  }
}

/** The value of JSON text; undefined when it does not parse. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** `changes` over `base`, object by object. */
export function merged(base: unknown, changes: unknown): unknown {
  if (!isRecord(base) || !isRecord(changes)) return changes;
  return { ...base, ...Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, merged(base[key], value)])) };
}

/** Throws `ResumeRefused` with everything in which the run that was begun differs from the one that is asked for. */
export function requireSameRun(begun: object, wanted: object, out: string): void {
  const all = differences(begun, wanted);
  if (all.length === 0) return;
  const asked = all.filter(({ path }) => !path.startsWith("data.")); // other settings read the data otherwise
  const found = asked.length > 0 ? asked : all;
  const list = found.map(({ path, before, after }) => `  ${path}: the begun run has ${before}, this one ${after}`).join("\n");
  throw new ResumeRefused(`${out} holds a run that differs and cannot be continued:\n${list}\nUse the same settings and data, or another directory.`);
}

/** Tells of a run's events as people want to see them. */
export function showTraining(event: TrainEvent, label: string, progress: Progress): void {
  if (event.type === "step") progress.update({ label: `training ${label}`, fraction: event.step / event.steps, secondsLeft: event.secondsLeft, values: { loss: event.loss } });
  if (event.type === "evaluation") progress.message(`step ${event.step}: ${Object.entries(event.metrics).map(([name, value]) => `${name} ${value.toFixed(4)}`).join(", ")}`);
  if (event.type === "resumed") {
    for (const problem of event.problems) progress.message(`checkpoint: ${problem}`);
    progress.message(`continuing after step ${event.step}`);
  }
}

/** Mean of the last tenth. */
export function lastLoss(losses: readonly number[]): number {
  const last = losses.slice(-Math.ceil(losses.length / 10));
  return last.reduce((a, b) => a + b, 0) / last.length;
}
