/** Lengths in the plane, without powers: `x ** 2` may round differently between engines. */
import type { Point } from "./spec.ts";

export function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

export function distanceBetween(from: Point, to: Point): number {
  return length(to[0] - from[0], to[1] - from[1]);
}
