/**
 * Axes whose extent is known only when a model runs.
 *
 * Shapes in the engine are numbers. A function is therefore traced and lowered several times, with other sizes of the
 * open axes each time, and the emitted graphs are laid over each other. They must be the same up to integers (target
 * shapes, ends of slices, counts); each such integer is written as `a * (product of sizes) + b`, found from two of the
 * traces and verified with the others, and the joint graph computes it from the shapes of its inputs.
 */
import type { HostArray } from "../host-array.ts";
import { sameShape, showShape } from "../shape.ts";
import type { Emitter } from "./emitter.ts";
import type { LoweredGraph } from "./lower.ts";
import { namesRead } from "./proto.ts";
import type { Extent, GraphProto, Initializer, NodeProto, HalfArray, ValueInfo } from "./proto.ts";

/** Size of each open axis by its name. */
export type Sizes = Readonly<Record<string, number>>;

/** One lowering, and the sizes it was traced with. */
export interface Probe {
  readonly sizes: Sizes;
  readonly lowered: LoweredGraph;
}

/** `factor * (product of the named sizes) + offset` */
interface Formula {
  readonly factor: number;
  readonly names: readonly string[];
  readonly offset: number;
}

/** How many traces are compared: two give a formula, the others verify it. */
export const PROBES = 4;

/** Primes, so that products of sizes are told apart and rarely equal an extent of the model. */
const PRIMES = [11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89];

/**
 * Sizes of the open axes for each trace. `largest` bounds some, such as a sequence by a table of positions; it is itself a
 * size of last resort, as what is cut to its whole length is not cut at all, and that graph is another.
 */
export function probeSizes(names: readonly string[], largest: Sizes): Sizes[] {
  const small = [2, 3, 5, 7];
  const taken = new Set<number>();
  return Array.from({ length: PROBES }, () =>
    Object.fromEntries(
      names.map((name) => {
        const limit = largest[name] ?? Infinity;
        const choices = [...PRIMES, ...small, ...Array.from({ length: Math.min(limit, 100) }, (_, i) => i + 2)];
        const size = [...choices.filter((n) => n < limit), limit].find((n) => n !== Infinity && n > 1 && !taken.has(n));
        if (size === undefined) throw new RangeError(`toOnnx: axis "${name}" is at most ${limit}, too short to be traced with ${PROBES} sizes`);
        taken.add(size);
        return [name, size];
      }),
    ),
  );
}

/** The joint graph. `axes[i]` are the extents of input i, open ones by name. Throws where the graphs differ otherwise. */
export function joinProbes(probes: readonly Probe[], axes: readonly (readonly Extent[])[]): GraphProto {
  const [first] = probes as readonly [Probe];
  const { proto, emitter } = first.lowered;
  const sizes = probes.map((probe) => probe.sizes);
  const initializers = probes.map(({ lowered }) => new Map(lowered.proto.initializers.map(({ name, array }) => [name, array])));
  const count = proto.nodes.length;
  const unequal = probes.find(({ lowered }) => lowered.proto.nodes.length !== count);
  if (unequal !== undefined) throw new Error(`toOnnx: the function does other things for other sizes (${count} operators for ${show(first.sizes)}, ${unequal.lowered.proto.nodes.length} for ${show(unequal.sizes)}); an open axis must not decide what is computed`);

  const shapes = new SizeEmitter(emitter.subgraph(), proto.inputs.map(({ name }) => name), axes);
  const nodes = proto.nodes.map((node, i): NodeProto => {
    const versions = probes.map(({ lowered }) => lowered.proto.nodes[i] as NodeProto);
    const differing = versions.findIndex((other) => !sameNode(node, other));
    if (differing >= 0) throw new Error(`toOnnx: ${node.name} is another operator for ${show(first.sizes)} than for ${show((probes[differing] as Probe).sizes)}; an open axis must not decide what is computed`);
    const inputs = node.inputs.map((name, at) => {
      const arrays = versions.map(({ inputs: names }, k) => initializers[k]?.get(names[at] as string));
      if (arrays.every((array) => array === undefined)) {
        if (versions.every(({ inputs: names }) => names[at] === name)) return name;
      } else if (arrays.every((array) => array !== undefined)) {
        const known = arrays as (HostArray | HalfArray)[];
        return known.every((array) => sameArray(known[0] as HostArray, array)) ? name : shapes.array(known, sizes, node.name);
      }
      throw new Error(`toOnnx: ${node.name} reads other values for other sizes; an open axis must not decide what is computed`);
    });
    return { ...node, inputs };
  });
  const used = namesRead([...shapes.nodes, ...nodes]);
  const outputs = proto.outputs.map((output, i): ValueInfo => ({ ...output, shape: output.shape?.map((_, axis) => extentOf(probes.map(({ lowered }) => lowered.proto.outputs[i]?.shape?.[axis] as number), sizes)) ?? null }));
  return {
    name: proto.name,
    nodes: [...shapes.nodes, ...nodes],
    initializers: emitter.initializers.filter(({ name }: Initializer) => used.has(name)),
    inputs: proto.inputs.map((input, i) => ({ ...input, shape: axes[i] as readonly Extent[] })),
    outputs,
  };
}

/** Emits the arithmetic on sizes, each quantity once. */
class SizeEmitter {
  private readonly emitter: Emitter;
  private readonly source = new Map<string, { readonly input: string; readonly axis: number }>();
  private readonly known = new Map<string, string>();

  constructor(emitter: Emitter, inputs: readonly string[], axes: readonly (readonly Extent[])[]) {
    this.emitter = emitter;
    axes.forEach((extents, i) =>
      extents.forEach((extent, axis) => {
        if (typeof extent === "string" && !this.source.has(extent)) this.source.set(extent, { input: inputs[i] as string, axis });
      }),
    );
  }

  get nodes(): readonly NodeProto[] {
    return this.emitter.nodes;
  }

  /** Value of a constant that differs between the traces. */
  array(arrays: readonly (HostArray | HalfArray)[], sizes: readonly Sizes[], reader: string): string {
    const values = arrays.map((array) => integers(array));
    const [first] = values as readonly (readonly number[] | null)[];
    const [{ shape }] = arrays as readonly [HostArray];
    const isCount = values.every((list, k) => list !== null && list.every((value, i) => value === i) && (arrays[k] as HostArray).shape.length === 1);
    if (isCount) return this.counting(formulaOf(values.map((list) => (list as readonly number[]).length), sizes, reader), (arrays[0] as HostArray).dtype === "int32");
    const fits = first !== null && first !== undefined && shape.length <= 1 && arrays.every((array) => sameShape(array.shape, shape) && "dtype" in array && array.dtype === (arrays[0] as HostArray).dtype);
    if (!fits) throw new Error(`toOnnx: ${reader} reads a constant made for one size of an open axis (${arrays.map((array) => showShape(array.shape)).join(", ")}); compute it from the inputs instead`);
    const formulas = first.map((_, i) => formulaOf(values.map((list) => (list as readonly number[])[i] as number), sizes, reader));
    const parts = formulas.map((formula) => this.formula(formula));
    const joined = this.once(`concat ${parts.join()}`, () => (parts.length === 1 ? (parts[0] as string) : this.emitter.value("Concat", parts, { axis: 0 })));
    const shaped = shape.length === 1 ? joined : this.once(`scalar ${joined}`, () => this.emitter.value("Squeeze", [joined]));
    return (arrays[0] as HostArray).dtype === "int64" ? shaped : this.once(`int32 ${shaped}`, () => this.emitter.cast(shaped, "int32"));
  }

  /** 0, 1, .. up to a size. */
  private counting(formula: Formula, narrow: boolean): string {
    return this.once(`range ${key(formula)} ${narrow}`, () => {
      const end = this.emitter.value("Squeeze", [this.formula(formula)]);
      const range = this.emitter.value("Range", [this.emitter.scalar(0, "int64"), end, this.emitter.scalar(1, "int64")]);
      return narrow ? this.emitter.cast(range, "int32") : range;
    });
  }

  /** An int64 [1]. */
  private formula({ factor, names, offset }: Formula): string {
    if (factor === 0) return this.emitter.ints([offset]);
    const product = names.map((name) => this.size(name)).reduce((a, b) => this.arithmetic("Mul", a, b));
    const scaled = factor === 1 ? product : this.arithmetic("Mul", product, this.emitter.ints([factor]));
    return offset === 0 ? scaled : this.arithmetic("Add", scaled, this.emitter.ints([offset]));
  }

  private size(name: string): string {
    const { input, axis } = this.source.get(name) as { readonly input: string; readonly axis: number };
    return this.once(`size ${name}`, () => this.emitter.value("Gather", [this.once(`shape ${input}`, () => this.emitter.value("Shape", [input])), this.emitter.ints([axis])]));
  }

  private arithmetic(operator: "Mul" | "Add", a: string, b: string): string {
    return this.once(`${operator} ${a} ${b}`, () => this.emitter.value(operator, [a, b]));
  }

  private once(what: string, make: () => string): string {
    const name = this.known.get(what) ?? make();
    this.known.set(what, name);
    return name;
  }
}

const key = ({ factor, names, offset }: Formula): string => `${factor}*${names.join("*")}+${offset}`;
const show = (sizes: Sizes): string => Object.entries(sizes).map(([name, size]) => `${name} ${size}`).join(", ");

/** The simplest formula for a quantity seen in each trace. */
function formulaOf(values: readonly number[], sizes: readonly Sizes[], where: string): Formula {
  const formula = findFormula(values, sizes);
  if (formula === null) throw new Error(`toOnnx: ${where}: found no formula for ${values.join(", ")} at ${sizes.map(show).join("; ")}; keep the sizes of open axes out of its arithmetic`);
  return formula;
}

function findFormula(values: readonly number[], sizes: readonly Sizes[]): Formula | null {
  const [first, second] = values as [number, number];
  if (values.every((value) => value === first)) return { factor: 0, names: [], offset: first };
  for (const names of monomials(Object.keys(sizes[0] as Sizes))) {
    const products = sizes.map((size) => names.reduce((product, name) => product * (size[name] as number), 1));
    const factor = (second - first) / ((products[1] as number) - (products[0] as number));
    const offset = first - factor * (products[0] as number);
    if (Number.isInteger(factor) && products.every((product, k) => factor * product + offset === values[k])) return { factor, names, offset };
  }
  return null;
}

/** Products of one, two and three names, repeated ones included. */
function monomials(names: readonly string[]): string[][] {
  const extend = (shorter: readonly string[][]): string[][] => shorter.flatMap((product) => names.filter((name) => product.length === 0 || name >= (product[product.length - 1] as string)).map((name) => [...product, name]));
  const one = extend([[]]);
  const two = extend(one);
  return [...one, ...two, ...extend(two)];
}

function extentOf(values: readonly number[], sizes: readonly Sizes[]): Extent {
  const formula = findFormula(values, sizes);
  if (formula === null) return null;
  if (formula.factor === 0) return formula.offset;
  return formula.factor === 1 && formula.offset === 0 && formula.names.length === 1 ? (formula.names[0] as string) : null;
}

function sameNode(a: NodeProto, b: NodeProto): boolean {
  return a.opType === b.opType && a.domain === b.domain && a.inputs.length === b.inputs.length && a.outputs.join() === b.outputs.join() && JSON.stringify(a.attributes, plain) === JSON.stringify(b.attributes, plain);
}

/** JSON has no big integers. */
const plain = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

function sameArray(a: HostArray | HalfArray, b: HostArray | HalfArray): boolean {
  if (a === b) return true;
  return sameShape(a.shape, b.shape) && a.data.constructor === b.data.constructor && a.data.every((value: number | bigint, i: number) => Object.is(value, b.data[i]));
}

const integers = (array: HostArray | HalfArray): readonly number[] | null => ("dtype" in array && (array.dtype === "int64" || array.dtype === "int32") ? Array.from(array.data as ArrayLike<number | bigint>, Number) : null);
