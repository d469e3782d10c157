/** Paints a flat scene at one instant: 2 x 2 samples per pixel, box filter, and the exact map of which object is on top. */
import { cosine, sine } from "../sine.ts";
import { placementsAt } from "./motion.ts";
import type { Placement } from "./motion.ts";
import { SHAPE_FORMS, TEXTURE_DARK, TEXTURE_SHADE } from "./shapes.ts";
import type { SceneCamera, SceneObject, SceneSpec } from "./spec.ts";
import { COLOUR_RGB, GROUND_RGB } from "./vocabulary.ts";

/** One painted instant; `rgb` and `ids` are written into the caller's arrays. */
export interface FlatTarget {
  /** [S, S, 3] */
  readonly rgb: Uint8Array;
  /** [S, S] 0 = ground, else object index + 1. */
  readonly ids: Uint8Array;
  /** [N, 4] left, top, right, bottom in 0..1; NaN when hidden. */
  readonly boxes: Float32Array;
  /** [N] visible share of the object's footprint; 0 when absent. */
  readonly visible: Float32Array;
}

const SAMPLES = 2;

/** Paints spec at clip time t on a canvas of `size` pixels. */
export function renderFlat(spec: SceneSpec, t: number, size: number, target: FlatTarget): void {
  const width = size * SAMPLES;
  const camera = spec.camera[Math.min(spec.camera.length - 1, Math.floor(t * spec.camera.length))] as SceneCamera;
  const colours = new Float64Array(width * width * 3);
  const top = new Uint8Array(width * width);
  const ground = GROUND_RGB[spec.ground.tone] as readonly [number, number, number];
  for (let i = 0; i < colours.length; i += 3) {
    colours[i] = ground[0];
    colours[i + 1] = ground[1];
    colours[i + 2] = ground[2];
  }
  const footprint = new Float64Array(spec.objects.length);
  for (const placement of placementsAt(spec, t)) {
    if (placement.alpha > 0) paint(placement, spec.objects[placement.object] as SceneObject, camera, width, colours, top, footprint);
  }
  reduce(colours, top, width, target);
  measure(top, width, footprint, target);
}

function paint(placement: Placement, object: SceneObject, camera: SceneCamera, width: number, colours: Float64Array, top: Uint8Array, footprint: Float64Array): void {
  const scale = width * camera.focal;
  const centreX = (placement.x - 0.5 - camera.x) * scale + width / 2;
  const centreY = (placement.y - 0.5 - camera.y) * scale + width / 2;
  const radius = placement.radius * scale;
  const { distance } = SHAPE_FORMS[object.shape];
  const isDark = TEXTURE_DARK[object.texture];
  const [cos, sin] = [cosine(object.turn), sine(object.turn)];
  const [red, green, blue] = COLOUR_RGB[placement.colour];
  const { alpha } = placement;
  const present = alpha >= 0.5;
  const id = placement.object + 1;
  const left = Math.max(0, Math.floor(centreX - radius));
  const right = Math.min(width - 1, Math.ceil(centreX + radius));
  const bottom = Math.min(width - 1, Math.ceil(centreY + radius));
  for (let row = Math.max(0, Math.floor(centreY - radius)); row <= bottom; row++) {
    const dy = (centreY - row - 0.5) / radius; // up
    for (let column = left; column <= right; column++) {
      const dx = (column + 0.5 - centreX) / radius;
      const x = dx * cos + dy * sin;
      const y = dy * cos - dx * sin;
      if (distance(x, y) > 0) continue;
      const at = row * width + column;
      const shade = isDark(x, y) ? TEXTURE_SHADE : 1;
      const c = at * 3;
      colours[c] = (colours[c] as number) * (1 - alpha) + red * shade * alpha;
      colours[c + 1] = (colours[c + 1] as number) * (1 - alpha) + green * shade * alpha;
      colours[c + 2] = (colours[c + 2] as number) * (1 - alpha) + blue * shade * alpha;
      if (present && top[at] !== id) {
        top[at] = id;
        footprint[placement.object] = (footprint[placement.object] as number) + 1;
      }
    }
  }
}

/** Box filter for colours; a pixel belongs to the object with most of its samples, ties to the higher id. */
function reduce(colours: Float64Array, top: Uint8Array, width: number, target: FlatTarget): void {
  const size = width / SAMPLES;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const first = row * SAMPLES * width + column * SAMPLES;
      const second = first + width;
      for (let channel = 0; channel < 3; channel++) {
        const sum =
          (colours[first * 3 + channel] as number) +
          (colours[first * 3 + 3 + channel] as number) +
          (colours[second * 3 + channel] as number) +
          (colours[second * 3 + 3 + channel] as number);
        target.rgb[(row * size + column) * 3 + channel] = Math.floor(sum / 4 + 0.5);
      }
      target.ids[row * size + column] = majority(top[first] as number, top[first + 1] as number, top[second] as number, top[second + 1] as number);
    }
  }
}

function majority(a: number, b: number, c: number, d: number): number {
  if (a === b && c === d) return Math.max(a, c);
  if (a === c && b === d) return Math.max(a, b);
  if (a === d && b === c) return Math.max(a, b);
  if (a === b || a === c || a === d) return a;
  if (b === c || b === d) return b;
  return c === d ? c : Math.max(a, b, c, d);
}

/** Boxes and visible shares from the samples on top. */
function measure(top: Uint8Array, width: number, footprint: Float64Array, target: FlatTarget): void {
  const count = footprint.length;
  const seen = new Float64Array(count);
  const extent = Array.from({ length: count }, () => [width, width, -1, -1] as [number, number, number, number]);
  for (let at = 0; at < top.length; at++) {
    const id = top[at] as number;
    if (id === 0) continue;
    const object = id - 1;
    const box = extent[object] as [number, number, number, number];
    const row = Math.floor(at / width);
    const column = at - row * width;
    seen[object] = (seen[object] as number) + 1;
    if (column < box[0]) box[0] = column;
    if (row < box[1]) box[1] = row;
    if (column > box[2]) box[2] = column;
    if (row > box[3]) box[3] = row;
  }
  extent.forEach(([left, up, right, down], object) => {
    const hidden = right < 0;
    target.boxes.set(hidden ? [NaN, NaN, NaN, NaN] : [left / width, up / width, (right + 1) / width, (down + 1) / width], object * 4);
    target.visible[object] = hidden ? 0 : (seen[object] as number) / (footprint[object] as number);
  });
}
