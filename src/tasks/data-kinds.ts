/** Kinds of user data: how a folder of them is read, and how some of them become a model's input. One entry for each kind. */
import { readFile } from "node:fs/promises";
import { collateImages, pixelsFrom, planesOf, resizeAndCenterCrop } from "../data/index.ts";
import type { ClipSet, ImageSet, PairSet, SceneMaps, SceneSet } from "../data/index.ts";
import { decodePicture } from "../data/node/decode-picture.node.ts";
import { loadClipFolder, loadImageFolder, loadPairFolder, loadSceneFolder } from "../data/node/index.ts";
import type { BrokenFile, FolderOptions } from "../data/node/index.ts";
import { hostArray } from "../engine/index.ts";
import type { HostArray } from "../engine/index.ts";
import { sha256, stableJson } from "../lab/json.ts";
import { takeItems } from "../lab/index.ts";
import type { DataKind, Progress, RecipeData } from "../lab/index.ts";
import { RequestError } from "./request-error.ts";

export interface ReadOptions {
  /** Throw at the first broken file instead of reporting it and going on. */
  readonly strict?: boolean;
  /** Which maps of scenes are read; default none. */
  readonly maps?: SceneMaps;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** Items with a name each, and the files that could not be read. */
interface Items<K extends DataKind> {
  readonly data: RecipeData[K];
  readonly count: number;
  /** Path inside the folder, or the key in a set. */
  readonly names: readonly string[];
  readonly broken: readonly BrokenFile[];
}

/** Items together with what can be done with them, whatever their kind. */
export interface ReadData<K extends DataKind = DataKind> extends Items<K> {
  /** Some of them as a model's input, float32 [B, ...shape]. */
  inputs(indices: Int32Array): HostArray;
  /** Hash of everything that training reads. */
  fingerprint(): Promise<string>;
}

interface DataKindHandler<K extends DataKind> {
  /** From a folder. Broken files are reported to `progress` one by one. */
  read(folder: string, shape: readonly number[], options: ReadOptions): Promise<Items<K>>;
  /** From memory. Throws a `RequestError` unless the items have the given shape. */
  accept(data: RecipeData[K], shape: readonly number[], options: ReadOptions): Items<K>;
  inputs(data: RecipeData[K], indices: Int32Array): HostArray;
  fingerprint(data: RecipeData[K]): Promise<string>;
}

/** How a reader tells of its progress and of what is broken. */
const reporting = (folder: string, { strict = false, signal, progress }: ReadOptions): Omit<FolderOptions, "size"> => ({
  strict,
  signal,
  onProgress: (done, total) => progress?.update({ label: `reading ${folder}`, fraction: done / total, secondsLeft: undefined, values: {} }),
  onBroken: ({ path, reason }) => progress?.message(`broken: ${path}: ${reason}`),
});

function summarise(folder: string, items: string, count: number, broken: readonly BrokenFile[], { progress }: ReadOptions): void {
  if (broken.length > 0) progress?.message(`${folder}: ${count} ${items} read, ${broken.length} broken and left out`);
}

/** Bytes [n, T, S, S, 3] of some items as float32 [B, T, 3, S, S]. */
function framesOf({ frames }: Pick<ClipSet | PairSet, "frames">, indices: Int32Array): HostArray {
  const { data, shape } = takeItems(frames, indices);
  const [count, length, side] = shape as [number, number, number];
  const planes = new Float32Array(data.length);
  const size = side * side * 3;
  for (let i = 0; i < count * length; i++) planes.set(planesOf(data.subarray(i * size, (i + 1) * size) as Uint8Array, side, side, 3).data, i * size);
  return hostArray(planes, [count, length, 3, side, side]);
}

const framesFingerprint = async ({ frames }: ClipSet | PairSet): Promise<string> => sha256(`${stableJson({ shape: frames.shape })} ${await sha256(frames.data as Uint8Array<ArrayBuffer>)}`);

function requireFrames(kind: DataKind, { shape }: HostArray, item: readonly number[]): void {
  if (shape.slice(1).join() !== item.join()) throw new RequestError(`${kind}: expected bytes [n, ${item.join(", ")}], got [${shape.join(", ")}]`);
}

const HANDLERS: { readonly [K in DataKind]: DataKindHandler<K> } = {
  images: {
    async read(folder, shape, options) {
      const size = shape[1] as number;
      const set = await loadImageFolder(folder, { size, ...reporting(folder, options) });
      summarise(folder, "pictures", set.count, set.broken, options);
      return { data: set, count: set.count, names: set.paths, broken: set.broken };
    },
    accept(set, shape) {
      const [channels, height, width] = shape as [number, number, number];
      if (set.channels !== channels || set.height !== height || set.width !== width) {
        throw new RequestError(`images: expected pictures of ${height} x ${width} pixels with ${channels} channels, got ${set.height} x ${set.width} with ${set.channels}; load them with {size: ${height}}`);
      }
      return { data: set, count: set.count, names: set.keys, broken: [] };
    },
    inputs: (set, indices) => collateImages(set, { indices, epoch: 0 }, 0).images,
    fingerprint: async ({ pixels, count, height, width, channels }) => sha256(`${stableJson({ count, height, width, channels })} ${await sha256(pixels)}`),
  },
  clips: {
    async read(folder, shape, options) {
      const [frames, , size] = shape as [number, number, number];
      const set = await loadClipFolder(folder, { frames, size, ...reporting(folder, options) });
      summarise(folder, "clips", set.keys.length, set.broken, options);
      return { data: set, count: set.keys.length, names: set.keys, broken: set.broken };
    },
    accept(set, shape) {
      const [frames, channels, side] = shape as [number, number, number];
      requireFrames("clips", set.frames, [frames, side, side, channels]);
      return { data: set, count: set.keys.length, names: set.keys, broken: [] };
    },
    inputs: framesOf,
    fingerprint: framesFingerprint,
  },
  pairs: {
    async read(folder, shape, options) {
      const set = await loadPairFolder(folder, { size: shape[1] as number, ...reporting(folder, options) });
      summarise(folder, "pairs", set.keys.length, set.broken, options);
      return { data: set, count: set.keys.length, names: set.keys, broken: set.broken };
    },
    accept(set, shape) {
      const [channels, side] = shape as [number, number];
      requireFrames("pairs", set.frames, [2, side, side, channels]);
      return { data: set, count: set.keys.length, names: set.keys, broken: [] };
    },
    inputs: framesOf,
    fingerprint: framesFingerprint,
  },
  scenes: {
    async read(folder, shape, { maps = { depth: false, classes: null }, ...options }) {
      const set = await loadSceneFolder(folder, { size: shape[1] as number, maps, ...reporting(folder, options) });
      summarise(folder, "scenes", set.keys.length, set.broken, options);
      return { data: set, count: set.keys.length, names: set.keys, broken: set.broken };
    },
    accept(set, shape, { maps = { depth: false, classes: null } }) {
      const [channels, side] = shape as [number, number];
      requireFrames("scenes", set.pixels, [side, side, channels]);
      for (const [name, wanted] of [["depth", maps.depth], ["classes", maps.classes !== null]] as const) {
        if (!wanted) continue;
        if (set[name] === null) throw new RequestError(`scenes: ${name} maps are wanted and missing; set maps to what there is`);
        requireFrames("scenes", set[name], [side, side]);
      }
      return { data: { ...set, depth: maps.depth ? set.depth : null, classes: maps.classes === null ? null : set.classes }, count: set.keys.length, names: set.keys, broken: [] };
    },
    inputs: ({ pixels }, indices) => {
      const [count, side] = pixels.shape as [number, number];
      const planes = framesOf({ frames: { ...pixels, shape: [count, 1, side, side, 3] } }, indices);
      return { ...planes, shape: [indices.length, 3, side, side] };
    },
    fingerprint: scenesFingerprint,
  },
};

/** Hash of the arrays of scenes. */
async function scenesFingerprint({ pixels, depth, classes }: SceneSet): Promise<string> {
  const hashes = await Promise.all([pixels, depth, classes].map(async (array) => (array === null ? null : [array.shape, await sha256(new Uint8Array(array.data.buffer as ArrayBuffer, array.data.byteOffset, array.data.byteLength))])));
  return sha256(stableJson(hashes));
}

/** A folder's items, or those in memory, in the shape that a model reads. */
export async function readData<K extends DataKind>(kind: K, source: string | RecipeData[K], shape: readonly number[], options: ReadOptions = {}): Promise<ReadData<K>> {
  const handler: DataKindHandler<K> = HANDLERS[kind];
  const items = typeof source === "string" ? await handler.read(source, shape, options) : handler.accept(source, shape, options);
  return { ...items, inputs: (indices) => handler.inputs(items.data, indices), fingerprint: () => handler.fingerprint(items.data) };
}

/** The one picture that a verb asks about, in the size that a model reads, and how a set of one becomes an input. */
export async function onePicture(verb: string, { inputShape }: { readonly inputShape: readonly number[] }, image: string | ImageSet): Promise<{ readonly set: ImageSet; inputs(set: ImageSet): HostArray }> {
  const { data: set, count } = await readData("images", typeof image === "string" ? await readPicture(image, inputShape.at(-1) as number) : image, inputShape);
  if (count !== 1) throw new RequestError(`${verb}: expected one picture, got a set of ${count}`);
  return { set, inputs: (one) => HANDLERS.images.inputs(one, Int32Array.of(0)) };
}

/** One picture file as a set of one: its centre, `size` pixels square. Throws with the path when it cannot be read. */
async function readPicture(path: string, size: number): Promise<ImageSet> {
  try {
    const { data, width, height } = decodePicture(await readFile(path));
    const pixels = pixelsFrom(resizeAndCenterCrop(planesOf(data, height, width, 3), size, size));
    return { pixels, count: 1, height: size, width: size, channels: 3, labels: Int32Array.of(0), labelNames: ["."], keys: [path], folds: Uint8Array.of(0) };
  } catch (cause) {
    throw new RequestError(`${path}: ${(cause as Error).message}`, { cause });
  }
}
