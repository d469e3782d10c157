/**
 * Weights of one model into another of a different form: renamed, in other layers, with more rows, or mixed with what is
 * there. Every tensor is accounted for: the report says where each target came from and which sources went unused.
 */
import { hostArray } from "../engine/index.ts";
import type { HostArray } from "../engine/index.ts";
import type { Module } from "../nn/index.ts";

export interface TransplantRule {
  /** Target paths; the groups of a regular expression are for `from`. */
  readonly target: string | RegExp;
  /**
   * Source path: text in which $1, $2 stand for the groups of `target`, a function of the target path, or null to keep the
   * initial value on purpose. Default the target's own path.
   */
  readonly from?: string | ((path: string, groups: readonly string[]) => string | null) | null;
  /**
   * How rows correspond. `same`: shapes must agree. `leading`: as many rows as both have, for tables that grew or shrank. A
   * list gives the source row of each target row, -1 to keep it: a new vocabulary. Default same.
   */
  readonly rows?: "same" | "leading" | ArrayLike<number>;
  /** Share of the source in the result, the rest is the value that is there; default 1. */
  readonly share?: number;
}

export interface TransplantedTensor {
  readonly target: string;
  /** Null when the initial value is kept. */
  readonly source: string | null;
  /** Rows copied and rows of the target; null for the whole tensor. */
  readonly rows: { readonly copied: number; readonly of: number } | null;
  readonly share: number;
}

export interface TransplantReport {
  readonly tensors: readonly TransplantedTensor[];
  /** Source names that no target used. */
  readonly unused: readonly string[];
}

/**
 * Fills a model from named arrays (a `stateDict`, a checkpoint). For each target the first matching rule decides; a target
 * that no rule matches must be in the source under its own name. Throws, listing every problem and changing nothing, when
 * a source is missing or does not fit.
 */
export function transplant(model: Module, source: ReadonlyMap<string, HostArray>, rules: readonly TransplantRule[] = []): TransplantReport {
  const problems: string[] = [];
  const used = new Set<string>();
  const matched = new Set<TransplantRule>();
  const planned = [...model.namedParameters()].map(([target, parameter]) => {
    const { rule, groups } = ruleFor(target, rules);
    if (rule !== null) matched.add(rule);
    const name = sourceOf(target, groups, rule);
    const kept = { parameter, value: null, tensor: { target, source: null, rows: null, share: 0 } };
    if (name === null) return kept;
    const value = source.get(name);
    if (value === undefined) {
      problems.push(`${target} needs ${name}, which is missing`);
      return kept;
    }
    used.add(name);
    const fitted = fit(value, parameter.value(), rule ?? { target });
    if (typeof fitted === "string") {
      problems.push(`${target} from ${name}: ${fitted}`);
      return kept;
    }
    return { parameter, value: fitted.value, tensor: { target, source: name, rows: fitted.rows, share: rule?.share ?? 1 } };
  });
  for (const rule of rules) if (!matched.has(rule)) problems.push(`the rule for ${String(rule.target)} matches no parameter, or only such that an earlier rule decides`);
  if (problems.length > 0) throw new Error(`transplant: ${problems.length} problems: ${problems.slice(0, 20).join("; ")}${problems.length > 20 ? "; ..." : ""}. Give a rule with {from: null} for tensors that keep their initial values`);
  for (const { parameter, value } of planned) if (value !== null) parameter.set(value);
  return { tensors: planned.map(({ tensor }) => tensor), unused: [...source.keys()].filter((name) => !used.has(name)) };
}

/** Source layers for `count` target layers, evenly spread: 12 into 4 gives 0, 4, 7, 11; more layers than sources repeat them. */
export const spreadLayers = (sources: number, count: number): number[] => Array.from({ length: count }, (_, i) => (count === 1 ? sources - 1 : Math.round((i * (sources - 1)) / (count - 1))));

function ruleFor(target: string, rules: readonly TransplantRule[]): { readonly rule: TransplantRule | null; readonly groups: readonly string[] } {
  for (const rule of rules) {
    if (typeof rule.target === "string") {
      if (rule.target === target) return { rule, groups: [] };
      continue;
    }
    const match = new RegExp(rule.target.source, rule.target.flags.replace("g", "")).exec(target);
    if (match !== null) return { rule, groups: match.slice(1).map((group) => group ?? "") };
  }
  return { rule: null, groups: [] };
}

function sourceOf(target: string, groups: readonly string[], rule: TransplantRule | null): string | null {
  const from = rule?.from;
  if (from === undefined) return target;
  if (from === null || typeof from === "function") return from === null ? null : from(target, groups);
  return from.replaceAll(/\$(\d+)/g, (_, number: string) => groups[Number(number) - 1] ?? "");
}

/** The new value, or what is wrong. */
function fit(source: HostArray, target: HostArray, { rows = "same", share = 1 }: TransplantRule): { readonly value: HostArray; readonly rows: TransplantedTensor["rows"] } | string {
  if (source.dtype !== target.dtype) return `expects ${target.dtype}, found ${source.dtype}`;
  if (share !== 1 && (target.dtype !== "float32" || !(share >= 0 && share <= 1))) return `share: expected a number from 0 to 1 and float32 values, got ${share} for ${target.dtype}`;
  const shape = (array: HostArray): string => `[${array.shape.join(", ")}]`;
  if (rows === "same") {
    if (source.shape.join() !== target.shape.join()) return `expects ${shape(target)}, found ${shape(source)}; say how {rows} correspond if it grew or shrank`;
    return { value: mixed(source, target, share), rows: null };
  }
  const [count, available] = [target.shape[0] ?? 0, source.shape[0] ?? 0];
  if (source.shape.length === 0 || source.shape.slice(1).join() !== target.shape.slice(1).join()) return `rows of ${shape(source)} do not fit ${shape(target)}`;
  const map = rows === "leading" ? Array.from({ length: count }, (_, row) => (row < available ? row : -1)) : Array.from(rows);
  if (map.length !== count) return `rows: expected an entry for each of ${count} rows, got ${map.length}`;
  const bad = map.find((row) => !Number.isInteger(row) || row < -1 || row >= available);
  if (bad !== undefined) return `rows: expected source rows from -1 to ${available - 1}, got ${bad}`;
  const width = target.data.length / Math.max(1, count);
  const chosen = hostArray(target.data.slice(), target.shape, target.dtype);
  map.forEach((row, i) => void (row >= 0 && (chosen.data as Float32Array).set(source.data.subarray(row * width, (row + 1) * width) as Float32Array, i * width)));
  return { value: mixed(chosen, target, share), rows: { copied: map.filter((row) => row >= 0).length, of: count } };
}

/** share * source + (1 - share) * target; rows of the source that are the target's own stay as they are. */
function mixed(source: HostArray, target: HostArray, share: number): HostArray {
  if (share === 1) return source;
  const [from, to] = [source.data as Float32Array, target.data as Float32Array];
  return hostArray(from.map((value, i) => (value === to[i] ? value : share * value + (1 - share) * (to[i] as number))), target.shape);
}
