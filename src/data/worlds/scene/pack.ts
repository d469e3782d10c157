/**
 * Fixtures as packed arrays: one array per field over n items of a split, made item by item with progress and an abort
 * signal. Caching is the caller's: the arrays depend on nothing but (SCENE_VERSION, fixture, split, start, count, fields,
 * size, frames, style).
 */
import { DTYPES } from "../../../engine/dtype.ts";
import type { DType, TypedArray } from "../../../engine/dtype.ts";
import { hostArray } from "../../../engine/host-array.ts";
import type { HostArray } from "../../../engine/host-array.ts";
import { recipeOf, sceneSpec } from "./fixtures.ts";
import type { FixtureRecipe, SceneFixture, SceneSplit } from "./fixtures.ts";
import { SceneSample } from "./sample.ts";
import type { SceneView } from "./sample.ts";
import type { SceneStyle } from "./spec.ts";

export const SCENE_FIELDS = ["frame", "frames", "ids", "cls", "depth", "pose", "yaw", "flow", "covisible", "verb"] as const;
export type SceneField = (typeof SCENE_FIELDS)[number];

interface FieldLaw {
  readonly dtype: DType;
  /** Shape of one item. */
  readonly shape: (view: SceneView) => readonly number[];
  readonly read: (sample: SceneSample, recipe: FixtureRecipe) => ArrayLike<number>;
  /** Views the field needs. */
  readonly views: number;
}

/** `frame`, `ids`, `cls` and `depth` are those of the first frame or view; `frames` and `pose` have all of them. */
const FIELD_LAWS: Readonly<Record<SceneField, FieldLaw>> = {
  frame: { dtype: "uint8", views: 1, shape: ({ size }) => [size, size, 3], read: ({ frames }) => frames.data as Uint8Array },
  frames: { dtype: "uint8", views: 1, shape: ({ size, frames }) => [frames, size, size, 3], read: ({ frames }) => frames.data as Uint8Array },
  ids: { dtype: "uint8", views: 1, shape: ({ size }) => [size, size], read: ({ ids }) => ids.data as Uint8Array },
  cls: { dtype: "uint8", views: 1, shape: ({ size }) => [size, size], read: ({ cls }) => cls.data as Uint8Array },
  depth: { dtype: "float32", views: 1, shape: ({ size }) => [size, size], read: ({ depth }) => depth.data as Float32Array },
  pose: { dtype: "float32", views: 1, shape: ({ frames }) => [frames, 6], read: ({ pose }) => pose.data as Float32Array },
  yaw: { dtype: "float32", views: 2, shape: () => [], read: (sample) => [sample.relativeYaw] },
  flow: { dtype: "float32", views: 2, shape: ({ size }) => [size, size, 2], read: ({ flow }) => flow.flow },
  covisible: { dtype: "bool", views: 2, shape: ({ size }) => [size, size], read: ({ flow }) => flow.covisible },
  verb: { dtype: "int32", views: 1, shape: () => [], read: ({ spec }, { verbs }) => spec.events.slice(0, 1).map(({ verb }) => verbs.indexOf(verb)) },
};

/** RGB, depth and class map of one view of `scene/view`. */
export const DENSE_FIELDS = ["frame", "depth", "cls"] as const satisfies readonly SceneField[];
/** Two views of `scene/view` with what relates them. */
export const PAIR_FIELDS = ["frames", "depth", "yaw", "flow", "covisible"] as const satisfies readonly SceneField[];
/** Clips with the label of their verb: its index in the fixture's verb list. */
export const MOTION_FIELDS = ["frames", "verb"] as const satisfies readonly SceneField[];

export interface PackRequest<F extends SceneField> {
  readonly fixture: SceneFixture;
  readonly split: SceneSplit;
  readonly fields: readonly F[];
  /** Items to make; default: the fixture's size of that split. */
  readonly count?: number;
  /** Index of the first item. */
  readonly start?: number;
  /** Picture side; default: the fixture's. */
  readonly size?: number;
  /** Frames or views; default: the fixture's. */
  readonly frames?: number;
  /** Draws the same scenes in another style. */
  readonly style?: SceneStyle;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Items between two returns to the event loop. */
const BURST = 16;

/**
 * Packs n items: `result[field]` has shape [n, ...item]. Labels of `verb` index the fixture's verb list.
 * Rejects with the signal's reason when aborted; throws when a field does not exist for the fixture.
 */
export async function packScenes<F extends SceneField>(request: PackRequest<F>): Promise<Record<F, HostArray>> {
  const recipe = recipeOf(request.fixture);
  const view: SceneView = { size: request.size ?? recipe.size, frames: request.frames ?? recipe.frames };
  const total = request.count ?? countOf(recipe, request);
  const start = request.start ?? 0;
  for (const field of request.fields) checkField(field, request.fixture, recipe, view);
  const columns = request.fields.map((field) => {
    const law = FIELD_LAWS[field];
    const shape = law.shape(view);
    const stride = shape.reduce((product, extent) => product * extent, 1);
    const data: TypedArray = new DTYPES[law.dtype].Array(total * stride);
    return { field, law, stride, data, shape: [total, ...shape] };
  });
  for (let item = 0; item < total; item++) {
    if (item % BURST === 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      request.signal?.throwIfAborted();
      request.onProgress?.(item, total);
    }
    const spec = sceneSpec(request.fixture, request.split, start + item);
    const sample = new SceneSample(request.style === undefined ? spec : { ...spec, style: request.style }, view);
    for (const { law, stride, data } of columns) {
      const values = law.read(sample, recipe);
      for (let i = 0; i < stride; i++) data[item * stride + i] = values[i] as number;
    }
  }
  request.onProgress?.(total, total);
  return Object.fromEntries(columns.map(({ field, law, data, shape }) => [field, hostArray(data, shape, law.dtype)])) as Record<F, HostArray>;
}

function countOf(recipe: FixtureRecipe, { fixture, split }: { fixture: string; split: SceneSplit }): number {
  if (split === "ood") throw new RangeError(`scene: the ood split of ${fixture} has no fixed size; pass count`);
  return recipe.counts[split];
}

function checkField(field: SceneField, fixture: string, recipe: FixtureRecipe, view: SceneView): void {
  const solidOnly: readonly SceneField[] = ["depth", "yaw", "flow", "covisible"];
  if (solidOnly.includes(field) && fixture !== "scene/view") throw new RangeError(`scene: field "${field}" needs solid scenes; ${fixture} is flat, use scene/view`);
  if (field === "verb" && recipe.verbs.length === 0) throw new RangeError(`scene: field "verb" needs clips; ${fixture} holds still scenes, use clip/single`);
  if (FIELD_LAWS[field].views > view.frames) throw new RangeError(`scene: field "${field}" needs two views; ${view.frames} asked for, pass frames: 2`);
}
