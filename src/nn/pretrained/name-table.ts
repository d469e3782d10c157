/**
 * Names of weights here and in checkpoints of others, one table for both directions.
 *
 * In a pattern `#` stands for a number (a layer) and `*` for the rest (`weight`, `bias`); both sides hold them in the
 * same order.
 */
import { hostArray } from "../../engine/index.ts";
import type { HostArray, Parameter, TypedArray } from "../../engine/index.ts";

export interface NameRule {
  readonly ours: string;
  readonly theirs: string;
  /** Their matrix is the transpose of ours. */
  readonly transposed?: boolean;
  /** Their tensor has one more axis in front, of extent 1. */
  readonly leading?: boolean;
  /** Ours is one of equal parts along the first axis of theirs (after transposition), such as the queries of a joint map. */
  readonly part?: Part;
  readonly rows?: Rows;
}

/** Ours has the rows of theirs in another order, or theirs has rows that ours lacks. */
export interface Rows {
  /** Of each row of ours the row of theirs, or null where theirs has none and ours is zero. */
  readonly from: readonly (number | null)[];
  /** Rows of theirs; those that ours lacks are zero. */
  readonly of: number;
}

export interface Part {
  readonly index: number;
  readonly of: number;
  /** The parts alternate: they lie side by side within each of so many groups (heads). Default 1. */
  readonly groups?: number;
}

/** `[ours, theirs]`, or the whole rule. */
export type NameEntry = readonly [ours: string, theirs: string] | NameRule;
export type NameTable = readonly NameEntry[];

/** Tensors of a checkpoint, read one at a time. */
export interface TensorSource {
  /** Shape of each tensor by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  read(name: string): Promise<HostArray> | HostArray;
}

/** Where a parameter is found. */
export interface Located {
  readonly theirs: string;
  readonly rule: NameRule;
}

const ruleOf = (entry: NameEntry): NameRule => ("ours" in entry ? entry : { ours: entry[0], theirs: entry[1] });

/** Their name of each of our names. Throws an internal error for a name that no rule covers: a table is incomplete. */
export function locate(table: NameTable, names: Iterable<string>): Map<string, Located> {
  const rules = table.map(ruleOf).map((rule) => ({ rule, pattern: patternOf(rule.ours) }));
  return new Map(
    [...names].map((name): [string, Located] => {
      for (const { rule, pattern } of rules) {
        const found = pattern.exec(name);
        if (found !== null) return [name, { rule, theirs: fill(rule.theirs, found.slice(1)) }];
      }
      throw new Error(`internal: no rule for the name of ${name}`);
    }),
  );
}

/** Whether a name of theirs is one that a table knows, for saying what a left-over tensor is. */
export const knows = (table: NameTable, theirs: string): boolean => table.map(ruleOf).some((rule) => patternOf(rule.theirs).test(theirs));

const escaped = (text: string): string => text.replace(/[.[\]()+?^$|\\{}]/g, "\\$&");
const patternOf = (pattern: string): RegExp => new RegExp(`^${pattern.split(/([#*])/).map((piece) => (piece === "#" ? "(\\d+)" : piece === "*" ? "(.+)" : escaped(piece))).join("")}$`);

function fill(pattern: string, values: readonly string[]): string {
  let next = 0;
  return pattern.replace(/[#*]/g, () => values[next++] as string);
}

/** Shape that theirs must have for ours. */
export function theirShape(ours: readonly number[], { transposed = false, leading = false, part, rows }: NameRule): readonly number[] {
  if (leading) return [1, ...ours];
  if (rows !== undefined) return [rows.of, ...ours.slice(1)];
  const [first = 1, ...rest] = ours;
  const whole = part === undefined ? ours : [first * part.of, ...rest];
  return transposed ? [...whole].reverse() : whole;
}

/** Our value from theirs. */
export function fromTheirs(theirs: HostArray, ours: readonly number[], { transposed = false, leading = false, part, rows }: NameRule): HostArray {
  if (leading) return hostArray(theirs.data, ours, theirs.dtype);
  if (rows !== undefined) return copiedRows(theirs, ours, rows.from.map((row, i) => [row, i]));
  const straight = transposed ? transpose(theirs) : theirs;
  if (part === undefined) return straight;
  const { index, of, groups = 1 } = part;
  const size = straight.data.length / of / groups;
  const own = straight.data.slice(0, straight.data.length / of) as TypedArray;
  for (let group = 0; group < groups; group++) own.set(straight.data.subarray((group * of + index) * size, (group * of + index + 1) * size) as never, group * size);
  return hostArray(own, ours, theirs.dtype);
}

/** Their values from ours: the other direction of `fromTheirs`, parts put together. Throws when a part is missing. */
export function toTheirs(table: NameTable, state: ReadonlyMap<string, HostArray>): Map<string, HostArray> {
  const pieces = new Map<string, { readonly rule: NameRule; readonly value: HostArray }[]>();
  for (const [name, { theirs, rule }] of locate(table, state.keys())) pieces.set(theirs, [...(pieces.get(theirs) ?? []), { rule, value: state.get(name) as HostArray }]);
  return new Map([...pieces].map(([name, parts]) => [name, join(name, parts)]));
}

function join(name: string, parts: readonly { readonly rule: NameRule; readonly value: HostArray }[]): HostArray {
  const [first] = parts as readonly [{ readonly rule: NameRule; readonly value: HostArray }];
  const of = first.rule.part?.of ?? 1;
  const ordered = [...parts].sort((a, b) => (a.rule.part?.index ?? 0) - (b.rule.part?.index ?? 0));
  if (ordered.length !== of || !ordered.every(({ rule }, i) => (rule.part?.index ?? 0) === i)) throw new Error(`internal: ${name} is made of ${of} parts, found ${parts.length}`);
  if (first.rule.leading === true) return hostArray(first.value.data, [1, ...first.value.shape], first.value.dtype);
  if (first.rule.rows !== undefined) return copiedRows(first.value, theirShape(first.value.shape, first.rule), first.rule.rows.from.map((row, i) => [i, row]));
  if (of === 1) return first.rule.transposed === true ? transpose(first.value) : first.value;
  const groups = first.rule.part?.groups ?? 1;
  const size = first.value.data.length / groups;
  const joined = new Float32Array(first.value.data.length * of);
  for (let group = 0; group < groups; group++) ordered.forEach(({ value }, index) => joined.set(value.data.subarray(group * size, (group + 1) * size) as Float32Array, (group * of + index) * size));
  const [rows = 1, ...rest] = first.value.shape;
  const whole = hostArray(joined, [rows * of, ...rest]);
  return first.rule.transposed === true ? transpose(whole) : whole;
}

/** Rows `from` one tensor to the places `to` of another, zero elsewhere. */
function copiedRows({ data, shape: [rows = 1] }: HostArray, shape: readonly number[], places: readonly (readonly [from: number | null, to: number | null])[]): HostArray {
  const width = data.length / rows;
  const copied = new Float32Array(width * (shape[0] as number));
  for (const [from, to] of places) if (from !== null && to !== null) copied.set(data.subarray(from * width, (from + 1) * width) as Float32Array, to * width);
  return hostArray(copied, shape);
}

/** Matrices are turned; vectors stay. */
function transpose({ data, shape, dtype }: HostArray): HostArray {
  if (shape.length !== 2) return hostArray(data, shape, dtype);
  const [rows, columns] = shape as [number, number];
  const turned = data.slice() as TypedArray;
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column] as never;
  return hostArray(turned, [columns, rows], dtype);
}

export interface ImportReport {
  /** Tensors of the file that the model does not use although its table knows them, such as the head of another task. */
  readonly unused: readonly string[];
}

export interface ImportOptions {
  readonly label: string;
  /** Names of theirs that hold nothing to learn, such as position ids. */
  readonly ignored: readonly RegExp[];
  /** Copies under a second name: [copy, original]. Accepted when equal. */
  readonly copies: readonly (readonly [copy: string, original: string])[];
  /** Names that are known but belong to parts not built. */
  readonly optional: (name: string) => boolean;
}

/**
 * Sets all parameters from a checkpoint. Strict: every missing, unexpected and mis-shaped name is listed, and nothing is
 * changed then. Values must be finite.
 */
export async function importState(table: NameTable, parameters: ReadonlyMap<string, Parameter>, source: TensorSource, { label, ignored, copies, optional }: ImportOptions): Promise<ImportReport> {
  const located = locate(table, parameters.keys());
  const used = new Set<string>();
  const problems: string[] = [];
  for (const [name, { theirs, rule }] of located) {
    used.add(theirs);
    const found = source.shapes.get(theirs);
    const expected = theirShape((parameters.get(name) as Parameter).shape, rule);
    if (found === undefined) problems.push(`${theirs} is missing`);
    else if (found.join() !== expected.join()) problems.push(`${theirs} expects [${expected.join(", ")}], found [${found.join(", ")}]`);
  }
  const unused: string[] = [];
  const doubled: (readonly [string, string])[] = [];
  for (const name of source.shapes.keys()) {
    if (used.has(name) || ignored.some((pattern) => pattern.test(name))) continue;
    const original = copies.find(([copy]) => copy === name)?.[1];
    if (original !== undefined && used.has(original)) doubled.push([name, original]);
    else if (optional(name)) unused.push(name);
    else problems.push(`${name} is unexpected`);
  }
  if (problems.length > 0) {
    const distinct = [...new Set(problems)];
    throw new Error(`${label}: ${distinct.length} names do not match the config: ${distinct.slice(0, 30).join("; ")}${distinct.length > 30 ? `; and ${distinct.length - 30} more` : ""}`);
  }
  for (const [copy, original] of doubled) await requireEqual(source, copy, original, label);
  // Parts of one tensor follow one another, so that each is read once.
  const values = new Map<string, HostArray>();
  let last: readonly [string, HostArray] | null = null;
  for (const [name, { theirs, rule }] of [...located].sort(([, a], [, b]) => (a.theirs < b.theirs ? -1 : a.theirs > b.theirs ? 1 : 0))) {
    const value: HostArray = last !== null && last[0] === theirs ? last[1] : await source.read(theirs);
    last = [theirs, value];
    requireFinite(value, `${label}: ${theirs}`);
    values.set(name, fromTheirs(value, (parameters.get(name) as Parameter).shape, rule));
  }
  for (const [name, value] of values) (parameters.get(name) as Parameter).set(value);
  return { unused };
}

function requireFinite({ data, dtype }: HostArray, where: string): void {
  if (dtype !== "float32") throw new Error(`${where}: expected floating-point numbers, found ${dtype}`);
  const at = (data as Float32Array).findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new Error(`${where}: element ${at} is ${data[at]}; the weights are damaged`);
}

async function requireEqual(source: TensorSource, copy: string, original: string, label: string): Promise<void> {
  const [a, b] = [await source.read(copy), await source.read(original)];
  if (a.data.length !== b.data.length || !a.data.every((value, i) => value === b.data[i])) throw new Error(`${label}: ${copy} differs from ${original}, but the config says they are one table (tie_word_embeddings)`);
}
