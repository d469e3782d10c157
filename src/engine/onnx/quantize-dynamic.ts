/**
 * Dynamic 8-bit quantisation: weights of matrix products are stored as bytes with one scale for each output, inputs are
 * quantised when the model runs, with a scale of their own (DynamicQuantizeLinear), and multiplied as integers. Tables
 * are stored as bytes with one scale for each row.
 *
 * Weights are unsigned with zero at 128: products of unsigned with signed bytes saturate in 16 bits on processors that
 * have no instruction of their own for them, and lose accuracy there.
 */
import { DTYPES } from "../dtype.ts";
import { hostArray } from "../host-array.ts";
import type { HostArray } from "../host-array.ts";
import type { Emitter } from "./emitter.ts";
import { namesRead } from "./proto.ts";
import type { AttributeValue, GraphProto, HalfArray, NodeProto } from "./proto.ts";

const ZERO = 128;
const LARGEST = 127;
/** Tables with fewer elements are left alone. */
const WORTHWHILE = 1024;

export function quantizeDynamic(graph: GraphProto, emitter: Emitter): GraphProto {
  const initializers = new Map(graph.initializers.map(({ name, array }) => [name, array]));
  const turned = new Map(graph.nodes.flatMap((node) => (isTurn(node) && initializers.has(node.inputs[0] as string) ? [[node.outputs[0] as string, node.inputs[0] as string] as const] : [])));
  const weights = new WeightStore(emitter);
  const quantized = new Map<string, readonly [string, string, string]>();
  const nodes: NodeProto[] = [];

  /** A matrix of floats known now, as [outputs, inputs]; null for anything else. */
  const matrixOf = (name: string, transposed: boolean): HostArray | null => {
    const source = turned.get(name);
    const array = initializers.get(source ?? name);
    if (!isMatrix(array)) return null;
    return transposed !== (source !== undefined) ? array : transpose(array);
  };

  for (const node of graph.nodes) {
    const product = node.opType === "MatMul" || (node.opType === "Gemm" && isPlainGemm(node.attributes));
    const matrix = product && !initializers.has(node.inputs[0] as string) ? matrixOf(node.inputs[1] as string, node.attributes["transB"] === 1) : null;
    const table = node.opType === "Gather" && node.attributes["axis"] === 0 ? initializers.get(node.inputs[0] as string) : undefined;
    const local = emitter.subgraph();
    if (matrix !== null) {
      const x = node.inputs[0] as string;
      const [bytes, scale, zero] = quantized.get(x) ?? quantizeInput(local, x);
      quantized.set(x, [bytes, scale, zero]);
      const { values, scales } = weights.matrix(node.inputs[1] as string, matrix);
      const whole = local.value("MatMulInteger", [bytes, values, zero, local.scalar(ZERO, "uint8")]);
      const factor = local.value("Mul", [scale, scales]);
      const bias = node.inputs[2];
      const floats = local.cast(whole, "float32");
      if (bias === undefined) local.emit("Mul", [floats, factor], node.outputs);
      else local.emit("Add", [local.value("Mul", [floats, factor]), bias], node.outputs);
    } else if (isMatrix(table) && table.data.length >= WORTHWHILE) {
      const index = node.inputs[1] as string;
      const { values, scales } = weights.table(node.inputs[0] as string, table);
      const rows = local.cast(local.value("Gather", [values, index], { axis: 0 }), "float32");
      local.emit("Mul", [local.value("Sub", [rows, local.scalar(ZERO)]), local.value("Gather", [scales, index], { axis: 0 })], node.outputs);
    } else {
      local.nodes.push(node);
    }
    nodes.push(...local.nodes);
  }
  const needed = new Set([...namesRead(nodes), ...graph.outputs.map(({ name }) => name)]);
  const live = nodes.filter((node) => !turned.has(node.outputs[0] as string) || needed.has(node.outputs[0] as string));
  const read = namesRead(live);
  return { ...graph, nodes: live, initializers: emitter.initializers.filter(({ name }) => read.has(name)) };
}

function quantizeInput(emitter: Emitter, x: string): readonly [string, string, string] {
  const names = ["bytes", "scale", "zero"].map((part) => emitter.fresh(`${x}/${part}`)) as [string, string, string];
  emitter.emit("DynamicQuantizeLinear", [x], names);
  return names;
}

/** Quantised arrays by what they are made from. */
class WeightStore {
  private readonly emitter: Emitter;
  private readonly made = new Map<string, { readonly values: string; readonly scales: string }>();

  constructor(emitter: Emitter) {
    this.emitter = emitter;
  }

  /** From [outputs, inputs]: bytes [inputs, outputs], scales [outputs]. */
  matrix(name: string, array: HostArray): { readonly values: string; readonly scales: string } {
    return this.once(`${name}/matrix`, () => {
      const { bytes, scales } = quantizeRows(array);
      return [transpose(bytes), scales];
    });
  }

  /** From [rows, width]: bytes [rows, width], scales [rows, 1]. */
  table(name: string, array: HostArray): { readonly values: string; readonly scales: string } {
    return this.once(`${name}/table`, () => {
      const { bytes, scales } = quantizeRows(array);
      return [bytes, hostArray(scales.data, [scales.data.length, 1])];
    });
  }

  private once(name: string, make: () => readonly [HostArray, HostArray]): { readonly values: string; readonly scales: string } {
    const known = this.made.get(name);
    if (known !== undefined) return known;
    const [values, scales] = make();
    const names = { values: this.emitter.constant(values, `${name}/bytes`), scales: this.emitter.constant(scales, `${name}/scales`) };
    this.made.set(name, names);
    return names;
  }
}

/** The nearest of 255 steps for each row, symmetric about zero. */
function quantizeRows({ data, shape }: HostArray): { readonly bytes: HostArray; readonly scales: HostArray } {
  const [rows, width] = shape as [number, number];
  const bytes = new Uint8Array(data.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * width, (row + 1) * width) as Float32Array;
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / LARGEST || 1;
    scales[row] = scale;
    values.forEach((value, i) => (bytes[row * width + i] = ZERO + Math.round(value / scale)));
  }
  return { bytes: hostArray(bytes, [rows, width], "uint8"), scales: hostArray(scales, [rows]) };
}

function transpose({ data, shape, dtype }: HostArray): HostArray {
  const [rows, columns] = shape as [number, number];
  const turned = DTYPES[dtype].Array.from({ length: data.length } as ArrayLike<never>);
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column] as never;
  return hostArray(turned, [columns, rows], dtype);
}

const isMatrix = (array: HostArray | HalfArray | undefined): array is HostArray => array !== undefined && "dtype" in array && array.dtype === "float32" && array.shape.length === 2;
const isTurn = ({ opType, attributes }: NodeProto): boolean => opType === "Transpose" && (attributes["perm"] as readonly number[]).join() === "1,0";
const isPlainGemm = (attributes: Readonly<Record<string, AttributeValue>>): boolean => attributes["transA"] === 0 && (attributes["alpha"] as { readonly float: number }).float === 1;
