/**
 * Learned attention biases by relative position: T5's logarithmic buckets (arXiv 1910.10683), a plain table by clipped
 * offset, and the window table of Swin (arXiv 2103.14030). Relative position is key minus query.
 */
import { arange, gather, hostArray, Parameter, tensor } from "../../engine/index.ts";
import type { RandomStream, Tensor } from "../../engine/index.ts";
import { truncatedNormal } from "../init.ts";
import type { InitFactory } from "../init.ts";
import { Module } from "../module.ts";

/** Bucket of a relative position: exact for near keys, logarithmic up to `maxDistance`, the last one beyond. */
export function t5Bucket(relative: number, { buckets, maxDistance, bidirectional }: { readonly buckets: number; readonly maxDistance: number; readonly bidirectional: boolean }): number {
  const count = bidirectional ? Math.floor(buckets / 2) : buckets;
  const base = bidirectional && relative > 0 ? count : 0;
  const distance = bidirectional ? Math.abs(relative) : Math.max(-relative, 0);
  const exact = Math.floor(count / 2);
  if (distance < exact) return base + distance;
  const further = Math.floor((Math.log(distance / exact) / Math.log(maxDistance / exact)) * (count - exact));
  return base + Math.min(exact + further, count - 1);
}

export interface RelativeBiasOptions {
  readonly random: RandomStream;
  readonly heads: number;
  /** "log": T5 buckets; "offset": one entry for each offset up to `maxDistance` on both sides. Default "log". */
  readonly spacing?: "log" | "offset";
  /** Number of buckets for "log"; default 32. */
  readonly buckets?: number;
  /** Default 128. */
  readonly maxDistance?: number;
  /** Whether keys to the right have buckets of their own ("log" only); default true. */
  readonly bidirectional?: boolean;
  readonly init?: InitFactory;
}

/** Table [buckets, H], which layers may share. */
export class RelativeBias extends Module {
  readonly weight: Parameter;
  /** Bucket of each offset -maxDistance .. maxDistance, farther ones clipped; not trained. */
  private readonly bucketOfOffset: Tensor;
  private readonly maxDistance: number;

  constructor({ random, heads, spacing = "log", buckets = 32, maxDistance = 128, bidirectional = true, init = truncatedNormal }: RelativeBiasOptions) {
    super();
    const rows = spacing === "log" ? buckets : 2 * maxDistance + 1;
    this.weight = new Parameter([rows, heads], init(random.child("weight")));
    this.maxDistance = maxDistance;
    const bucket = (offset: number): number => (spacing === "log" ? t5Bucket(offset, { buckets, maxDistance, bidirectional }) : offset + maxDistance);
    this.bucketOfOffset = tensor(hostArray(Int32Array.from({ length: 2 * maxDistance + 1 }, (_, i) => bucket(i - maxDistance)), [2 * maxDistance + 1]));
  }

  /** Positions as counts (queries are the last of the keys) or as ids [B, Lq], [B, Lk] -> [1 or B, H, Lq, Lk]. */
  forward(queries: number | Tensor, keys: number | Tensor = queries): Tensor {
    const keyIds = typeof keys === "number" ? arange(keys).unsqueeze(0) : keys;
    const queryIds = typeof queries === "number" ? arange(queries).add(keyIds.dim(1) - queries).unsqueeze(0) : queries;
    const offset = keyIds.unsqueeze(1).sub(queryIds.unsqueeze(2)); // [B, Lq, Lk]
    const clipped = offset.minimum(this.maxDistance).maximum(-this.maxDistance).add(this.maxDistance);
    return gather(this.weight, gather(this.bucketOfOffset, clipped)).transpose([0, 3, 1, 2]);
  }
}

/** Bias of a window of rows x columns tokens: one entry per head for each offset in two dimensions. Table [(2r-1)(2c-1), H]. */
export class WindowBias extends Module {
  readonly weight: Parameter;
  private readonly entry: Tensor;

  constructor(rows: number, columns: number, { random, heads, init = truncatedNormal }: { readonly random: RandomStream; readonly heads: number; readonly init?: InitFactory }) {
    super();
    const width = 2 * columns - 1;
    this.weight = new Parameter([(2 * rows - 1) * width, heads], init(random.child("weight")));
    const tokens = rows * columns;
    const entryOf = (query: number, key: number): number => {
      const down = Math.floor(query / columns) - Math.floor(key / columns) + rows - 1;
      const right = (query % columns) - (key % columns) + columns - 1;
      return down * width + right;
    };
    this.entry = tensor(hostArray(Int32Array.from({ length: tokens * tokens }, (_, i) => entryOf(Math.floor(i / tokens), i % tokens)), [tokens, tokens]));
  }

  /** [1, H, rows * columns, rows * columns] */
  forward(): Tensor {
    return gather(this.weight, this.entry).transpose([2, 0, 1]).unsqueeze(0);
  }
}
