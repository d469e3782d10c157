/**
 * The scene laboratory: packs of the scene world, made once and kept in the lab's cache, and what the systems on them
 * share: items in any order, labels of patches.
 */
import { DTYPES } from "../engine/dtype.ts";
import { hostArray } from "../engine/index.ts";
import type { HostArray, TypedArray } from "../engine/index.ts";
import { decodePack, encodePack, PackError } from "../data/index.ts";
import { packScenes, RECIPES, SCENE_VERSION } from "../data/worlds/scene/index.ts";
import type { PackRequest, SceneField } from "../data/worlds/scene/index.ts";
import type { RunContext } from "./context.ts";

/** Which scenes: `count` items of a split from its item `start` (default 0) on, in the fixture's size unless told otherwise. */
export interface SceneRequest<F extends SceneField> extends Pick<PackRequest<F>, "fixture" | "split" | "fields" | "start" | "size" | "frames" | "style"> {
  readonly count: number;
}

export type ScenePack<F extends SceneField> = Readonly<Record<F, HostArray>>;

/**
 * The arrays of the asked scenes, `pack[field]` of shape [count, ...item]. The first call renders them, showing progress;
 * later ones, in this run or another, read the cache. A file of the cache that is not intact is rendered again.
 */
export async function loadScenes<F extends SceneField>({ cache, signal, report, message }: Pick<RunContext<object>, "cache" | "signal" | "report" | "message">, request: SceneRequest<F>): Promise<ScenePack<F>> {
  const name = cacheName(request);
  const stored = async (): Promise<ScenePack<F> | undefined> => {
    const bytes = await cache.read(name);
    if (bytes === undefined) return undefined;
    try {
      return (await decodePack(bytes as Uint8Array<ArrayBuffer>)).pack.arrays as ScenePack<F>; // the name holds the fields
    } catch (error) {
      if (!(error instanceof PackError)) throw error;
      message(`${cache.path(name) ?? name}: ${error.message}; rendering again`);
      return undefined;
    }
  };
  const render = async (): Promise<ScenePack<F>> => {
    message(`${request.fixture}: rendering ${request.count} items of ${request.split}, once`);
    const arrays = await packScenes({ ...request, signal, onProgress: report });
    await cache.write(name, (await encodePack({ arrays, meta: { world: "scene", version: SCENE_VERSION } })).bytes);
    return arrays;
  };
  return (await stored()) ?? cache.exclusive(name, async () => (await stored()) ?? render());
}

/** A name for everything the arrays depend on. */
function cacheName({ fixture, split, fields, count, start = 0, size = RECIPES[fixture].size, frames = RECIPES[fixture].frames, style }: SceneRequest<SceneField>): string {
  return `scenes/v${SCENE_VERSION}/${fixture.replace("/", "-")}/${split}-${start}+${count}-${size}px-${frames}f${style === undefined ? "" : `-${style}`}-${[...new Set(fields)].sort().join(".")}.pack`;
}

/** Positions 0 .. count - 1 of the items of a pack. */
export const allItems = ({ shape }: HostArray): Int32Array => Int32Array.from({ length: shape[0] as number }, (_, i) => i);

/** Items of an array [n, ...item], in the order asked: [indices, ...item]. */
export function takeItems({ data, shape, dtype }: HostArray, indices: Int32Array): HostArray {
  const size = shape.slice(1).reduce((product, extent) => product * extent, 1);
  const taken: TypedArray = new DTYPES[dtype].Array(indices.length * size);
  indices.forEach((index, row) => {
    for (let i = 0; i < size; i++) taken[row * size + i] = data[index * size + i] as number;
  });
  return hostArray(taken, [indices.length, ...shape.slice(1)], dtype);
}

/** Mean of a map [n, H, W] over each patch: float32 [n, N], patches in raster order. */
export function patchMeans(maps: HostArray, patch: number): HostArray {
  return overPatches(maps, patch, "float32", (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
}

/** Most frequent value of a class map [n, H, W] in each patch, the smallest of equals: int32 [n, N]. */
export function patchClasses(maps: HostArray, patch: number): HostArray {
  return overPatches(maps, patch, "int32", (values) => {
    const counts = new Uint32Array(Math.max(...values) + 1);
    for (const value of values) counts[value] = (counts[value] as number) + 1;
    return counts.indexOf(Math.max(...counts));
  });
}

function overPatches({ data, shape }: HostArray, patch: number, dtype: "float32" | "int32", summary: (values: readonly number[]) => number): HostArray {
  const [count, height, width] = shape as [number, number, number];
  if (height % patch !== 0 || width % patch !== 0) throw new RangeError(`patches of ${patch} do not tile maps of ${height} x ${width}`);
  const columns = width / patch;
  const patches = (height / patch) * columns;
  const summaries: TypedArray = new DTYPES[dtype].Array(count * patches);
  for (let i = 0; i < summaries.length; i++) {
    const at = i % patches;
    const corner = (Math.floor(i / patches) * height + Math.floor(at / columns) * patch) * width + (at % columns) * patch;
    summaries[i] = summary(Array.from({ length: patch * patch }, (_, j) => Number(data[corner + Math.floor(j / patch) * width + (j % patch)])));
  }
  return hostArray(summaries, [count, patches], dtype);
}
