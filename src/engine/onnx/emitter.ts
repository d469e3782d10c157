/** Collects ONNX nodes and initializers while a graph is lowered, and hands out unique readable names. */
import type { DType } from "../dtype.ts";
import { DTYPES } from "../dtype.ts";
import { hostArray } from "../host-array.ts";
import type { HostArray } from "../host-array.ts";
import type { AttributeValue, Initializer, NodeProto } from "./proto.ts";

/** `portable` uses the ONNX standard only; `fast` also the com.microsoft operators of stock onnxruntime builds. */
export type Lowering = "portable" | "fast";

const CONTRIB_DOMAIN = "com.microsoft";

export class Emitter {
  readonly lowering: Lowering;
  readonly nodes: NodeProto[] = [];
  readonly initializers: Initializer[] = [];
  private readonly parent: Emitter | null;
  private readonly names: Map<string, number>;
  private readonly shared: Map<string, string>;
  private contribUsed = false;

  constructor(lowering: Lowering, parent: Emitter | null = null) {
    this.lowering = lowering;
    this.parent = parent;
    this.names = parent?.names ?? new Map();
    this.shared = parent?.shared ?? new Map();
  }

  /** Emitter for the body of a Scan or Loop: own nodes, names and constants shared with the graph around it. */
  subgraph(): Emitter {
    return new Emitter(this.lowering, this);
  }

  get fast(): boolean {
    return this.lowering === "fast";
  }

  get usesContrib(): boolean {
    return this.contribUsed;
  }

  /** A name not used before, made from a hint. */
  fresh(hint: string): string {
    const count = this.names.get(hint) ?? 0;
    this.names.set(hint, count + 1);
    return count === 0 ? hint : `${hint}_${count}`;
  }

  /** Emits an operator of the ONNX standard into given outputs. */
  emit(opType: string, inputs: readonly string[], outputs: readonly string[], attributes: Record<string, AttributeValue> = {}, domain = ""): void {
    if (domain !== "") this.markContrib();
    this.nodes.push({ opType, domain, name: this.fresh(outputs[0] === undefined ? opType : `${outputs[0]}/${opType}`), inputs, outputs, attributes });
  }

  /** Emits a com.microsoft operator; only valid when `fast`. */
  emitContrib(opType: string, inputs: readonly string[], outputs: readonly string[], attributes: Record<string, AttributeValue> = {}): void {
    if (!this.fast) throw new Error(`internal: ${opType} is not an operator of the ONNX standard and the lowering is portable`);
    this.emit(opType, inputs, outputs, attributes, CONTRIB_DOMAIN);
  }

  /** Emits an operator with one new output and returns its name. */
  value(opType: string, inputs: readonly string[], attributes: Record<string, AttributeValue> = {}): string {
    const output = this.fresh(opType.toLowerCase());
    this.emit(opType, inputs, [output], attributes);
    return output;
  }

  /** The same elements in another shape, in a given output or a new one. */
  reshape(input: string, shape: readonly number[], output = this.fresh("reshape")): string {
    // Without the flag a 0 would copy an extent of the input.
    this.emit("Reshape", [input, this.ints(shape)], [output], shape.includes(0) ? { allowzero: 1 } : {});
    return output;
  }

  /** Name of an initializer; equal small arrays share one. */
  constant(array: HostArray, hint = "constant"): string {
    if (this.parent !== null) return this.parent.constant(array, hint);
    const key = array.data.length <= 64 ? `${array.dtype}:${array.shape.join()}:${Array.from(array.data as ArrayLike<unknown>, (x) => (Object.is(x, -0) ? "-0" : String(x))).join()}` : null;
    const known = key === null ? undefined : this.shared.get(key);
    if (known !== undefined) return known;
    const name = this.fresh(hint);
    this.initializers.push({ name, array });
    if (key !== null) this.shared.set(key, name);
    return name;
  }

  /** One-dimensional int64 initializer: axes, shapes, starts and the like. */
  ints(values: readonly number[]): string {
    return this.constant(hostArray(BigInt64Array.from(values, BigInt), [values.length], "int64"), "ints");
  }

  /** Rank-0 initializer. */
  scalar(value: number, dtype: DType = "float32"): string {
    const data = dtype === "int64" ? BigInt64Array.of(BigInt(value)) : DTYPES[dtype].Array.from([value] as unknown as ArrayLike<never>);
    return this.constant(hostArray(data, [], dtype), "scalar");
  }

  /** Casts a value to another element type. */
  cast(input: string, to: DType): string {
    return this.value("Cast", [input], { to: DTYPES[to].onnx });
  }

  private markContrib(): void {
    this.contribUsed = true;
    this.parent?.markContrib();
  }
}
