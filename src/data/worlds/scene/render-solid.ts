/**
 * Renders a solid scene from one camera. Geometry (which object, how far) is traced through pixel centres; colours add
 * a hard shadow, Lambert light with a sky term, and four more samples where neighbouring pixels differ.
 *
 * Depth is measured along the optical axis in world units. Colours are computed in linear light and written as their
 * square root, the display curve a world without powers can afford.
 */
import { bits } from "../../../engine/random/hash.ts";
import type { Key } from "../../../engine/random/hash.ts";
import { cosine, sine } from "../sine.ts";
import { cameraAxes, project, rayDirection } from "./camera.ts";
import type { CameraAxes, Vector } from "./camera.ts";
import { TEXTURE_DARK, TEXTURE_SHADE } from "./shapes.ts";
import { intersect, newHit, solidOf } from "./solids.ts";
import type { Hit, Solid } from "./solids.ts";
import type { SceneCamera, SceneSpec } from "./spec.ts";
import { COLOUR_RGB, GROUND_RGB } from "./vocabulary.ts";

/** What a ray that misses the floor gets: depth and object of nothing. */
export const FAR_DEPTH = 50;

export interface SolidGeometry {
  /** [S, S] 0 = floor, else object index + 1. */
  readonly ids: Uint8Array;
  /** [S, S] depth along the optical axis, world units. */
  readonly depth: Float32Array;
}

const TILE = 0.4;
/** Tiles deviate from the ground tone by up to this share, less where they become smaller than pixels. */
const TILE_CONTRAST = 0.45;
const TILE_RANGE = 3;
/** Squared distance in colour (0..1 per channel) beyond which a pixel is sampled again. */
const REFINE = 0.004;
const SURFACE = 1e-3;

/** Everything about a scene that does not depend on the pixel. */
interface Stage {
  readonly spec: SceneSpec;
  readonly camera: SceneCamera;
  readonly axes: CameraAxes;
  readonly solids: readonly Solid[];
  readonly ground: Vector;
  readonly albedo: readonly Vector[];
  readonly light: Vector;
  readonly tiles: Key;
  readonly hit: Hit;
  readonly shadow: Hit;
}

function linear([red, green, blue]: readonly [number, number, number]): Vector {
  return [(red * red) / (255 * 255), (green * green) / (255 * 255), (blue * blue) / (255 * 255)];
}

function stageOf(spec: SceneSpec, camera: SceneCamera): Stage {
  const level = Math.sqrt(1 - spec.light.height * spec.light.height);
  return {
    spec,
    camera,
    axes: cameraAxes(camera),
    solids: spec.objects.map(solidOf),
    ground: linear(GROUND_RGB[spec.ground.tone] as readonly [number, number, number]),
    albedo: spec.objects.map((object) => linear(COLOUR_RGB[object.colour])),
    light: [sine(spec.light.turn) * level, spec.light.height, cosine(spec.light.turn) * level],
    tiles: [spec.ground.seed, 0],
    hit: newHit(),
    shadow: newHit(),
  };
}

/** Floor depth along a ray of unit forward part. */
function floorDepth(camera: SceneCamera, direction: Vector): number {
  return direction[1] < -1e-6 ? Math.min(FAR_DEPTH, -camera.y / direction[1]) : FAR_DEPTH;
}

/** Traces the centre of every pixel of a size x size picture. */
export function traceSolid(spec: SceneSpec, camera: SceneCamera, size: number): SolidGeometry {
  const stage = stageOf(spec, camera);
  const ids = new Uint8Array(size * size);
  const depth = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      depth[row * size + column] = floorDepth(camera, rayDirection(camera, stage.axes, (column + 0.5) / size, (row + 0.5) / size));
    }
  }
  stage.solids.forEach((solid, index) => {
    const { u, v, depth: centre } = project(camera, stage.axes, [solid.x, solid.y, solid.z]);
    if (centre <= solid.bound) return;
    // A sphere's outline is at most this far from its projected centre.
    const reach = (camera.focal * solid.bound * 1.2) / (centre - solid.bound);
    const [left, right] = [Math.max(0, Math.floor((u - reach) * size)), Math.min(size - 1, Math.ceil((u + reach) * size))];
    const [first, last] = [Math.max(0, Math.floor((v - reach) * size)), Math.min(size - 1, Math.ceil((v + reach) * size))];
    for (let row = first; row <= last; row++) {
      for (let column = left; column <= right; column++) {
        const [dx, dy, dz] = rayDirection(camera, stage.axes, (column + 0.5) / size, (row + 0.5) / size);
        const at = row * size + column;
        if (intersect(solid, camera.x, camera.y, camera.z, dx, dy, dz, SURFACE, depth[at] as number, stage.hit)) {
          depth[at] = stage.hit.t;
          ids[at] = index + 1;
        }
      }
    }
  });
  return { ids, depth };
}

/** Colours of a traced view, [S, S, 3] sRGB bytes. */
export function shadeSolid(spec: SceneSpec, camera: SceneCamera, size: number, rgb: Uint8Array): void {
  const stage = stageOf(spec, camera);
  const colours = new Float64Array(size * size * 3);
  const sample = new Float64Array(3);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      colourAt(stage, (column + 0.5) / size, (row + 0.5) / size, sample);
      colours.set(sample, (row * size + column) * 3);
    }
  }
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = (row * size + column) * 3;
      if (differs(colours, size, row, column)) {
        let [red, green, blue] = [0, 0, 0];
        for (let part = 0; part < 4; part++) {
          colourAt(stage, (column + 0.25 + 0.5 * (part & 1)) / size, (row + 0.25 + 0.5 * (part >> 1)) / size, sample);
          red += sample[0] as number;
          green += sample[1] as number;
          blue += sample[2] as number;
        }
        write(rgb, at, red / 4, green / 4, blue / 4);
      } else write(rgb, at, colours[at] as number, colours[at + 1] as number, colours[at + 2] as number);
    }
  }
}

function write(rgb: Uint8Array, at: number, red: number, green: number, blue: number): void {
  rgb[at] = Math.floor(Math.sqrt(Math.min(1, red)) * 255 + 0.5);
  rgb[at + 1] = Math.floor(Math.sqrt(Math.min(1, green)) * 255 + 0.5);
  rgb[at + 2] = Math.floor(Math.sqrt(Math.min(1, blue)) * 255 + 0.5);
}

/** Whether a pixel's centre colour differs from one of its four neighbours. */
function differs(colours: Float64Array, size: number, row: number, column: number): boolean {
  const at = (row * size + column) * 3;
  return (
    (column > 0 && apart(colours, at, at - 3)) ||
    (column < size - 1 && apart(colours, at, at + 3)) ||
    (row > 0 && apart(colours, at, at - size * 3)) ||
    (row < size - 1 && apart(colours, at, at + size * 3))
  );
}

function apart(colours: Float64Array, a: number, b: number): boolean {
  const red = (colours[a] as number) - (colours[b] as number);
  const green = (colours[a + 1] as number) - (colours[b + 1] as number);
  const blue = (colours[a + 2] as number) - (colours[b + 2] as number);
  return red * red + green * green + blue * blue > REFINE;
}

/** Linear colour along the ray through picture point (u, v). */
function colourAt(stage: Stage, u: number, v: number, colour: Float64Array): void {
  const { camera, solids, hit } = stage;
  const direction = rayDirection(camera, stage.axes, u, v);
  const [dx, dy, dz] = direction;
  let depth = floorDepth(camera, direction);
  let nearest = -1;
  for (let index = 0; index < solids.length; index++) {
    if (intersect(solids[index] as Solid, camera.x, camera.y, camera.z, dx, dy, dz, SURFACE, depth, hit)) {
      depth = hit.t;
      nearest = index;
    }
  }
  const x = camera.x + depth * dx;
  const y = camera.y + depth * dy;
  const z = camera.z + depth * dz;
  const hidden = stage.spec.style === "camouflage";
  if (nearest < 0 || hidden) {
    const tone = tileTone(stage, x, hidden && nearest >= 0 ? y : 0, z, depth) * (hidden ? 0.8 : lightOn(stage, x, y, z, 0, 1, 0));
    for (let channel = 0; channel < 3; channel++) colour[channel] = (stage.ground[channel] as number) * tone;
    return;
  }
  const solid = solids[nearest] as Solid;
  const object = stage.spec.objects[nearest] as SceneSpec["objects"][number];
  const albedo = stage.albedo[nearest] as Vector;
  // The shape's frame back to the world.
  const nx = hit.nx * solid.cos + hit.nz * solid.sin;
  const nz = hit.nz * solid.cos - hit.nx * solid.sin;
  const dark = TEXTURE_DARK[object.texture](hit.x, hit.y) ? TEXTURE_SHADE * TEXTURE_SHADE : 1;
  const shade = lightOn(stage, x, y, z, nx, hit.ny, nz) * dark;
  for (let channel = 0; channel < 3; channel++) colour[channel] = (albedo[channel] as number) * shade;
}

/** Light that a surface point with the given normal sends back, about 1 when it faces the light. */
function lightOn(stage: Stage, x: number, y: number, z: number, nx: number, ny: number, nz: number): number {
  const { ambient } = stage.spec.light;
  const [lx, ly, lz] = stage.light;
  const sky = ambient * (0.7 + 0.3 * ny);
  const facing = nx * lx + ny * ly + nz * lz;
  if (facing <= 0) return sky;
  const lift = 4 * SURFACE;
  for (const solid of stage.solids) {
    if (intersect(solid, x + nx * lift, y + ny * lift, z + nz * lift, lx, ly, lz, SURFACE, FAR_DEPTH, stage.shadow)) return sky;
  }
  return sky + (1.25 - ambient) * facing;
}

/** Brightness of the tile (a cube in space, so that camouflaged objects carry it too) at a point. */
function tileTone(stage: Stage, x: number, y: number, z: number, depth: number): number {
  const [i, j, k] = [Math.floor(x / TILE), Math.floor(y / TILE), Math.floor(z / TILE)];
  const counter = Math.imul(i, 73856093) ^ Math.imul(j, 19349663) ^ Math.imul(k, 83492791);
  const near = Math.min(1, TILE_RANGE / depth);
  return 1 + TILE_CONTRAST * near * near * (bits(stage.tiles, counter >>> 0) / 2 ** 31 - 1);
}
