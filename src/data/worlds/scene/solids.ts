/**
 * Rays against the solids of a scene. Circle and ring are turned about the axis of their picture plane (sphere, torus),
 * the other shapes are extruded to prisms; all stand on the floor and face their heading.
 */
import { cosine, sine } from "../sine.ts";
import { RING_RADIUS, RING_WIDTH, SHAPE_FORMS } from "./shapes.ts";
import type { ShapeForm } from "./shapes.ts";
import { SOLID_UNITS } from "./spec.ts";
import type { SceneObject } from "./spec.ts";
import { RADIUS } from "./vocabulary.ts";

/** Half thickness of a prism, in radii. */
const HALF_DEPTH = 0.32;
const BOUND = Math.sqrt(1 + HALF_DEPTH * HALF_DEPTH);
const HIT = 1e-3;
const MAX_STEPS = 64;

/** An object in the floor's frame: centre, radius, heading. */
export interface Solid {
  readonly form: ShapeForm;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radius: number;
  readonly cos: number;
  readonly sin: number;
  /** Radius of a sphere about the centre that holds the solid. */
  readonly bound: number;
}

export function solidOf(object: SceneObject): Solid {
  const form = SHAPE_FORMS[object.shape];
  const radius = RADIUS[object.size] * SOLID_UNITS;
  return { form, x: object.at[0], y: form.bottom * radius, z: object.at[1], radius, cos: cosine(object.turn), sin: sine(object.turn), bound: radius * (form.solid === "prism" ? BOUND : 1) };
}

/** Where a ray met a solid: ray parameter, point in the shape's own frame (radii), surface normal in the same frame. */
export interface Hit {
  t: number;
  x: number;
  y: number;
  z: number;
  nx: number;
  ny: number;
  nz: number;
}

export function newHit(): Hit {
  return { t: 0, x: 0, y: 0, z: 0, nx: 0, ny: 0, nz: 0 };
}

/**
 * First crossing of the ray origin + t * direction (t between tMin and tMax) with a solid. Fills `hit` and returns true,
 * or returns false. The direction need not have unit length.
 */
export function intersect(solid: Solid, ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, tMin: number, tMax: number, hit: Hit): boolean {
  const px = ox - solid.x;
  const py = oy - solid.y;
  const pz = oz - solid.z;
  const a = dx * dx + dy * dy + dz * dz;
  const b = px * dx + py * dy + pz * dz;
  const discriminant = b * b - a * (px * px + py * py + pz * pz - solid.bound * solid.bound);
  if (discriminant <= 0) return false;
  const root = Math.sqrt(discriminant);
  const enter = Math.max(tMin, (-b - root) / a);
  const leave = Math.min(tMax, (-b + root) / a);
  if (enter >= leave) return false;
  const scale = 1 / solid.radius;
  const { cos, sin } = solid;
  // Into the shape's frame: x along the picture plane, y up, z along the extrusion, lengths in radii.
  const qx = (px * cos - pz * sin) * scale;
  const qy = py * scale;
  const qz = (px * sin + pz * cos) * scale;
  const ex = (dx * cos - dz * sin) * scale;
  const ey = dy * scale;
  const ez = (dx * sin + dz * cos) * scale;
  if (solid.form.solid === "sphere") return hitSphere(qx, qy, qz, ex, ey, ez, tMin, tMax, -solid.form.distance(0, 0), hit);
  if (solid.form.solid === "torus") return hitTorus(qx, qy, qz, ex, ey, ez, enter, leave, hit);
  return hitPrism(solid.form.distance, qx, qy, qz, ex, ey, ez, enter, leave, hit);
}

function hitSphere(qx: number, qy: number, qz: number, ex: number, ey: number, ez: number, tMin: number, tMax: number, radius: number, hit: Hit): boolean {
  const a = ex * ex + ey * ey + ez * ez;
  const b = qx * ex + qy * ey + qz * ez;
  const discriminant = b * b - a * (qx * qx + qy * qy + qz * qz - radius * radius);
  if (discriminant <= 0) return false;
  const t = (-b - Math.sqrt(discriminant)) / a;
  if (t <= tMin || t >= tMax) return false;
  const x = qx + t * ex;
  const y = qy + t * ey;
  const z = qz + t * ez;
  return fill(hit, t, x, y, z, x / radius, y / radius, z / radius);
}

function hitTorus(qx: number, qy: number, qz: number, ex: number, ey: number, ez: number, enter: number, leave: number, hit: Hit): boolean {
  const speed = Math.sqrt(ex * ex + ey * ey + ez * ez);
  let t = enter;
  for (let step = 0; step < MAX_STEPS && t < leave; step++) {
    const x = qx + t * ex;
    const y = qy + t * ey;
    const z = qz + t * ez;
    const axis = Math.sqrt(x * x + y * y);
    const off = axis - RING_RADIUS;
    const tube = Math.sqrt(off * off + z * z);
    if (tube - RING_WIDTH < HIT) return fill(hit, t, x, y, z, (x * off) / (axis * tube), (y * off) / (axis * tube), z / tube);
    t += (tube - RING_WIDTH) / speed;
  }
  return false;
}

/** Clips the ray to the slab |z| <= HALF_DEPTH, then traces the plane distance inside it. */
function hitPrism(distance: ShapeForm["distance"], qx: number, qy: number, qz: number, ex: number, ey: number, ez: number, enter: number, leave: number, hit: Hit): boolean {
  let t = enter;
  let end = leave;
  let face = false;
  if (Math.abs(ez) > 1e-9) {
    const near = (-(ez > 0 ? 1 : -1) * HALF_DEPTH - qz) / ez;
    const far = ((ez > 0 ? 1 : -1) * HALF_DEPTH - qz) / ez;
    if (near > t) {
      t = near;
      face = true;
    }
    if (far < end) end = far;
  } else if (Math.abs(qz) > HALF_DEPTH) return false;
  const speed = Math.sqrt(ex * ex + ey * ey);
  for (let step = 0; step < MAX_STEPS && t < end; step++) {
    const x = qx + t * ex;
    const y = qy + t * ey;
    const d = distance(x, y);
    if (d < HIT) {
      if (face && step === 0) return fill(hit, t, x, y, qz + t * ez, 0, 0, ez > 0 ? -1 : 1);
      const gx = distance(x + HIT, y) - distance(x - HIT, y);
      const gy = distance(x, y + HIT) - distance(x, y - HIT);
      const norm = Math.sqrt(gx * gx + gy * gy) || 1;
      return fill(hit, t, x, y, qz + t * ez, gx / norm, gy / norm, 0);
    }
    if (speed < 1e-9) return false;
    t += d / speed;
  }
  return false;
}

function fill(hit: Hit, t: number, x: number, y: number, z: number, nx: number, ny: number, nz: number): true {
  hit.t = t;
  hit.x = x;
  hit.y = y;
  hit.z = z;
  hit.nx = nx;
  hit.ny = ny;
  hit.nz = nz;
  return true;
}
