/**
 * Module: a plain class whose parameters are found by walking its fields. Names are paths of field names, such as
 * `blocks.3.attention.query.weight`; they follow Hugging Face where a counterpart exists, so checkpoints load by name.
 */
import { Parameter, withScope } from "../engine/index.ts";
import type { HostArray, Tensor } from "../engine/index.ts";

/** Whether a forward pass trains, and where its random numbers come from. Passed explicitly, never read from a global. */
export interface Mode {
  readonly train: boolean;
  /** Source of in-graph random numbers; needed by dropout and its kin when training. */
  readonly random?: RandomSource;
}

/** In-graph random numbers: each call within a traced step draws independently, and steps differ by a counter in the state. */
export interface RandomSource {
  uniform(shape: readonly number[]): Tensor;
  normal(shape: readonly number[]): Tensor;
  /** bool, true with the given probability. */
  bernoulli(probability: number, shape: readonly number[]): Tensor;
}

/** Evaluation: no dropout, running statistics. */
export const EVALUATE: Mode = { train: false };

const NAMED = Symbol("named");

export abstract class Module {
  /** Parameters by path, state such as running statistics included. Shared parameters appear once, under their first path. */
  namedParameters(): Map<string, Parameter> {
    nameTree(this);
    const found = new Map<string, Parameter>();
    walk(this, "", (value, path) => {
      if (value instanceof Parameter && ![...found.values()].includes(value)) found.set(path, value);
    });
    return found;
  }

  /** This module (path "") and all below it by path. */
  namedModules(): Map<string, Module> {
    const found = new Map<string, Module>();
    walk(this, "", (value, path) => {
      if (value instanceof Module) found.set(path, value);
    });
    return found;
  }

  /** Trainable parameters. */
  parameters(): Parameter[] {
    return [...this.namedParameters().values()].filter((parameter) => parameter.trainable);
  }

  /** Number of trainable elements. */
  parameterCount(): number {
    return this.parameters().reduce((total, parameter) => total + parameter.size, 0);
  }

  /** Copies of all values by path. */
  stateDict(): Map<string, HostArray> {
    return new Map([...this.namedParameters()].map(([name, parameter]) => [name, parameter.value()]));
  }

  /**
   * Replaces values by path. Strict: throws listing every missing, unexpected and mis-shaped name, and changes nothing.
   * With `partial`, names absent from `state` keep their values; unexpected and mis-shaped names still throw.
   */
  loadStateDict(state: ReadonlyMap<string, HostArray>, { partial = false }: { readonly partial?: boolean } = {}): void {
    const parameters = this.namedParameters();
    const problems: string[] = [];
    for (const [name, parameter] of parameters) {
      const value = state.get(name);
      if (value === undefined) {
        if (!partial) problems.push(`${name} is missing`);
      } else if (value.dtype !== parameter.dtype || value.shape.join() !== parameter.shape.join()) {
        problems.push(`${name} expects ${parameter.dtype}[${parameter.shape.join(", ")}], found ${value.dtype}[${value.shape.join(", ")}]`);
      }
    }
    for (const name of state.keys()) if (!parameters.has(name)) problems.push(`${name} is unexpected`);
    if (problems.length > 0) {
      const shown = problems.slice(0, 20).join("; ");
      throw new Error(`loadStateDict: ${problems.length} of ${parameters.size} names do not match: ${shown}${problems.length > 20 ? "; ..." : ""}. Pass {partial: true} to keep initial values for missing names`);
    }
    for (const [name, parameter] of parameters) {
      const value = state.get(name);
      if (value !== undefined) parameter.set(value);
    }
  }
}

/** Gives every parameter its path as name, and every `forward` its path as scope for error messages and graph names. */
export function nameTree(root: Module): void {
  if (NAMED in root) return;
  Object.defineProperty(root, NAMED, { value: true });
  walk(root, "", (value, path) => {
    if (value instanceof Parameter && value.name === "") value.name = path;
    if (value instanceof Module) scopeForward(value, path);
  });
}

function scopeForward(module: Module, path: string): void {
  const forward = (module as { forward?: unknown }).forward;
  if (typeof forward !== "function" || path === "") return;
  const scoped = (...args: unknown[]): unknown => withScope(path, () => (forward as (...a: unknown[]) => unknown).apply(module, args));
  Object.defineProperty(module, "forward", { value: scoped, configurable: true, writable: true });
}

/** Visits modules and parameters below a module, each once, depth first in field order. */
function walk(root: Module, prefix: string, visit: (value: Module | Parameter, path: string) => void, seen = new Set<object>()): void {
  if (seen.has(root)) return;
  seen.add(root);
  visit(root, prefix);
  const enter = (value: unknown, path: string): void => {
    if (value instanceof Module) walk(value, path, visit, seen);
    else if (value instanceof Parameter) {
      if (!seen.has(value)) {
        seen.add(value);
        visit(value, path);
      }
    } else if (Array.isArray(value)) value.forEach((item, i) => enter(item, `${path}.${i}`));
    else if (value instanceof Map) for (const [key, item] of value) enter(item, `${path}.${String(key)}`);
    else if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
      for (const [key, item] of Object.entries(value)) enter(item, `${path}.${key}`);
    }
  };
  for (const [field, value] of Object.entries(root)) enter(value, prefix === "" ? field : `${prefix}.${field}`);
}
