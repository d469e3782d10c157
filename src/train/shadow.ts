/**
 * Shadow: a moving average of weights, s' = m s + (1 - m) p, updated inside the step after the optimizer. It serves as a
 * teacher (give it a second instance of the model) or as the weights to evaluate and export with.
 */
import { cast, Parameter } from "../engine/index.ts";
import type { HostArray, Shape, Tensor } from "../engine/index.ts";
import type { Module } from "../nn/index.ts";
import type { Schedule } from "./schedules.ts";

export interface ShadowOptions {
  /** m, or its schedule by step. */
  readonly momentum: number | Schedule;
  /** Second instance of the same model that receives the average; without it the average is kept beside the model. */
  readonly into?: Module;
}

export class Shadow {
  private readonly pairs: readonly { readonly name: string; readonly source: Parameter; readonly average: Parameter }[];
  private readonly momentum: number | Schedule;

  /** The average starts at the values the model has when it is first read. */
  constructor(model: Module, { momentum, into }: ShadowOptions) {
    if (typeof momentum === "number" && !(momentum >= 0 && momentum < 1)) throw new RangeError(`Shadow: momentum: expected a number from 0 to below 1, got ${momentum}`);
    this.momentum = momentum;
    if (into !== undefined) into.loadStateDict(model.stateDict());
    const copies = into?.namedParameters();
    this.pairs = [...model.namedParameters()].map(([name, source]) => {
      const start = (_: Shape): HostArray["data"] => source.value().data;
      return { name, source, average: copies?.get(name) ?? new Parameter(source.shape, start, { dtype: source.dtype, trainable: false, name: `shadow.${name}` }) };
    });
  }

  /** Records the update of the average; call it inside `compile` with the new values of this step (others are as they were). */
  update(values: ReadonlyMap<Parameter, Tensor>, step: Tensor): void {
    const m = typeof this.momentum === "number" ? this.momentum : this.momentum(cast(step, "float32"));
    for (const { source, average } of this.pairs) {
      const value = values.get(source);
      if (value === undefined) {
        if (!source.trainable) average.assign(source); // statistics follow as they are
        continue;
      }
      average.assign(value.add(average.sub(value).mul(m)));
    }
  }

  /** Copies of the averages under the names of the model. */
  stateDict(): Map<string, HostArray> {
    return new Map(this.pairs.map(({ name, average }) => [name, average.value()]));
  }

  /** Copies of the state by name, `shadow.<parameter>`. */
  state(): Map<string, HostArray> {
    return new Map(this.pairs.map(({ name, average }) => [`shadow.${name}`, average.value()]));
  }

  loadState(state: ReadonlyMap<string, HostArray>): void {
    const missing = this.pairs.filter(({ name }) => !state.has(`shadow.${name}`));
    if (missing.length > 0) throw new Error(`Shadow: ${missing.length} of ${this.pairs.length} names are missing, the first is shadow.${missing[0]?.name}; continue with the settings the state was saved with`);
    for (const { name, average } of this.pairs) average.set(state.get(`shadow.${name}`) as HostArray);
  }

  /** Runs `task` with the averages in the model's place, and puts the trained weights back whatever happens. */
  async with<R>(task: () => Promise<R>): Promise<R> {
    const before = this.pairs.map(({ source }) => source.value());
    this.pairs.forEach(({ source, average }) => source.set(average.value()));
    try {
      return await task();
    } finally {
      this.pairs.forEach(({ source }, i) => source.set(before[i] as HostArray));
    }
  }
}
