/**
 * The truth of one scene as JSON. Everything a sample shows is computed from it, at any size and any number of frames.
 *
 * `flat` places objects on a canvas: x right, y down, both in 0..1 of its side. `solid` stands them on a floor: x right,
 * y away from the first camera's side, heights up, in world units; a canvas side is SOLID_UNITS world units.
 */
import type { Adverb, Colour, Shape, Size, Texture, Verb } from "./vocabulary.ts";

export type SceneMode = "flat" | "solid";

/** `camouflage`: objects take the ground's look and shading is off, so that only depth tells them from it (solid only). */
export type SceneStyle = "D1" | "camouflage";

export type Point = readonly [x: number, y: number];

export interface SceneObject {
  readonly shape: Shape;
  readonly colour: Colour;
  readonly texture: Texture;
  readonly size: Size;
  /** Centre on the canvas, or of the footprint on the floor. */
  readonly at: Point;
  /** Turns (1 = full circle): tilt in the picture plane (flat) or heading about the vertical (solid). */
  readonly turn: number;
}

export interface SceneEvent {
  readonly verb: Verb;
  /** Index of the object that acts. */
  readonly subject: number;
  /** Index of the second object, for verbs that need one. */
  readonly target?: number;
  /** New colour, for `changes-to`. */
  readonly colour?: Colour;
  readonly adverb: Adverb;
  /** Start and end in clip time 0..1, multiples of 1/64 so that playing backwards is exact. */
  readonly t0: number;
  readonly t1: number;
  /** The path; its meaning per verb is in motion.ts. */
  readonly from: Point;
  readonly to: Point;
}

/** A pinhole camera. Flat scenes use x and y as an offset of the canvas, focal as zoom. Angles in radians, focal in image heights. */
export interface SceneCamera {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly focal: number;
}

export interface SceneLight {
  /** Direction the light comes from, in turns about the vertical. */
  readonly turn: number;
  /** Sine of its elevation, 0..1. */
  readonly height: number;
  /** Share of light that comes from everywhere, 0..1. */
  readonly ambient: number;
}

export interface SceneSpec {
  /** `scene@version/fixture/split/index`. */
  readonly id: string;
  readonly mode: SceneMode;
  readonly style: SceneStyle;
  readonly objects: readonly SceneObject[];
  readonly events: readonly SceneEvent[];
  /** Flat: camera of clip time t is `camera[floor(t * length)]`. Solid: one entry per view of one instant. */
  readonly camera: readonly SceneCamera[];
  readonly light: SceneLight;
  /** Index into GROUND_RGB and seed of the floor's tiles. */
  readonly ground: { readonly tone: number; readonly seed: number };
}

/** A scene before it has a name. */
export type ScenePart = Omit<SceneSpec, "id">;

/** World units per canvas side in `solid` mode. */
export const SOLID_UNITS = 2;
