/**
 * Freezing parts of a model: no gradient, no optimizer state, no weight decay, and evaluation mode inside, so that dropout
 * is off and running statistics stay. A hash over the bytes shows that nothing moved.
 */
import type { HostArray, Parameter } from "../engine/index.ts";
import { EVALUATE } from "../nn/index.ts";
import type { Mode, Module } from "../nn/index.ts";
import { matchesPath } from "./parameter-groups.ts";
import type { ParameterGroup } from "./parameter-groups.ts";

export class Frozen {
  /** For the optimizer; put them first, so that no other group decides. */
  readonly groups: readonly ParameterGroup[];
  private readonly parameters: ReadonlyMap<string, Parameter>;
  private readonly restore: readonly (() => void)[];
  private hashes: Promise<ReadonlyMap<string, string>>;

  constructor(groups: readonly ParameterGroup[], parameters: ReadonlyMap<string, Parameter>, restore: readonly (() => void)[]) {
    this.groups = groups;
    this.parameters = parameters;
    this.restore = restore;
    this.hashes = hashEach(this.parameters);
  }

  /** Throws, naming them, when frozen values are not byte for byte what they were when freezing began. */
  async verify(): Promise<void> {
    const [before, now] = [await this.hashes, await hashEach(this.parameters)];
    const moved = [...now].flatMap(([name, hash]) => (before.get(name) === hash ? [] : [name]));
    if (moved.length > 0) throw new Error(`freeze: ${moved.length} of ${now.size} frozen tensors changed: ${moved.slice(0, 8).join(", ")}${moved.length > 8 ? ", ..." : ""}; give the optimizer the groups of freeze(...)`);
  }

  /** Lets the modules follow the mode of the call again. The optimizer keeps its groups: make a new one to train the rest. */
  thaw(): void {
    this.restore.forEach((undo) => undo());
  }
}

/**
 * Freezes what patterns on paths match, such as `encoder.*` or `/bias$/`. A module all of whose parameters are frozen runs
 * in evaluation mode whatever it is called with. Throws when a pattern matches nothing.
 */
export function freeze(model: Module, patterns: readonly (string | RegExp)[]): Frozen {
  const all = model.namedParameters();
  const matching = (name: string): boolean => patterns.some((pattern) => matchesPath(pattern, name));
  for (const pattern of patterns) {
    if ([...all.keys()].some((name) => matchesPath(pattern, name))) continue;
    throw new Error(`freeze: ${String(pattern)} matches none of the ${all.size} parameters: ${[...all.keys()].slice(0, 12).join(", ")}${all.size > 12 ? ", ..." : ""}`);
  }
  const frozen = new Map([...all].filter(([name]) => matching(name)));
  const modules = [...model.namedModules()].flatMap(([path, module]) => {
    const own = [...all.keys()].filter((name) => path === "" || name.startsWith(`${path}.`));
    return own.length > 0 && own.every((name) => frozen.has(name)) ? [module] : [];
  });
  // A pattern that matches running statistics only has nothing to say to the optimizer.
  const groups = patterns.filter((pattern) => [...frozen].some(([name, parameter]) => parameter.trainable && matchesPath(pattern, name))).map((match): ParameterGroup => ({ match, frozen: true }));
  return new Frozen(groups, frozen, modules.map(evaluateOnly));
}

/** Replaces any training mode among the arguments of `forward`; returns how to undo it. */
function evaluateOnly(module: Module): () => void {
  const forward = (module as { forward?: unknown }).forward;
  if (typeof forward !== "function") return () => undefined;
  const quiet = (...args: unknown[]): unknown => (forward as (...args: unknown[]) => unknown).apply(module, args.map((arg) => (isMode(arg) ? EVALUATE : arg)));
  const own = Object.getOwnPropertyDescriptor(module, "forward");
  Object.defineProperty(module, "forward", { value: quiet, configurable: true, writable: true });
  return () => {
    if (own === undefined) Reflect.deleteProperty(module, "forward");
    else Object.defineProperty(module, "forward", own);
  };
}

const isMode = (value: unknown): value is Mode => typeof value === "object" && value !== null && typeof (value as { train?: unknown }).train === "boolean";

/** SHA-256 of each value, its name and shape included. */
async function hashEach(parameters: ReadonlyMap<string, Parameter>): Promise<ReadonlyMap<string, string>> {
  const values = [...parameters].map(([name, parameter]) => [name, parameter.value()] as const); // all read at one time
  return new Map(await Promise.all(values.map(async ([name, value]) => [name, await hashOfArrays(new Map([[name, value]]))] as const)));
}

/** Lower-case hexadecimal SHA-256 over names, shapes, types and bytes, whatever the order of the map. */
export async function hashOfArrays(arrays: ReadonlyMap<string, HostArray>): Promise<string> {
  const sorted = [...arrays].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = sorted.flatMap(([name, { data, shape, dtype }]) => [new TextEncoder().encode(`${name}|${dtype}|${shape.join()}|`), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
