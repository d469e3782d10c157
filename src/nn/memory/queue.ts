/** First-in, first-out store of vectors of past batches, such as negatives (MoCo, arXiv 1911.05722). */
import { arange, concat, Parameter, stopGradient } from "../../engine/index.ts";
import type { Tensor } from "../../engine/index.ts";
import { zeros } from "../init.ts";
import { Module } from "../module.ts";

/** State, not trained; read it before `enqueue`, which acts after the step. Newest vectors come first. */
export class MemoryQueue extends Module {
  /** [size, d] */
  readonly keys: Parameter;
  /** int32 [size]; only when labels are kept. */
  readonly labels: Parameter | null;
  /** Number of vectors stored so far, at most `size`: int32 []. */
  readonly filled: Parameter;
  readonly size: number;

  constructor(size: number, width: number, { labels = false }: { readonly labels?: boolean } = {}) {
    super();
    this.keys = new Parameter([size, width], zeros, { trainable: false });
    this.labels = labels ? new Parameter([size], () => new Int32Array(size), { dtype: "int32", trainable: false }) : null;
    this.filled = new Parameter([], () => new Int32Array(1), { dtype: "int32", trainable: false });
    this.size = size;
  }

  /** bool [size], true for places that hold a vector. */
  valid(): Tensor {
    return arange(this.size).less(this.filled);
  }

  /** bool [], true when every place holds a vector. */
  ready(): Tensor {
    return this.filled.equal(this.size);
  }

  /** Puts vectors [n, d] in front; the oldest fall out. Once a compiled step. */
  enqueue(keys: Tensor, labels?: Tensor): void {
    if ((labels === undefined) !== (this.labels === null)) throw new Error(`MemoryQueue: it was made ${this.labels === null ? "without labels, but got some" : "with labels, but got none"}`);
    const push = (store: Parameter, added: Tensor): void => store.assign(concat([added, store]).sliceAxis(0, 0, this.size));
    push(this.keys, stopGradient(keys));
    if (this.labels !== null && labels !== undefined) push(this.labels, labels);
    this.filled.assign(this.filled.add(keys.dim(0)).minimum(this.size));
  }
}
