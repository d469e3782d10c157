/**
 * Einstein summation in NumPy's notation: `einsum("bhqd,bhkd->bhqk", queries, keys)`.
 *
 * Operands are contracted from left to right. A contraction of two is one batched matrix product over
 * [shared and kept, own, shared and summed] axes; where nothing is summed, or no operand has axes of its own, it is an
 * elementwise product, which is then cheaper. All parts are differentiable, so the whole is.
 */
import { showShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { reshape, transpose } from "./layout.ts";
import { matmul } from "./product.ts";
import { sum } from "./reduction.ts";

/** A tensor with one letter for each of its axes. */
interface Labelled {
  readonly x: Tensor;
  readonly letters: readonly string[];
}

interface Subscripts {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/**
 * Sum of products over all subscripts that the output leaves out. Without `->` the output has the subscripts that
 * occur once, in alphabetical order. Throws naming the subscripts when they do not fit the operands. A subscript may
 * not repeat within one operand, and there is no ellipsis.
 */
export function einsum(subscripts: string, ...operands: readonly Tensor[]): Tensor {
  const where = `einsum "${subscripts}"`;
  const { inputs, output } = parse(where, subscripts);
  requireFit(where, inputs, operands);
  const terms = operands.map((x, i): Labelled => ({ x, letters: inputs[i] as readonly string[] }));
  const [first, ...rest] = terms as [Labelled, ...Labelled[]];
  const product = rest.reduce((sofar, next, i) => contract(sofar, next, new Set([...output, ...rest.slice(i + 1).flatMap((term) => term.letters)])), first);
  return arrange(sumOut(product, new Set(output)), output);
}

function parse(where: string, subscripts: string): Subscripts {
  const [left, right, ...more] = subscripts.replaceAll(" ", "").split("->");
  if (left === undefined || more.length > 0 || !/^[a-zA-Z,]*$/.test(left) || !/^[a-zA-Z]*$/.test(right ?? "")) {
    throw new SyntaxError(`${where}: expected letters for each operand, separated by commas, and optionally "->" and the letters of the result, such as "bij,bjk->bik"`);
  }
  const inputs = left.split(",").map((letters) => [...letters]);
  const all = inputs.flat();
  const output = right === undefined ? all.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter)).sort() : [...right];
  for (const letters of [...inputs, output]) {
    const repeated = letters.find((letter, i) => letters.indexOf(letter) !== i);
    if (repeated !== undefined) throw new SyntaxError(`${where}: subscript ${repeated} repeats within "${letters.join("")}"; each axis of one tensor needs a letter of its own`);
  }
  const unknown = output.find((letter) => !all.includes(letter));
  if (unknown !== undefined) throw new SyntaxError(`${where}: subscript ${unknown} of the result is in no operand`);
  return { inputs, output };
}

function requireFit(where: string, inputs: Subscripts["inputs"], operands: readonly Tensor[]): void {
  if (inputs.length !== operands.length) throw new RangeError(`${where}: the subscripts name ${inputs.length} operands, got ${operands.length}`);
  const seen = new Map<string, { readonly extent: number; readonly operand: number }>();
  inputs.forEach((letters, operand) => {
    const { shape } = operands[operand] as Tensor;
    if (letters.length !== shape.length) throw new RangeError(`${where}: "${letters.join("")}" names ${letters.length} axes, operand ${operand} has shape ${showShape(shape)}`);
    letters.forEach((letter, axis) => {
      const extent = shape[axis] as number;
      const before = seen.get(letter);
      if (before !== undefined && before.extent !== extent) throw new RangeError(`${where}: subscript ${letter} is ${before.extent} in operand ${before.operand} and ${extent} in operand ${operand}`);
      seen.set(letter, { extent, operand });
    });
  });
}

/** Sums over the letters that are not kept. */
function sumOut({ x, letters }: Labelled, keep: ReadonlySet<string>): Labelled {
  const axes = letters.flatMap((letter, axis) => (keep.has(letter) ? [] : [axis]));
  return { x: axes.length === 0 ? x : sum(x, axes), letters: letters.filter((letter) => keep.has(letter)) };
}

/** Axes in the order of the letters; a letter the tensor lacks becomes an axis of extent 1. */
function arrange({ x, letters }: Labelled, order: readonly string[]): Tensor {
  const own = order.filter((letter) => letters.includes(letter));
  const moved = transpose(x, own.map((letter) => letters.indexOf(letter)));
  return reshape(moved, order.map((letter) => (letters.includes(letter) ? moved.dim(own.indexOf(letter)) : 1)));
}

/** Product of two terms, summed over the shared letters that are not kept. */
function contract(first: Labelled, second: Labelled, keep: ReadonlySet<string>): Labelled {
  const a = sumOut(first, new Set([...keep, ...second.letters]));
  const b = sumOut(second, new Set([...keep, ...first.letters]));
  const shared = a.letters.filter((letter) => b.letters.includes(letter));
  const batch = shared.filter((letter) => keep.has(letter));
  const inner = shared.filter((letter) => !keep.has(letter));
  const left = a.letters.filter((letter) => !shared.includes(letter));
  const right = b.letters.filter((letter) => !shared.includes(letter));
  if (inner.length === 0 || (left.length === 0 && right.length === 0)) {
    const letters = [...batch, ...left, ...right, ...inner];
    return sumOut({ x: mul(arrange(a, letters), arrange(b, letters)), letters }, new Set([...batch, ...left, ...right]));
  }
  const rows = asMatrices(a, batch, left, inner);
  const columns = asMatrices(b, batch, inner, right);
  const product = matmul(rows.matrices, columns.matrices, { transA: rows.transposed, transB: columns.transposed });
  const letters = [...batch, ...left, ...right];
  const extent = (letter: string): number => (a.letters.includes(letter) ? a.x.dim(a.letters.indexOf(letter)) : b.x.dim(b.letters.indexOf(letter)));
  return { x: reshape(product, letters.map(extent)), letters };
}

/** [batch, rows, columns] matrices, or their transposes where the axes already stand that way and need not be moved. */
function asMatrices(term: Labelled, batch: readonly string[], rows: readonly string[], columns: readonly string[]): { readonly matrices: Tensor; readonly transposed: boolean } {
  const size = (letters: readonly string[]): number => letters.reduce((product, letter) => product * term.x.dim(term.letters.indexOf(letter)), 1);
  const transposed = term.letters.join("") === [...batch, ...columns, ...rows].join("");
  const [outer, last] = transposed ? [columns, rows] : [rows, columns];
  const shape = [...(batch.length === 0 ? [] : [size(batch)]), size(outer), size(last)];
  return { matrices: reshape(arrange(term, [...batch, ...outer, ...last]), shape), transposed };
}
