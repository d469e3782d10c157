/**
 * Who may attend to whom, as data: masks are described here, composed, and turned into tensors where they are used.
 * Static masks depend on positions only and become constants of the graph; dynamic ones are computed from its inputs.
 * A boolean is true where the key is visible. With fewer queries than keys, queries are the last positions.
 */
import { arange, concat, equal, gather, hostArray, logicalAnd, logicalNot, logicalOr, Tensor, tensor, where } from "../../engine/index.ts";

export interface MaskSizes {
  readonly queries: number;
  readonly keys: number;
}

export interface StaticMask {
  readonly kind: "static";
  /** 1 where visible, row-major [queries, keys]. */
  readonly matrix: (sizes: MaskSizes) => Uint8Array;
}

export interface DynamicMask {
  readonly kind: "dynamic";
  /** bool, broadcastable to [B, H, queries, keys], of rank 4. */
  readonly build: (sizes: MaskSizes) => Tensor;
}

export type MaskSpec = StaticMask | DynamicMask;

/** No sequence is longer. */
const LONGEST = 2 ** 31 - 1;

function fromRule(visible: (query: number, key: number) => boolean): StaticMask {
  const matrix = ({ queries, keys }: MaskSizes): Uint8Array => {
    const first = keys - queries;
    return Uint8Array.from({ length: queries * keys }, (_, i) => Number(visible(first + Math.floor(i / keys), i % keys)));
  };
  return { kind: "static", matrix };
}

/** int32 positions of queries [1, 1, queries, 1] and keys [1, 1, 1, keys]. */
function places({ queries, keys }: MaskSizes): { readonly query: Tensor; readonly key: Tensor } {
  return { query: arange(queries).add(keys - queries).reshape([1, 1, queries, 1]), key: arange(keys).reshape([1, 1, 1, keys]) };
}

/** Per-position values of queries [B, 1, Lq, 1] and keys [B, 1, 1, Lk] from one row per example [B, Lk]. */
function sides(values: Tensor, { queries, keys }: MaskSizes): { readonly query: Tensor; readonly key: Tensor } {
  if (values.rank !== 2 || values.dim(1) !== keys) throw new RangeError(`mask: expected one value per key [B, ${keys}], got [${values.shape.join(", ")}]`);
  return { query: values.sliceAxis(1, keys - queries, keys).reshape([-1, 1, queries, 1]), key: values.reshape([-1, 1, 1, keys]) };
}

/** Everyone sees everyone. */
export const full = (): StaticMask => fromRule(() => true);

/** A query sees itself and what precedes it. */
export const causal = (): StaticMask => fromRule((query, key) => key <= query);

/** Causal, but the first `length` tokens (a number, or int32 [B]) are visible to all. */
export function prefix(length: number | Tensor): MaskSpec {
  if (!(length instanceof Tensor)) return fromRule((query, key) => key <= query || key < length);
  const build = (sizes: MaskSizes): Tensor => {
    const { query, key } = places(sizes);
    return logicalOr(key.lessEqual(query), key.less(length.reshape([-1, 1, 1, 1])));
  };
  return { kind: "dynamic", build };
}

/** The `width` nearest keys, the query's own place included: centred (odd width), or ending at it. */
export function window(width: number, direction: "both" | "past" = "both"): StaticMask {
  if (!Number.isInteger(width) || width < 1 || (direction === "both" && width % 2 === 0)) throw new RangeError(`mask.window: width must be a positive ${direction === "both" ? "odd " : ""}integer, got ${width}`);
  if (direction === "past") return fromRule((query, key) => key <= query && query - key < width);
  return fromRule((query, key) => 2 * Math.abs(query - key) < width);
}

/**
 * Keys from `before` places before the query to `after` places after it, computed in the graph: the masks above without
 * a constant of one length. `band(Infinity, 0)` is causal, `band(64, 64)` a window of 129.
 */
export function band(before: number, after: number): DynamicMask {
  const build = (sizes: MaskSizes): Tensor => {
    const { query, key } = places(sizes);
    const offset = key.sub(query);
    const late = offset.lessEqual(Math.min(after, LONGEST));
    return before === Infinity ? late : logicalAnd(late, offset.greaterEqual(-before));
  };
  return { kind: "dynamic", build };
}

/** Tokens of the same segment see each other: ids as numbers, or int32 [B, Lk]. */
export function segments(ids: Tensor | ArrayLike<number>): MaskSpec {
  if (!(ids instanceof Tensor)) return fromRule((query, key) => ids[query] === ids[key]);
  const build = (sizes: MaskSizes): Tensor => {
    const { query, key } = sides(ids, sizes);
    return equal(query, key);
  };
  return { kind: "dynamic", build };
}

/**
 * Tokens see each other as a table over their segments says, `sees[query segment][key segment]`: ids as numbers, or int32
 * [B, Lk]. With `segments` it covers what `and` and `or` of simple masks would say at length.
 */
export function blocks(ids: Tensor | ArrayLike<number>, sees: readonly (readonly boolean[])[]): MaskSpec {
  const count = sees.length;
  const ragged = sees.findIndex((row) => row.length !== count);
  if (count === 0 || ragged >= 0) throw new RangeError(`mask.blocks: expected a square table, got ${count} rows${ragged < 0 ? "" : ` and row ${ragged} of ${sees[ragged]?.length ?? 0}`}`);
  if (!(ids instanceof Tensor)) {
    const unknown = Array.from(ids).find((id) => sees[id] === undefined);
    if (unknown !== undefined) throw new RangeError(`mask.blocks: segment ${unknown}, but the table has 0 to ${count - 1}`);
    return fromRule((query, key) => sees[ids[query] as number]?.[ids[key] as number] === true);
  }
  const table = tensor(hostArray(Int32Array.from(sees.flat(), Number), [count * count]));
  const build = (sizes: MaskSizes): Tensor => {
    const { query, key } = sides(ids, sizes);
    return gather(table, query.mul(count).add(key)).greater(0);
  };
  return { kind: "dynamic", build };
}

/** The tokens at these positions see all and are seen by all; the others see only these. Join with `or`. Positions, or bool [B, Lk]. */
export function global(tokens: Tensor | readonly number[]): MaskSpec {
  if (!(tokens instanceof Tensor)) {
    const chosen = new Set(tokens);
    return fromRule((query, key) => chosen.has(query) || chosen.has(key));
  }
  const build = (sizes: MaskSizes): Tensor => {
    const { query, key } = sides(tokens, sizes);
    return logicalOr(query, key);
  };
  return { kind: "dynamic", build };
}

/** Autoregression in another order: `ranks` says when each token comes (numbers, or int32 [B, Lk]); a token sees earlier ones, and itself unless `self` is false. */
export function permutation(ranks: Tensor | ArrayLike<number>, { self = true }: { readonly self?: boolean } = {}): MaskSpec {
  if (!(ranks instanceof Tensor)) return fromRule((query, key) => (ranks[key] as number) < (ranks[query] as number) || (self && ranks[key] === ranks[query]));
  const build = (sizes: MaskSizes): Tensor => {
    const { query, key } = sides(ranks, sizes);
    return self ? key.lessEqual(query) : key.less(query);
  };
  return { kind: "dynamic", build };
}

/** Visible pairs listed as [query, key]; every token also sees itself. */
export function graph(edges: readonly (readonly [query: number, key: number])[]): StaticMask {
  const visible = new Set(edges.map(([query, key]) => `${query},${key}`));
  return fromRule((query, key) => query === key || visible.has(`${query},${key}`));
}

/** Keys that are real and not padding: bool [B, Lk]. */
export const validKeys = (valid: Tensor): DynamicMask => ({ kind: "dynamic", build: (sizes) => sides(valid, { queries: sizes.keys, keys: sizes.keys }).key });

/** A boolean tensor [B or 1, H or 1, Lq or 1, Lk] as it is. */
export function perExample(visible: Tensor): DynamicMask {
  if (visible.dtype !== "bool" || visible.rank !== 4) throw new RangeError(`mask: expected bool [B, H, Lq, Lk] (1 where shared), got ${visible.dtype}[${visible.shape.join(", ")}]; for padding use mask.validKeys`);
  return { kind: "dynamic", build: () => visible };
}

/** A mask for each head: [1 or B, heads, Lq, Lk]. */
export const perHead = (masks: readonly MaskSpec[]): DynamicMask => ({ kind: "dynamic", build: (sizes) => concat(masks.map((mask) => visibleTensor(mask, sizes)), 1) });

function combine(masks: readonly MaskSpec[], onBytes: (a: number, b: number) => number, onTensors: (a: Tensor, b: Tensor) => Tensor): MaskSpec {
  const [first, ...rest] = masks;
  if (first === undefined) throw new RangeError("mask: and/or expect at least one mask");
  return rest.reduce((a, b): MaskSpec => {
    if (a.kind === "static" && b.kind === "static") {
      return { kind: "static", matrix: (sizes) => {
        const other = b.matrix(sizes);
        return a.matrix(sizes).map((value, i) => onBytes(value, other[i] as number));
      } };
    }
    return { kind: "dynamic", build: (sizes) => onTensors(visibleTensor(a, sizes), visibleTensor(b, sizes)) };
  }, first);
}

/** Visible in all of them. */
export const and = (...masks: readonly MaskSpec[]): MaskSpec => combine(masks, (a, b) => a & b, logicalAnd);
/** Visible in any of them. */
export const or = (...masks: readonly MaskSpec[]): MaskSpec => combine(masks, (a, b) => a | b, logicalOr);

/** Queries that would see nothing see everything instead. */
export function openEmptyRows(mask: MaskSpec): DynamicMask {
  const build = (sizes: MaskSizes): Tensor => {
    const visible = visibleTensor(mask, sizes);
    return logicalOr(visible, logicalNot(anyVisible(visible).greater(0)));
  };
  return { kind: "dynamic", build };
}

/** 1 for rows with a visible key, else 0: float32 [.., Lq, 1]. */
const anyVisible = (visible: Tensor): Tensor => visible.cast("float32").max(-1, { keepDims: true });

/** The boolean tensor of a mask, [B or 1, H or 1, Lq or 1, Lk]. */
export function visibleTensor(mask: MaskSpec, sizes: MaskSizes): Tensor {
  if (mask.kind === "dynamic") return mask.build(sizes);
  return tensor(hostArray(mask.matrix(sizes), [1, 1, sizes.queries, sizes.keys], "bool"));
}

/** Number of visible (query, key) pairs of a static mask: what a sparse kernel would compute. */
export const countVisible = (mask: StaticMask, sizes: MaskSizes): number => mask.matrix(sizes).reduce((total, value) => total + value, 0);

/** A mask made ready for `attend`: resolve once, use in every layer. */
export interface ResolvedMask {
  readonly kind: "resolved";
  /** Added to scores: 0 where visible, -1e9 where not, [B or 1, H or 1, Lq or 1, Lk]; null when all is visible. */
  readonly bias: Tensor | null;
  /** Multiplies the result: 1 for queries that see something, 0 for the others, [.., Lq or 1, 1]; null when all see something. */
  readonly rows: Tensor | null;
}

export type Mask = MaskSpec | Tensor | ResolvedMask;

const HIDDEN = -1e9;

export function resolveMask(mask: Mask, sizes: MaskSizes): ResolvedMask {
  if (mask instanceof Tensor) return resolveMask(perExample(mask), sizes);
  if (mask.kind === "resolved") return mask;
  if (mask.kind === "static") return resolveStatic(mask, sizes);
  const visible = mask.build(sizes);
  return { kind: "resolved", bias: where(visible, 0, HIDDEN), rows: anyVisible(visible) };
}

function resolveStatic(mask: StaticMask, sizes: MaskSizes): ResolvedMask {
  const { queries, keys } = sizes;
  const matrix = mask.matrix(sizes);
  if (matrix.every((value) => value === 1)) return { kind: "resolved", bias: null, rows: null };
  const seen = Float32Array.from({ length: queries }, (_, q) => Number(matrix.subarray(q * keys, (q + 1) * keys).includes(1)));
  return {
    kind: "resolved",
    bias: tensor(hostArray(Float32Array.from(matrix, (value) => (value === 1 ? 0 : HIDDEN)), [1, 1, queries, keys])),
    rows: seen.every((value) => value === 1) ? null : tensor(hostArray(seen, [1, 1, queries, 1])),
  };
}
