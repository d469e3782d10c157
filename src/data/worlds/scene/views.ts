/** What joins two views of one solid scene: where each pixel of the first is seen in the second, and whether it is. */
import { cameraAxes, project, rayDirection } from "./camera.ts";
import type { SceneCamera } from "./spec.ts";

export interface ViewFlow {
  /** [S, S, 2] displacement (right, down) in pixels from a pixel of view 1 to the same surface point in view 2. */
  readonly flow: Float32Array;
  /** [S, S] 1 where that point is inside view 2 and not hidden there. */
  readonly covisible: Uint8Array;
}

/** Relative difference of inverse depth up to which two views are said to see the same point. */
const SAME_POINT = 0.015;

/** Inverse depth at (u, v) in 0..1, bilinear; planes are linear in it. Undefined outside the pixel centres. */
function inverseDepth(depth: Float32Array, size: number, u: number, v: number): number | undefined {
  const x = u * size - 0.5;
  const y = v * size - 0.5;
  if (!(x >= 0 && y >= 0 && x <= size - 1 && y <= size - 1)) return undefined;
  const column = Math.min(size - 2, Math.floor(x));
  const row = Math.min(size - 2, Math.floor(y));
  const [a, b] = [x - column, y - row];
  const at = row * size + column;
  const upper = (1 - a) / (depth[at] as number) + a / (depth[at + 1] as number);
  const lower = (1 - a) / (depth[at + size] as number) + a / (depth[at + size + 1] as number);
  return (1 - b) * upper + b * lower;
}

/** Flow and co-visibility from the depth maps [S, S] and cameras of two views. */
export function viewFlow(first: { camera: SceneCamera; depth: Float32Array }, second: { camera: SceneCamera; depth: Float32Array }, size: number): ViewFlow {
  const flow = new Float32Array(size * size * 2);
  const covisible = new Uint8Array(size * size);
  const [axes, otherAxes] = [cameraAxes(first.camera), cameraAxes(second.camera)];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = row * size + column;
      const depth = first.depth[at] as number;
      const [u, v] = [(column + 0.5) / size, (row + 0.5) / size];
      const [dx, dy, dz] = rayDirection(first.camera, axes, u, v);
      const seen = project(second.camera, otherAxes, [first.camera.x + depth * dx, first.camera.y + depth * dy, first.camera.z + depth * dz]);
      flow[2 * at] = (seen.u - u) * size;
      flow[2 * at + 1] = (seen.v - v) * size;
      const inverse = seen.depth > 0 ? inverseDepth(second.depth, size, seen.u, seen.v) : undefined;
      covisible[at] = inverse !== undefined && Math.abs(inverse * seen.depth - 1) < SAME_POINT ? 1 : 0;
    }
  }
  return { flow, covisible };
}

/** Share of the first view that the second also sees, 0..1. */
export function covisibleShare({ covisible }: ViewFlow): number {
  return covisible.reduce((sum, value) => sum + value, 0) / covisible.length;
}

/** The second view [S, S, 3] pulled onto the first along the flow, bilinear and clamped at the border; values 0..255. */
export function warpSecond(second: ArrayLike<number>, { flow }: ViewFlow, size: number): Float32Array {
  const warped = new Float32Array(size * size * 3);
  const clamp = (value: number): number => Math.min(size - 1, Math.max(0, value));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = row * size + column;
      const x = clamp(column + (flow[2 * at] as number));
      const y = clamp(row + (flow[2 * at + 1] as number));
      const left = Math.min(size - 2, Math.floor(x));
      const top = Math.min(size - 2, Math.floor(y));
      const [a, b] = [x - left, y - top];
      for (let channel = 0; channel < 3; channel++) {
        const corner = (top * size + left) * 3 + channel;
        const upper = (1 - a) * (second[corner] as number) + a * (second[corner + 3] as number);
        const lower = (1 - a) * (second[corner + size * 3] as number) + a * (second[corner + size * 3 + 3] as number);
        warped[at * 3 + channel] = (1 - b) * upper + b * lower;
      }
    }
  }
  return warped;
}
