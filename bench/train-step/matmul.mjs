/** One large onnxruntime MatMul: what the machine's matrix products reach, in the same minutes. A "step" is one product. */
import { toOnnx } from "../../dist/engine/index.js";
import * as ort from "onnxruntime-node";
import { serve } from "./worker.mjs";

const SIDE = 2048;
let session;
let feeds;
let fetches;

await serve({
  async prepare() {
    const square = { shape: [SIDE, SIDE], dtype: "float32" };
    const model = toOnnx(({ a, b }) => ({ c: a.matmul(b) }), { a: square, b: square });
    session = await ort.InferenceSession.create(model, { intraOpNumThreads: 2 });
    const values = () => new ort.Tensor("float32", new Float32Array(SIDE * SIDE).fill(0.5), [SIDE, SIDE]);
    feeds = { a: values(), b: values() };
    fetches = { c: values() };
    return { side: SIDE };
  },
  async step() {
    await session.run(feeds, fetches);
    return fetches.c.data[0];
  },
});
