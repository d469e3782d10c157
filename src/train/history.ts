/** What a run measured: values of every step and of every evaluation. */
import { hostArray } from "../engine/index.ts";
import type { HostArray } from "../engine/index.ts";
import type { Json } from "../data/index.ts";

export interface Evaluation {
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

const PREFIX = "history.";

export class History {
  /** Values of each metric by step: entry i is step i + 1. */
  readonly steps: Record<string, number[]> = {};
  readonly evaluations: Evaluation[] = [];

  /** Adds the values of a step; a metric that appears late is NaN before. */
  add(step: number, metrics: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(metrics)) {
      const column = (this.steps[name] ??= []);
      while (column.length < step - 1) column.push(NaN);
      column[step - 1] = value;
    }
  }

  get last(): Evaluation | undefined {
    return this.evaluations.at(-1);
  }

  /** Columns as arrays for a checkpoint; float32 holds them exactly, for the graph computes in float32. */
  tensors(): Map<string, HostArray> {
    return new Map(Object.entries(this.steps).map(([name, values]) => [PREFIX + name, hostArray(Float32Array.from(values), [values.length])]));
  }

  restore(tensors: ReadonlyMap<string, HostArray>, evaluations: Json): void {
    for (const name of Object.keys(this.steps)) delete this.steps[name];
    for (const [name, { data }] of tensors) if (name.startsWith(PREFIX)) this.steps[name.slice(PREFIX.length)] = Array.from(data as Float32Array);
    const saved = evaluations as unknown as readonly { readonly step: number; readonly metrics: Readonly<Record<string, number | null>> }[];
    // JSON has no NaN and writes null instead.
    const entries = saved.map(({ step, metrics }) => ({ step, metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value ?? NaN])) }));
    this.evaluations.splice(0, this.evaluations.length, ...entries);
  }
}
