/**
 * The few messages of ONNX's `onnx.proto` that a graph needs, written with a protobuf wire library.
 * Field numbers are those of the ONNX standard, IR version 9.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { DTYPES } from "../dtype.ts";
import type { DType } from "../dtype.ts";
import type { HostArray } from "../host-array.ts";
import type { Shape } from "../shape.ts";

/** Attribute values: integers are numbers; floats are wrapped so that 1.0 stays a float. */
export type AttributeValue = number | { readonly float: number } | string | readonly number[] | { readonly floats: readonly number[] } | GraphProto;

export interface NodeProto {
  readonly opType: string;
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Extent of an axis: a number, the name of a size known only when the model runs, or null for one without a name. */
export type Extent = number | string | null;

export interface ValueInfo {
  readonly name: string;
  readonly dtype: DType;
  /** null leaves the shape open, as for an empty list of axes in a subgraph. */
  readonly shape: readonly Extent[] | null;
}

/** Half-precision values, which models store but the engine does not compute in. */
export interface HalfArray {
  readonly data: Uint16Array;
  readonly shape: Shape;
}

/** `TensorProto.DataType` of half precision. */
const FLOAT16 = 10;

export interface Initializer {
  readonly name: string;
  readonly array: HostArray | HalfArray;
}

export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: readonly Initializer[];
}

/** Every name that nodes read, those of subgraphs included. */
export function namesRead(nodes: readonly NodeProto[]): Set<string> {
  const names = new Set<string>();
  const visit = (node: NodeProto): void => {
    node.inputs.forEach((name) => names.add(name));
    for (const value of Object.values(node.attributes)) if (typeof value === "object" && "nodes" in value) [...value.nodes].forEach(visit);
  };
  nodes.forEach(visit);
  return names;
}

export interface ModelOptions {
  readonly opset: number;
  /** Version of the `com.microsoft` operators, when the graph uses any. */
  readonly contrib: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

const IR_VERSION = 9;
const AttributeType = { float: 1, int: 2, string: 3, graph: 5, floats: 6, ints: 7 } as const;

/** Serialised `ModelProto`. */
export function encodeModel(graph: GraphProto, options: ModelOptions): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writer.uint32(tag(1, WireType.Varint)).int64(IR_VERSION);
  writer.uint32(tag(2, WireType.LengthDelimited)).string("reprise");
  writer.uint32(tag(7, WireType.LengthDelimited)).fork();
  writeGraph(writer, graph);
  writer.join();
  const imports = options.contrib ? [["", options.opset] as const, ["com.microsoft", 1] as const] : [["", options.opset] as const];
  for (const [domain, version] of imports) {
    writer.uint32(tag(8, WireType.LengthDelimited)).fork();
    writer.uint32(tag(1, WireType.LengthDelimited)).string(domain);
    writer.uint32(tag(2, WireType.Varint)).int64(version);
    writer.join();
  }
  for (const [key, value] of Object.entries(options.metadata ?? {})) {
    writer.uint32(tag(14, WireType.LengthDelimited)).fork();
    writer.uint32(tag(1, WireType.LengthDelimited)).string(key);
    writer.uint32(tag(2, WireType.LengthDelimited)).string(value);
    writer.join();
  }
  return writer.finish();
}

const tag = (field: number, wire: WireType): number => ((field << 3) | wire) >>> 0;

function writeGraph(writer: BinaryWriter, graph: GraphProto): void {
  for (const node of graph.nodes) {
    writer.uint32(tag(1, WireType.LengthDelimited)).fork();
    writeNode(writer, node);
    writer.join();
  }
  writer.uint32(tag(2, WireType.LengthDelimited)).string(graph.name);
  for (const { name, array } of graph.initializers) {
    writer.uint32(tag(5, WireType.LengthDelimited)).fork();
    for (const extent of array.shape) writer.uint32(tag(1, WireType.Varint)).int64(extent);
    writer.uint32(tag(2, WireType.Varint)).int32("dtype" in array ? DTYPES[array.dtype].onnx : FLOAT16);
    writer.uint32(tag(8, WireType.LengthDelimited)).string(name);
    writer.uint32(tag(9, WireType.LengthDelimited)).bytes(new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength));
    writer.join();
  }
  for (const [field, values] of [[11, graph.inputs], [12, graph.outputs]] as const) {
    for (const value of values) {
      writer.uint32(tag(field, WireType.LengthDelimited)).fork();
      writeValueInfo(writer, value);
      writer.join();
    }
  }
}

function writeNode(writer: BinaryWriter, node: NodeProto): void {
  for (const input of node.inputs) writer.uint32(tag(1, WireType.LengthDelimited)).string(input);
  for (const output of node.outputs) writer.uint32(tag(2, WireType.LengthDelimited)).string(output);
  writer.uint32(tag(3, WireType.LengthDelimited)).string(node.name);
  writer.uint32(tag(4, WireType.LengthDelimited)).string(node.opType);
  for (const [name, value] of Object.entries(node.attributes)) {
    writer.uint32(tag(5, WireType.LengthDelimited)).fork();
    writer.uint32(tag(1, WireType.LengthDelimited)).string(name);
    writeAttributeValue(writer, value);
    writer.join();
  }
  if (node.domain !== "") writer.uint32(tag(7, WireType.LengthDelimited)).string(node.domain);
}

function writeAttributeValue(writer: BinaryWriter, value: AttributeValue): void {
  const type = (code: number): void => void writer.uint32(tag(20, WireType.Varint)).int32(code);
  if (typeof value === "number") {
    writer.uint32(tag(3, WireType.Varint)).int64(value);
    type(AttributeType.int);
  } else if (typeof value === "string") {
    writer.uint32(tag(4, WireType.LengthDelimited)).string(value);
    type(AttributeType.string);
  } else if ("float" in value) {
    writer.uint32(tag(2, WireType.Bit32)).float(value.float);
    type(AttributeType.float);
  } else if ("floats" in value) {
    for (const item of value.floats) writer.uint32(tag(7, WireType.Bit32)).float(item);
    type(AttributeType.floats);
  } else if ("nodes" in value) {
    writer.uint32(tag(6, WireType.LengthDelimited)).fork();
    writeGraph(writer, value);
    writer.join();
    type(AttributeType.graph);
  } else {
    for (const item of value) writer.uint32(tag(8, WireType.Varint)).int64(item);
    type(AttributeType.ints);
  }
}

function writeValueInfo(writer: BinaryWriter, value: ValueInfo): void {
  writer.uint32(tag(1, WireType.LengthDelimited)).string(value.name);
  writer.uint32(tag(2, WireType.LengthDelimited)).fork(); // TypeProto
  writer.uint32(tag(1, WireType.LengthDelimited)).fork(); // TypeProto.Tensor
  writer.uint32(tag(1, WireType.Varint)).int32(DTYPES[value.dtype].onnx);
  if (value.shape !== null) {
    writer.uint32(tag(2, WireType.LengthDelimited)).fork(); // TensorShapeProto
    for (const extent of value.shape) {
      writer.uint32(tag(1, WireType.LengthDelimited)).fork();
      if (typeof extent === "number") writer.uint32(tag(1, WireType.Varint)).int64(extent);
      if (typeof extent === "string") writer.uint32(tag(2, WireType.LengthDelimited)).string(extent);
      writer.join();
    }
    writer.join();
  }
  writer.join();
  writer.join();
}
