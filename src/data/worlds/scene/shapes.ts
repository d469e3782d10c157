/**
 * One signed-distance function per shape: negative inside, positive outside, x right, y up, inside the unit disc.
 *
 * Every function is at most the true distance outside the shape, which is what sphere tracing needs. The picture plane
 * shows the zero level set; solid.ts revolves (circle, ring) or extrudes (the others) the same function.
 */
import { length } from "./plane.ts";
import type { Shape, Texture } from "./vocabulary.ts";

export interface ShapeForm {
  /** Signed distance at (x, y). */
  readonly distance: (x: number, y: number) => number;
  /** How far the shape reaches below its centre: what it stands on in solid scenes. */
  readonly bottom: number;
  readonly solid: "sphere" | "torus" | "prism";
}

const CIRCLE_RADIUS = 0.93;
export const RING_RADIUS = 0.68;
export const RING_WIDTH = 0.24;
const COS_30 = Math.sqrt(3) / 2;
const COS_36 = (1 + Math.sqrt(5)) / 4;
const SIN_36 = Math.sqrt(1 - COS_36 * COS_36);


/** Box of half sides a, b about the origin. */
function box(x: number, y: number, a: number, b: number): number {
  return Math.max(Math.abs(x) - a, Math.abs(y) - b);
}

const STAR_INNER = 0.45;
/** Outward normal of the star edge from its upper tip (0, 1) to the valley at 36 degrees. */
const STAR_EDGE = (() => {
  const [x, y] = [STAR_INNER * SIN_36, STAR_INNER * COS_36 - 1];
  return { x: -y / length(x, y), y: x / length(x, y) };
})();

/** Five-fold symmetry brings every point into the wedge beside the upper tip, where one edge decides. */
function star(px: number, py: number): number {
  let x = Math.abs(px);
  let y = py;
  for (let fold = 0; fold < 2; fold++) {
    const beyond = x * COS_36 - y * SIN_36;
    if (beyond > 0) {
      x -= 2 * beyond * COS_36;
      y += 2 * beyond * SIN_36;
    }
    x = Math.abs(x);
  }
  return STAR_EDGE.x * x + STAR_EDGE.y * (y - 1);
}

const HEART_SIZE = 0.74;
const HEART_SHIFT = 0.08;

/** A square standing on its corner and a disc on each of its upper sides. */
function heart(px: number, py: number): number {
  const x = Math.abs(px);
  const y = py + HEART_SHIFT;
  const corner = (x + Math.abs(y) - HEART_SIZE) * Math.SQRT1_2;
  const lobe = length(x - HEART_SIZE / 2, y - HEART_SIZE / 2) - HEART_SIZE * Math.SQRT1_2;
  return Math.min(corner, lobe);
}

const DIAMOND_WIDTH = 0.62;
const DIAMOND_SCALE = 1 / Math.sqrt(1 / (DIAMOND_WIDTH * DIAMOND_WIDTH) + 1);

/** The arrow points right: a shaft and a triangular head with its tip at x = 0.98. */
const ARROW_TIP = 0.98;
const ARROW_NECK = 0.05;
const ARROW_HALF = 0.66;
const ARROW_EDGE = { x: ARROW_HALF / length(ARROW_HALF, ARROW_TIP - ARROW_NECK), y: (ARROW_TIP - ARROW_NECK) / length(ARROW_HALF, ARROW_TIP - ARROW_NECK) };

function arrow(x: number, y: number): number {
  const shaft = box(x + 0.4, y, 0.55, 0.22);
  const head = Math.max(ARROW_NECK - x, ARROW_EDGE.x * (x - ARROW_TIP) + ARROW_EDGE.y * Math.abs(y));
  return Math.min(shaft, head);
}

export const SHAPE_FORMS: Readonly<Record<Shape, ShapeForm>> = {
  circle: { distance: (x, y) => length(x, y) - CIRCLE_RADIUS, bottom: CIRCLE_RADIUS, solid: "sphere" },
  square: { distance: (x, y) => box(x, y, 0.7, 0.7), bottom: 0.7, solid: "prism" },
  triangle: { distance: (x, y) => Math.max(-y, COS_30 * Math.abs(x) + 0.5 * y) - 0.5, bottom: 0.5, solid: "prism" },
  star: { distance: star, bottom: COS_36, solid: "prism" },
  cross: { distance: (x, y) => Math.min(box(x, y, 0.94, 0.3), box(x, y, 0.3, 0.94)), bottom: 0.94, solid: "prism" },
  ring: { distance: (x, y) => Math.abs(length(x, y) - RING_RADIUS) - RING_WIDTH, bottom: RING_RADIUS + RING_WIDTH, solid: "torus" },
  diamond: { distance: (x, y) => (Math.abs(x) / DIAMOND_WIDTH + Math.abs(y) - 1) * DIAMOND_SCALE, bottom: 1, solid: "prism" },
  heart: { distance: heart, bottom: HEART_SIZE + HEART_SHIFT, solid: "prism" },
  hexagon: { distance: (x, y) => Math.max(Math.abs(y), COS_30 * Math.abs(x) + 0.5 * Math.abs(y)) - 0.78, bottom: 0.78, solid: "prism" },
  crescent: { distance: (x, y) => Math.max(length(x, y) - 0.95, 0.7 - length(x - 0.45, y)), bottom: 0.95, solid: "prism" },
  arrow: { distance: arrow, bottom: ARROW_HALF, solid: "prism" },
  bar: { distance: (x, y) => box(x, y, 0.96, 0.26), bottom: 0.26, solid: "prism" },
};

/** Periods in radii, wide enough for small objects at 32 px. Stripes are diagonal: measured along x or y. */
const STRIPE_PERIOD = 1;
const DOT_PERIOD = 0.8;
const DOT_RADIUS = 0.23;

/** Whether a texture is dark at a point of the shape's plane. */
export const TEXTURE_DARK: Readonly<Record<Texture, (x: number, y: number) => boolean>> = {
  plain: () => false,
  striped: (x, y) => {
    const phase = (x + y) / STRIPE_PERIOD;
    return phase - Math.floor(phase) < 0.5;
  },
  dotted: (x, y) => {
    const u = x / DOT_PERIOD + 0.5;
    const v = y / DOT_PERIOD + 0.5;
    return length(u - Math.floor(u) - 0.5, v - Math.floor(v) - 0.5) * DOT_PERIOD < DOT_RADIUS;
  },
};

/** Brightness of the dark part of a texture. */
export const TEXTURE_SHADE = 0.42;
