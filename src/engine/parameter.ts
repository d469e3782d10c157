/** Tensors with storage that outlives a call: weights, optimizer moments, running statistics, random counters. */
import { DTYPES } from "./dtype.ts";
import type { DType, TypedArray } from "./dtype.ts";
import { hostArray } from "./host-array.ts";
import type { HostArray } from "./host-array.ts";
import { parameter as parameterPrimitive } from "./primitives/structure.ts";
import type { RuntimeTensor } from "./runtime/backend.ts";
import { sameShape, showShape, sizeOf } from "./shape.ts";
import type { Shape } from "./shape.ts";
import { makeNode, Tensor } from "./tensor.ts";
import { recordAssignment, recordUpdate } from "./trace.ts";

/** Values given at once, or made when they are first needed, so that a model too large to allocate can still be measured. */
export type Initializer = HostArray | ((shape: Shape) => TypedArray);

/**
 * A tensor with storage. Read inside a compiled function it has the value it had when the call began; `assign` gives
 * the value it has after the call. Two buffers are swapped at each step, so training allocates nothing.
 */
export class Parameter extends Tensor {
  /** Path in the model, given when the model is first walked. */
  name = "";
  /** False for state that is not trained: moments, statistics, counters. */
  readonly trainable: boolean;
  private readonly initializer: Initializer;
  /** Grows with every new value, so that what was made from the weights can tell whether they are still the same. */
  revision = 0;
  private host: TypedArray | null = null;
  /** Buffers owned by the runtime; `current` holds the value. */
  private current: RuntimeTensor | null = null;
  private spare: RuntimeTensor | null = null;

  constructor(shape: Shape, initializer: Initializer, options: { readonly dtype?: DType; readonly trainable?: boolean; readonly name?: string } = {}) {
    const dtype = options.dtype ?? (typeof initializer === "function" ? "float32" : initializer.dtype);
    const attributes = { parameter: undefined as unknown as Parameter, aval: { shape: [...shape], dtype } };
    const node = makeNode(parameterPrimitive, [], attributes, [], "", undefined);
    super(node as never, 0, attributes.aval);
    attributes.parameter = this;
    (node.outputs as Tensor[]).push(this);
    this.initializer = initializer;
    this.trainable = options.trainable ?? true;
    this.name = options.name ?? "";
    if (typeof initializer !== "function") this.checkValue(initializer);
  }

  /** Records the value after the running compiled call. Throws outside one, or when assigned twice. */
  assign(value: Tensor): void {
    if (!sameShape(value.shape, this.shape) || value.dtype !== this.dtype) {
      throw new RangeError(`${this.label}: assign expects ${this.dtype}${showShape(this.shape)}, got ${value.dtype}${showShape(value.shape)}`);
    }
    recordAssignment(this, value);
  }

  /** Records an update of a statistic: like `assign`, but several updates in one compiled call follow one another. */
  update(rule: (value: Tensor) => Tensor): void {
    recordUpdate(this, rule);
  }

  /** Copy of the value now. */
  value(): HostArray {
    const data = this.current === null ? this.hostData() : (this.current.data as TypedArray);
    return hostArray(data.slice(), this.shape, this.dtype);
  }

  /** Replaces the value. */
  set(value: HostArray): void {
    this.checkValue(value);
    this.host = value.data.slice() as TypedArray;
    this.current = null;
    this.revision++;
  }

  /** Runtime tensor holding the value; made from the host's copy when needed. For the executor. */
  acquire(make: (array: HostArray) => RuntimeTensor): RuntimeTensor {
    this.current ??= make(hostArray(this.hostData(), this.shape, this.dtype));
    this.host = null;
    return this.current;
  }

  /** Buffer that the next value is written into. For the executor. */
  acquireSpare(make: (array: HostArray) => RuntimeTensor): RuntimeTensor {
    this.spare ??= make(hostArray(DTYPES[this.dtype].Array.from({ length: this.size } as ArrayLike<never>), this.shape, this.dtype));
    return this.spare;
  }

  /** Makes `next` the value and keeps the old buffer for the step after. For the executor. */
  commit(next: RuntimeTensor, keepOld: boolean): void {
    this.spare = keepOld ? this.current : null;
    this.current = next;
    this.host = null;
    this.revision++;
  }

  get label(): string {
    return this.name === "" ? `parameter ${showShape(this.shape)}` : this.name;
  }

  private hostData(): TypedArray {
    if (this.host === null) {
      const data = typeof this.initializer === "function" ? this.initializer(this.shape) : (this.initializer.data.slice() as TypedArray);
      if (data.length !== sizeOf(this.shape)) throw new RangeError(`${this.label}: initializer made ${data.length} values for shape ${showShape(this.shape)}`);
      this.host = data;
    }
    return this.host;
  }

  private checkValue(value: HostArray): void {
    if (!sameShape(value.shape, this.shape) || value.dtype !== this.dtype) {
      throw new RangeError(`${this.label}: expects ${this.dtype}${showShape(this.shape)}, got ${value.dtype}${showShape(value.shape)}`);
    }
  }
}
