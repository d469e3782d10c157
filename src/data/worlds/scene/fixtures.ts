/**
 * The packs of this world and their recipes. An item is a function of (world, version, fixture, split, index): draws are
 * repeated on numbered streams until the canonical form falls into the split that was asked for.
 */
import { RandomStream } from "../../../engine/random/stream.ts";
import { splitOf } from "../split.ts";
import type { Split } from "../split.ts";
import { degrees, toTurns } from "../sine.ts";
import { cameraAxes, orbitCamera, project } from "./camera.ts";
import type { CameraAxes } from "./camera.ts";
import { canonicalForm } from "./form.ts";
import { drawEvent, drawGround, drawLight, drawLooks, drawPlaces, drawShake, drawTilt } from "./grammar.ts";
import type { Looks } from "./grammar.ts";
import { heldOutCells } from "./held-out.ts";
import { solidOf } from "./solids.ts";
import { SOLID_UNITS } from "./spec.ts";
import type { Point, SceneCamera, SceneLight, SceneObject, ScenePart, SceneSpec } from "./spec.ts";
import { RADIUS, TEXTURES, VERBS } from "./vocabulary.ts";
import type { Texture, Verb } from "./vocabulary.ts";
import { REVERSIBLE_VERBS } from "./verbs.ts";

/** Changes whenever any item of any fixture would change. */
export const SCENE_VERSION = 1;

/** Splits of a fixture; `ood` holds only scenes that touch a held-out cell. */
export type SceneSplit = Split | "ood";

export const SCENE_FIXTURES = ["scene/pairs", "scene/view", "clip/single", "clip/reversible"] as const;
export type SceneFixture = (typeof SCENE_FIXTURES)[number];

export interface FixtureRecipe {
  readonly about: string;
  /** Picture side in pixels and frames (flat) or views (solid) per item. */
  readonly size: number;
  readonly frames: number;
  /** Items per split. */
  readonly counts: Readonly<Record<Split, number>>;
  /** Verbs in label order, or none for still scenes. */
  readonly verbs: readonly Verb[];
  readonly draw: (random: RandomStream, index: number, heldOut: boolean) => ScenePart | undefined;
}

/** Flat scenes have no shading; their light is one and the same. */
const OVERHEAD: SceneLight = { turn: 0, height: 1, ambient: 1 };

/** Still canvas of 1 to 4 objects. */
function drawStill(random: RandomStream, heldOut: boolean): ScenePart | undefined {
  const looks = drawLooks(random, 1 + random.integer(4), TEXTURES, heldOut);
  const places = drawPlaces(random, looks.map((look) => RADIUS[look.size]));
  if (places === undefined) return undefined;
  const objects = looks.map((look, index): SceneObject => ({ ...look, at: places[index] as Point, turn: drawTilt(random) }));
  return { mode: "flat", style: "D1", objects, events: [], camera: drawShake(random, 1), light: OVERHEAD, ground: drawGround(random) };
}

/** Textures of clips. */
const CLIP_TEXTURES: readonly Texture[] = ["plain", "striped"];
/** Odd: frame centres (2k + 1) / 2T then never fall on the edge of a step, so frames t and 1 - t use mirrored entries. */
const SHAKE_STEPS = 33;

/** Clip of one event among 1 to 4 objects. Verbs follow the index, so every run of items is balanced. */
function drawClip(random: RandomStream, verb: Verb, heldOut: boolean): ScenePart | undefined {
  const looks = drawLooks(random, 2 + random.integer(3), CLIP_TEXTURES, heldOut);
  const drawn = drawEvent(random, verb, random.bernoulli(0.25) ? looks.slice(0, 2) : looks, heldOut);
  if (drawn === undefined) return undefined;
  return { mode: "flat", style: "D1", ...drawn, camera: drawShake(random, SHAKE_STEPS), light: OVERHEAD, ground: drawGround(random) };
}

const FOCAL = 1.15;
const LOOK_AT = [0, 0.12, 0] as const;

/** Camera pair 5 to 35 degrees apart about the scene, and a third on the other side of the first. */
function drawCameras(random: RandomStream): SceneCamera[] {
  const yaw = random.uniform(-180, 180);
  const side = random.bernoulli(0.5) ? 1 : -1;
  const pitch = random.uniform(32, 42);
  const distance = random.uniform(2.2, 2.6);
  const turns = [0, side * random.uniform(5, 35), -side * random.uniform(5, 35)];
  return turns.map((turn) => orbitCamera(LOOK_AT, distance, degrees(yaw + turn), degrees(pitch + random.uniform(-2, 2)), FOCAL));
}

/** Whether the ball around an object is inside the picture. */
function isInView(camera: SceneCamera, axes: CameraAxes, object: SceneObject): boolean {
  const solid = solidOf(object);
  const { u, v, depth } = project(camera, axes, [solid.x, solid.y, solid.z]);
  const reach = (camera.focal * solid.bound) / (depth - solid.bound);
  return u > reach && u < 1 - reach && v > reach && v < 1 - reach;
}

/** Floor point of a place on the unit square. */
function onFloor(x: number, y: number): Point {
  return [(x - 0.5) * SOLID_UNITS, (0.5 - y) * SOLID_UNITS];
}

/** Three to six solids on a tiled floor. */
function drawSolid(random: RandomStream, heldOut: boolean): ScenePart | undefined {
  const camera = drawCameras(random);
  const looks = drawLooks(random, 3 + random.integer(4), TEXTURES, heldOut);
  // Headings stay within 40 degrees of the first camera, or a flat shape would show only its edge.
  const facing = toTurns((camera[0] as SceneCamera).yaw);
  const turns = looks.map(() => facing + random.uniform(-40, 40) / 360);
  const views = camera.map((view) => ({ view, axes: cameraAxes(view) }));
  const standing = (index: number, x: number, y: number): SceneObject => ({ ...(looks[index] as Looks), at: onFloor(x, y), turn: turns[index] as number });
  const admits = (index: number, x: number, y: number): boolean => {
    const object = standing(index, x, y);
    return views.every(({ view, axes }) => isInView(view, axes, object));
  };
  const places = drawPlaces(random, looks.map((look) => RADIUS[look.size]), { admits });
  if (places === undefined) return undefined;
  const objects = places.map(([x, y], index) => standing(index, x, y));
  return { mode: "solid", style: "D1", objects, events: [], camera, light: drawLight(random, facing + 0.5), ground: drawGround(random) };
}

export const RECIPES: Readonly<Record<SceneFixture, FixtureRecipe>> = {
  "scene/pairs": {
    about: "still canvas, 1-4 objects",
    size: 32,
    frames: 1,
    counts: { train: 8000, dev: 1000, test: 1000 },
    verbs: [],
    draw: (random, _index, heldOut) => drawStill(random, heldOut),
  },
  "scene/view": {
    about: "3-6 solids on a floor, three cameras, views 1 and 2 5-35 degrees apart",
    size: 64,
    frames: 2,
    counts: { train: 6000, dev: 500, test: 500 },
    verbs: [],
    draw: (random, _index, heldOut) => drawSolid(random, heldOut),
  },
  "clip/single": {
    about: "one event of 24 verbs among 1-4 objects",
    size: 32,
    frames: 8,
    counts: { train: 2048, dev: 256, test: 256 },
    verbs: VERBS,
    draw: (random, index, heldOut) => drawClip(random, VERBS[index % VERBS.length] as Verb, heldOut),
  },
  "clip/reversible": {
    about: "one event of the six reversible pairs among 1-4 objects",
    size: 32,
    frames: 8,
    counts: { train: 1536, dev: 384, test: 384 },
    verbs: REVERSIBLE_VERBS,
    draw: (random, index, heldOut) => drawClip(random, REVERSIBLE_VERBS[index % REVERSIBLE_VERBS.length] as Verb, heldOut),
  },
};

const MAX_DRAWS = 2000;

/** Recipe of a fixture. Throws with the known names when there is none. */
export function recipeOf(fixture: string): FixtureRecipe {
  const recipe = (RECIPES as Readonly<Record<string, FixtureRecipe | undefined>>)[fixture];
  if (recipe === undefined) throw new RangeError(`scene: unknown fixture "${fixture}"; choose one of ${SCENE_FIXTURES.join(", ")}`);
  return recipe;
}

/** The truth of item `index` of a split. The same arguments always give the same scene. */
export function sceneSpec(fixture: SceneFixture, split: SceneSplit, index: number): SceneSpec {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`scene: index of ${fixture}/${split} must be a non-negative integer, got ${index}`);
  const recipe = recipeOf(fixture);
  const items = RandomStream.of(SCENE_VERSION, "scene", fixture, split, index);
  const id = `scene@${SCENE_VERSION}/${fixture}/${split}/${index}`;
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const part = recipe.draw(items.child(draw), index, split === "ood");
    if (part === undefined) continue;
    const spec: SceneSpec = { id, ...part };
    const heldOut = heldOutCells(spec).length > 0;
    if (split === "ood" ? heldOut : !heldOut && splitOf(canonicalForm(spec)) === split) return spec;
  }
  throw new Error(`internal: no scene of ${id} in ${MAX_DRAWS} draws`);
}
