/** Pinhole camera of solid scenes: where it stands, the ray of a pixel, the pixel of a point. */
import { cosine, sine, toTurns } from "../sine.ts";
import type { SceneCamera } from "./spec.ts";

export type Vector = readonly [number, number, number];

/** Orthonormal axes: right and up of the picture, forward along the optical axis. */
export interface CameraAxes {
  readonly right: Vector;
  readonly up: Vector;
  readonly forward: Vector;
}

/** Axes for a yaw about the vertical and a pitch below the horizon (both radians). Yaw 0 looks along +z. */
export function cameraAxes(camera: SceneCamera): CameraAxes {
  const [cy, sy] = [cosine(toTurns(camera.yaw)), sine(toTurns(camera.yaw))];
  const [cp, sp] = [cosine(toTurns(camera.pitch)), sine(toTurns(camera.pitch))];
  return { right: [cy, 0, -sy], up: [sy * sp, cp, cy * sp], forward: [sy * cp, -sp, cy * cp] };
}

/** A camera at `distance` from `target` that looks at it. */
export function orbitCamera(target: Vector, distance: number, yaw: number, pitch: number, focal: number): SceneCamera {
  const { forward } = cameraAxes({ x: 0, y: 0, z: 0, yaw, pitch, focal });
  return { x: target[0] - forward[0] * distance, y: target[1] - forward[1] * distance, z: target[2] - forward[2] * distance, yaw, pitch, focal };
}

/**
 * Direction of the ray through picture point (u, v) in 0..1 (v down), scaled so that its part along the optical axis is 1:
 * origin + depth * direction is the point at that depth.
 */
export function rayDirection(camera: SceneCamera, { right, up, forward }: CameraAxes, u: number, v: number): Vector {
  const a = (u - 0.5) / camera.focal;
  const b = (0.5 - v) / camera.focal;
  return [forward[0] + a * right[0] + b * up[0], forward[1] + a * right[1] + b * up[1], forward[2] + a * right[2] + b * up[2]];
}

/** Picture point (u, v in 0..1 inside the picture) and depth along the optical axis of a world point. */
export function project(camera: SceneCamera, { right, up, forward }: CameraAxes, [x, y, z]: Vector): { u: number; v: number; depth: number } {
  const [dx, dy, dz] = [x - camera.x, y - camera.y, z - camera.z];
  const depth = dx * forward[0] + dy * forward[1] + dz * forward[2];
  const across = dx * right[0] + dy * right[1] + dz * right[2];
  const high = dx * up[0] + dy * up[1] + dz * up[2];
  return { u: 0.5 + (camera.focal * across) / depth, v: 0.5 - (camera.focal * high) / depth, depth };
}
