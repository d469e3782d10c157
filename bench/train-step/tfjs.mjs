/**
 * TensorFlow.js on WebAssembly. Its WASM backend has no kernel for the gradient of gather, so the input embedding is
 * looked up without gradient (the tied output projection still trains the table): less work than the other contenders do.
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { SHAPES, tokens, weights } from "./shapes.mjs";
import { serve } from "./worker.mjs";

// The ES modules of this package use specifiers that Node cannot resolve; its CommonJS build loads.
const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs");
const { setThreadsCount, setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");

const { layers, width, heads, hidden, vocabulary, length, batch, learningRate } = SHAPES;
let seed = 1;
const variable = (shape, scale) => tf.variable(tf.tensor(scale === 1 ? new Float32Array(shape[0]).fill(1) : weights(shape.reduce((a, b) => a * b, 1), scale, seed++), shape));
const dense = (inputs, outputs) => ({ w: variable([inputs, outputs], 0.02), b: variable([outputs], 0) });
const norm = () => ({ g: variable([width], 1), b: variable([width], 0) });

let step;

await serve({
  async prepare() {
    setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
    setThreadsCount(2);
    await tf.setBackend("wasm");
    await tf.ready();
    const table = variable([vocabulary, width], 0.02);
    const positions = variable([length, width], 0.02);
    const first = norm();
    const last = norm();
    const blocks = Array.from({ length: layers }, () => ({ n1: norm(), q: dense(width, width), k: dense(width, width), v: dense(width, width), o: dense(width, width), n2: norm(), up: dense(width, hidden), down: dense(hidden, width) }));
    const ids = tf.tensor1d(tokens(batch * length, 7), "int32");
    const labels = tf.oneHot(tf.tensor1d(tokens(batch * length, 8), "int32"), vocabulary).toFloat();
    const optimizer = tf.train.adam(learningRate);

    const layerNorm = (x, { g, b }) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(g).add(b);
    };
    const linear = (x, { w, b }) => tf.matMul(x, w).add(b);
    const gelu = (x) => x.mul(x.mul(Math.SQRT1_2).erf().add(1)).mul(0.5);
    const split = (x) => x.reshape([batch, length, heads, width / heads]).transpose([0, 2, 1, 3]);
    const lookup = tf.customGrad((t, save) => {
      save([]);
      return { value: tf.gather(t, ids), gradFunc: () => tf.zerosLike(t) };
    });
    const forward = () => {
      let h = layerNorm(lookup(table).reshape([batch, length, width]).add(positions).reshape([batch * length, width]), first);
      for (const block of blocks) {
        const a = layerNorm(h, block.n1);
        const [q, k, v] = [block.q, block.k, block.v].map((p) => split(linear(a, p)));
        const attended = tf.matMul(tf.softmax(tf.matMul(q, k, false, true).mul(1 / Math.sqrt(width / heads))), v);
        h = h.add(linear(attended.transpose([0, 2, 1, 3]).reshape([batch * length, width]), block.o));
        h = h.add(linear(gelu(linear(layerNorm(h, block.n2), block.up)), block.down));
      }
      const logits = tf.matMul(layerNorm(h, last), table, false, true);
      return tf.losses.softmaxCrossEntropy(labels, logits);
    };
    step = async () => {
      const cost = optimizer.minimize(forward, true);
      const [loss] = await cost.data();
      cost.dispose();
      return loss;
    };
    return { version: tf.version_core ?? tf.version?.core, backend: tf.getBackend() };
  },
  step: () => step(),
});
