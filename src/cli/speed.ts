/** How fast this machine multiplies matrices through the engine: the number that all step times follow. */
import { compile, hostArray } from "../engine/index.ts";
import type { Device, Tensor } from "../engine/index.ts";

const SIZE = 1536; // 7.2 GFLOP a product
const SECONDS = 3;

/** Billions of floating-point operations a second in float32 matrix products: the best run within a few seconds. */
export async function matrixSpeed(device: Device): Promise<number> {
  const product = compile((a: Tensor, b: Tensor) => a.matmul(b).mean(), { device, name: "speed check" });
  const matrix = hostArray(new Float32Array(SIZE * SIZE).fill(0.5), [SIZE, SIZE]);
  await product(matrix, matrix); // compiles and warms up
  let best = Infinity;
  for (const end = performance.now() + SECONDS * 1000; performance.now() < end; ) {
    const began = performance.now();
    await product(matrix, matrix);
    best = Math.min(best, performance.now() - began);
  }
  await product.release();
  return (2 * SIZE ** 3) / best / 1e6;
}
