/** Shape arithmetic: sizes, NumPy broadcasting, axis normalisation. Pure functions on number arrays. */

export type Shape = readonly number[];

export const sizeOf = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((extent, i) => extent === b[i]);

export const showShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/** Throws unless every extent is a whole number from 0. */
export function requireExtents(where: string, shape: Shape): void {
  if (shape.some((extent) => !Number.isInteger(extent) || extent < 0)) throw new RangeError(`${where}: extents must be whole numbers from 0, got ${showShape(shape)}`);
}

/** Shape of `a op b` under NumPy broadcasting; null when the shapes do not fit. */
export function tryBroadcast(a: Shape, b: Shape): number[] | null {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return null;
    result.push(x === 1 ? y : x);
  }
  return result;
}

export function broadcastShapes(where: string, ...shapes: Shape[]): number[] {
  return shapes.reduce<number[]>((sofar, next) => {
    const joined = tryBroadcast(sofar, next);
    if (joined === null) throw new RangeError(`${where}: shapes ${shapes.map(showShape).join(" and ")} do not broadcast; every axis, counted from the last, must be equal or 1`);
    return joined;
  }, []);
}

/** Turns a negative axis into its position and checks the range. */
export function normalizeAxis(where: string, axis: number, rank: number): number {
  const position = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || position < 0 || position >= rank) {
    throw new RangeError(`${where}: axis ${axis} is outside a tensor of rank ${rank}`);
  }
  return position;
}

/** Sorted, distinct positions; undefined means all axes. */
export function normalizeAxes(where: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = (typeof axes === "number" ? [axes] : [...axes]).map((axis) => normalizeAxis(where, axis, rank));
  const distinct = [...new Set(list)].sort((a, b) => a - b);
  if (distinct.length !== list.length) throw new RangeError(`${where}: axes [${list.join(", ")}] name an axis twice`);
  return distinct;
}

/** Axes along which `from` was stretched to `to` by broadcasting, as positions in `to`. */
export function broadcastAxes(from: Shape, to: Shape): number[] {
  const lead = to.length - from.length;
  return to.flatMap((extent, i) => (i < lead || (from[i - lead] === 1 && extent !== 1) ? [i] : []));
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] as number) * (shape[i + 1] as number);
  return strides;
}
