/** The trace in progress: what a compiled function assigns while it is traced. */
import type { Parameter } from "./parameter.ts";
import type { Tensor } from "./tensor.ts";

export interface Trace {
  readonly assignments: Map<Parameter, Tensor>;
}

const stack: Trace[] = [];

/** Runs `fn`, collecting the assignments it makes. */
export function trace<R>(fn: () => R): { readonly result: R; readonly assignments: ReadonlyMap<Parameter, Tensor> } {
  const current: Trace = { assignments: new Map() };
  stack.push(current);
  try {
    return { result: fn(), assignments: current.assignments };
  } finally {
    stack.pop();
  }
}

/** The trace in progress, or undefined outside compiled functions. */
export const currentTrace = (): Trace | undefined => stack[stack.length - 1];

/** How many recomputations are being traced, one inside another. */
let recomputations = 0;

/** Runs `fn` a second time for its values: what it assigns was recorded the first time. */
export function recompute<R>(fn: () => R): R {
  recomputations++;
  try {
    return fn();
  } finally {
    recomputations--;
  }
}

export function recordAssignment(parameter: Parameter, value: Tensor): void {
  if (recomputations > 0) return;
  const current = currentTrace();
  if (current === undefined) throw new Error(`${parameter.label}: assign records an update of a compiled call; outside compile(...) use set(...)`);
  if (current.assignments.has(parameter)) throw new Error(`${parameter.label}: assigned twice in one compiled call; combine the updates first`);
  current.assignments.set(parameter, value);
}

/** Applies an update to the value a parameter has after the updates so far. */
export function recordUpdate(parameter: Parameter, rule: (value: Tensor) => Tensor): void {
  if (recomputations > 0) return;
  const assignments = currentTrace()?.assignments;
  const value = assignments?.get(parameter) ?? parameter;
  assignments?.delete(parameter);
  parameter.assign(rule(value));
}
