/** The masked-language-model step that all contenders train: same shapes, same tokens, Adam. */
export const SHAPES = { layers: 4, width: 256, heads: 4, hidden: 1024, vocabulary: 8192, length: 128, batch: 16, learningRate: 1e-3 };

/** Deterministic token ids; every position is predicted. */
export function tokens(count, seed) {
  let state = seed >>> 0;
  return Int32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % SHAPES.vocabulary;
  });
}

/** Deterministic initial weights of a scale. */
export function weights(count, scale, seed) {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state / 2 ** 32) * 2 - 1) * 1.7 * scale;
  });
}

/** Multiply-adds of the step times two, counted from the shapes: products only, backward twice the forward. */
export function productFlops({ layers, width, hidden, vocabulary, length, batch } = SHAPES) {
  const rows = batch * length;
  const projections = layers * 2 * rows * (4 * width * width + 2 * width * hidden);
  const attention = layers * 2 * 2 * batch * length * length * width;
  return 3 * (projections + attention + 2 * rows * width * vocabulary);
}
