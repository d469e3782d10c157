/** Weights stored in half precision: half the file, the same arithmetic, as each is widened when the model is loaded. */
import { DTYPES } from "../dtype.ts";
import { toFloat16 } from "../half.ts";
import type { Emitter } from "./emitter.ts";
import type { GraphProto, Initializer } from "./proto.ts";

/** Smaller arrays are left alone. */
const WORTHWHILE = 32;

export function storeHalf(graph: GraphProto, emitter: Emitter): GraphProto {
  const widen = emitter.subgraph();
  const initializers = graph.initializers.map((initializer): Initializer => {
    const { name, array } = initializer;
    if (!("dtype" in array) || array.dtype !== "float32" || array.data.length < WORTHWHILE) return initializer;
    const half = emitter.fresh(`${name}/half`);
    widen.emit("Cast", [half], [name], { to: DTYPES.float32.onnx });
    try {
      return { name: half, array: { data: toFloat16(array.data as Float32Array), shape: array.shape } };
    } catch (cause) {
      throw new RangeError(`toOnnx: ${name}: ${(cause as Error).message}; export with float32`, { cause });
    }
  });
  return { ...graph, initializers, nodes: [...widen.nodes, ...graph.nodes] };
}
