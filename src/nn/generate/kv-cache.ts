/**
 * Keys and values of the tokens seen so far, of fixed length, so that generation is one compiled step run again and
 * again. The buffers are state: a step that appends to them assigns them.
 */
import { arange, gather, logicalAnd, Parameter, where } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import type { KeysAndValues, KeyValueStore } from "../attention/attention.ts";
import { perExample } from "../attention/mask.ts";
import type { MaskSpec } from "../attention/mask.ts";
import { zeros } from "../init.ts";

export interface KvCacheOptions {
  readonly layers: number;
  readonly batch: number;
  /** Heads of keys and values. */
  readonly kvHeads: number;
  readonly headWidth: number;
  /** Largest number of tokens. */
  readonly length: number;
}

export class KvCache {
  readonly length: number;
  private readonly layers: readonly { readonly keys: Parameter; readonly values: Parameter }[];

  constructor({ layers, batch, kvHeads, headWidth, length }: KvCacheOptions) {
    const buffer = (name: string): Parameter => new Parameter([batch, kvHeads, length, headWidth], zeros, { trainable: false, name: `cache.${name}` });
    this.layers = Array.from({ length: layers }, (_, i) => ({ keys: buffer(`${i}.keys`), values: buffer(`${i}.values`) }));
    this.length = length;
  }

  /** Store of a layer for tokens that begin at `position` (int32 scalar): written there, then all `length` places are returned. */
  at(layer: number, position: Tensor): KeyValueStore {
    const slot = this.layers[layer];
    if (slot === undefined) throw new RangeError(`KvCache: layer ${layer} of ${this.layers.length}`);
    return {
      append: (added: KeysAndValues): KeysAndValues => {
        const keys = this.write(slot.keys, added.keys, position);
        const values = this.write(slot.values, added.values, position);
        slot.keys.assign(keys);
        slot.values.assign(values);
        return { keys, values };
      },
    };
  }

  /** Causal mask of `queries` new tokens beginning at `position` over all places of the cache. */
  mask(position: Tensor, queries: number): MaskSpec {
    const places = arange(this.length).reshape([1, 1, 1, this.length]);
    return perExample(places.lessEqual(arange(queries).add(position).reshape([1, 1, queries, 1])));
  }

  /** Reorders examples, as beam search does between steps: row b becomes row `rows[b]`, int32 [B]. */
  reorder(rows: Tensor): void {
    for (const { keys, values } of this.layers) for (const buffer of [keys, values]) buffer.assign(gather(buffer, rows));
  }

  private write(buffer: Parameter, added: Tensor, position: Tensor): Tensor {
    const count = added.dim(2);
    const source = arange(this.length).sub(position); // place in `added` that belongs at each place of the buffer
    const inside = logicalAnd(source.greaterEqual(0), source.less(count)).reshape([1, 1, this.length, 1]);
    const moved = count === 1 ? added : gather(added, source.maximum(0).minimum(count - 1), 2);
    return where(inside, moved, buffer);
  }
}
