/**
 * The log of a run in a directory: `metrics.jsonl`, one JSON object for each event, and a TensorBoard event file.
 * After a resume the log goes on from the checkpoint's step: what a killed run logged beyond it is dropped, for it
 * happens again.
 */
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeDirectory } from "../../data/node/make-directory.node.ts";
import type { TrainEvent } from "../train-event.ts";
import { scalarsRecord, startRecord, versionRecord } from "./event-file.ts";

export class RunLog {
  private readonly directory: string;
  private readonly now: () => number;
  private lines: number | null = null;
  private records: number | null = null;

  constructor(directory: string, now: () => number = () => Date.now() / 1000) {
    this.directory = directory;
    this.now = now;
  }

  /** Pass it as `onEvent`. */
  readonly observe = (event: TrainEvent): void => {
    this.open(event);
    const seconds = this.now();
    writeSync(this.lines as number, `${JSON.stringify({ ...event, time: new Date(seconds * 1000).toISOString() })}\n`);
    const scalars = scalarsOf(event);
    if (scalars !== null) writeSync(this.records as number, scalarsRecord(seconds, event.step, scalars));
  };

  close(): void {
    for (const file of [this.lines, this.records]) if (file !== null) closeSync(file);
    this.lines = null;
    this.records = null;
  }

  private open(first: TrainEvent): void {
    if (this.lines !== null) return;
    makeDirectory(this.directory);
    const kept = first.type === "step" ? first.step - 1 : first.step;
    const path = join(this.directory, "metrics.jsonl");
    if (existsSync(path)) writeFileSync(path, linesUpTo(readFileSync(path, "utf8"), kept));
    this.lines = openSync(path, "a");
    const seconds = this.now();
    this.records = openSync(join(this.directory, `events.out.tfevents.${Math.floor(seconds)}.${process.pid}.reprise`), "a");
    writeSync(this.records, versionRecord(seconds));
    writeSync(this.records, startRecord(seconds, kept));
  }
}

/** Scalars for TensorBoard, `train/loss` and the like. */
function scalarsOf(event: TrainEvent): Record<string, number> | null {
  const prefixed = (prefix: string, values: Readonly<Record<string, number>>): Record<string, number> => Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]));
  switch (event.type) {
    case "step":
      return { ...prefixed("train", event.metrics), "speed/examplesPerSecond": event.examplesPerSecond };
    case "evaluation":
      return prefixed("evaluation", event.metrics);
    case "checkpoint":
    case "resumed":
    case "stopped":
      return null;
  }
}

/** Complete lines of events up to a step. A line that a crash cut off is dropped. */
function linesUpTo(text: string, step: number): string {
  const kept = text.split("\n").filter((line) => {
    try {
      return (JSON.parse(line) as { readonly step: number }).step <= step;
    } catch {
      return false;
    }
  });
  return kept.map((line) => `${line}\n`).join("");
}
