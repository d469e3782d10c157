/**
 * jax-js on WebAssembly, the whole step under jit. Its jit cannot compile the gradient of take, so the input embedding is
 * looked up without gradient (the tied output projection still trains the table): less work than the other contenders do.
 */
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { SHAPES, tokens, weights } from "./shapes.mjs";
import { serve } from "./worker.mjs";

const { layers, width, heads, hidden, vocabulary, length, batch, learningRate } = SHAPES;
let seed = 1;
const array = (shape, scale) => np.array(scale === 1 ? new Float32Array(shape[0]).fill(1) : weights(shape.reduce((a, b) => a * b, 1), scale, seed++)).reshape(shape);
const dense = (inputs, outputs) => ({ w: array([inputs, outputs], 0.02), b: array([outputs], 0) });
const norm = () => ({ g: array([width], 1), b: array([width], 0) });

const layerNorm = (x, { g, b }) => {
  const mean = np.mean(x.ref, -1, { keepdims: true });
  const centered = x.sub(mean);
  const variance = np.mean(np.square(centered.ref), -1, { keepdims: true });
  return centered.div(np.sqrt(variance.add(1e-5))).mul(g).add(b);
};
const linear = (x, { w, b }) => np.matmul(x, w).add(b);
const split = (x) => x.reshape([batch, length, heads, width / heads]).transpose([0, 2, 1, 3]);

function lossOf(p, ids, labels) {
  let h = np.take(lax.stopGradient(p.table.ref), ids, 0).reshape([batch, length, width]).add(p.positions).reshape([batch * length, width]);
  h = layerNorm(h, p.first);
  for (const block of p.blocks) {
    const a = layerNorm(h.ref, block.n1);
    const q = split(linear(a.ref, block.q));
    const k = split(linear(a.ref, block.k));
    const v = split(linear(a, block.v));
    const scores = np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(width / heads));
    const attended = np.matmul(nn.softmax(scores, -1), v);
    h = h.add(linear(attended.transpose([0, 2, 1, 3]).reshape([batch * length, width]), block.o));
    h = h.ref.add(linear(nn.gelu(linear(layerNorm(h, block.n2), block.up)), block.down));
  }
  const logits = np.matmul(layerNorm(h, p.last), p.table.transpose());
  return nn.logSoftmax(logits, -1).mul(nn.oneHot(labels, vocabulary)).sum().mul(-1 / (batch * length));
}

let step;

await serve({
  async prepare() {
    await init("wasm");
    defaultDevice("wasm");
    let parameters = {
      table: array([vocabulary, width], 0.02),
      positions: array([length, width], 0.02),
      first: norm(),
      last: norm(),
      blocks: Array.from({ length: layers }, () => ({ n1: norm(), q: dense(width, width), k: dense(width, width), v: dense(width, width), o: dense(width, width), n2: norm(), up: dense(width, hidden), down: dense(hidden, width) })),
    };
    let first = tree.map((x) => np.zerosLike(x.ref), parameters);
    let second = tree.map((x) => np.zerosLike(x.ref), parameters);
    const ids = np.array(tokens(batch * length, 7), { dtype: np.int32 });
    const labels = np.array(tokens(batch * length, 8), { dtype: np.int32 });
    // Adam with the bias corrections passed in as numbers, so that the whole step is one jitted program.
    const update = jit((p, m, v, x, y, rate, root) => {
      const [loss, g] = valueAndGrad(lossOf)(tree.ref(p), x, y);
      const m2 = tree.map((a, b) => a.mul(0.9).add(b.mul(0.1)), m, tree.ref(g));
      const v2 = tree.map((a, b) => a.mul(0.999).add(np.square(b).mul(0.001)), v, g);
      const p2 = tree.map((a, b, c) => a.sub(b.mul(rate.ref).div(np.sqrt(c).div(root.ref).add(1e-8))), p, tree.ref(m2), tree.ref(v2));
      rate.dispose();
      root.dispose();
      return [loss, p2, m2, v2];
    });
    let t = 0;
    step = async () => {
      t++;
      const rate = np.array(learningRate / (1 - 0.9 ** t));
      const root = np.array(Math.sqrt(1 - 0.999 ** t));
      const [loss, p2, m2, v2] = update(parameters, first, second, ids.ref, labels.ref, rate, root);
      [parameters, first, second] = [p2, m2, v2];
      await blockUntilReady(parameters);
      return (await loss.data())[0];
    };
    return { backend: "wasm" };
  },
  step: () => step(),
});
