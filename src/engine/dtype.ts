/** Element types of tensors, with their ONNX codes and JavaScript arrays. */

export type DType = "float32" | "int32" | "int64" | "bool" | "uint8" | "uint32";

export type TypedArray = Float32Array | Int32Array | BigInt64Array | Uint8Array | Uint32Array;

interface DTypeInfo {
  /** `TensorProto.DataType` of the ONNX standard. */
  readonly onnx: number;
  readonly bytes: number;
  readonly Array: { new (length: number): TypedArray; from(values: ArrayLike<never>): TypedArray };
}

export const DTYPES = {
  float32: { onnx: 1, bytes: 4, Array: Float32Array },
  uint8: { onnx: 2, bytes: 1, Array: Uint8Array },
  int32: { onnx: 6, bytes: 4, Array: Int32Array },
  int64: { onnx: 7, bytes: 8, Array: BigInt64Array },
  bool: { onnx: 9, bytes: 1, Array: Uint8Array },
  uint32: { onnx: 12, bytes: 4, Array: Uint32Array },
} satisfies Record<DType, unknown> as unknown as Record<DType, DTypeInfo>;

/** The least value of an integer type, and the greatest. */
const RANGES: Readonly<Record<Exclude<DType, "float32">, readonly [number, number]>> = {
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63 - 1024], // the greatest float64 below 2^63
  bool: [0, 1],
  uint32: [0, 2 ** 32 - 1],
};

/** Whether a number is a value of a type. float32 rounds. */
export function holds(dtype: DType, value: number): boolean {
  if (dtype === "float32") return true;
  const [least, greatest] = RANGES[dtype];
  return Number.isInteger(value) && value >= least && value <= greatest;
}

/** Element type that holds a typed array; `Uint8Array` is read as uint8 (pass the type to get bool). */
export function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof BigInt64Array) return "int64";
  if (data instanceof Uint32Array) return "uint32";
  return "uint8";
}
