/**
 * A folder of the user's scenes: pictures and maps under equal names.
 *
 *   rooms/rgb/1.jpg        the picture
 *   rooms/depth/1.png      grey PNG of 8 or 16 bits: depth in any unit
 *   rooms/classes/1.png    grey or indexed PNG of 8 bits: the number of the class of each pixel
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { decode, hasPngSignature } from "fast-png";
import { hostArray } from "../../engine/host-array.ts";
import { resizeAndCenterCrop } from "../image/resize.ts";
import type { SceneMaps, SceneSet } from "../image/scene-set.ts";
import { filesOf, groupedBy, isPicture, readItems, readSquare, whyNone, withoutEnding } from "./item-files.node.ts";
import type { BrokenFile, FolderOptions, SquarePicture } from "./item-files.node.ts";

export interface SceneFolder extends SceneSet {
  /** Scenes that could not be read or lack a file. */
  readonly broken: readonly BrokenFile[];
}

/** One value for each pixel. */
interface ValueMap {
  readonly values: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

interface Scene {
  readonly pixels: Uint8Array;
  readonly depth: Float32Array | null;
  readonly classes: Uint8Array | null;
}

/** Reads all scenes that have what is wanted; maps have the size of their picture. */
export async function loadSceneFolder(folder: string, { maps, ...options }: FolderOptions & { readonly maps: SceneMaps }): Promise<SceneFolder> {
  const { size } = options;
  const wanted = ["rgb", ...(maps.depth ? ["depth"] : []), ...(maps.classes === null ? [] : ["classes"])];
  const files = (await filesOf("scene folder", folder)).filter((path) => isPicture(path) && wanted.includes(path.slice(0, path.indexOf("/"))));
  const byName = groupedBy(files, withoutEnding);
  const names = [...new Set([...byName.keys()].map((name) => name.slice(name.indexOf("/") + 1)))].sort();
  const fileOf = (part: string, name: string): string => {
    const found = byName.get(`${part}/${name}`) ?? [];
    if (found.length === 1) return found[0] as string;
    throw new Error(found.length === 0 ? `it has no file in ${part}` : `two files claim to be its ${part}: ${found.join(", ")}`);
  };
  const within = async <T>(path: string, read: (path: string) => Promise<T>): Promise<T> =>
    read(join(folder, path)).catch((cause: unknown) => {
      throw new Error(`${path}: ${(cause as Error).message}`, { cause });
    });
  const read = async (name: string): Promise<Scene> => {
    const paths = Object.fromEntries(wanted.map((part) => [part, fileOf(part, name)])) as Record<string, string>;
    const picture = await within(paths["rgb"] as string, (path) => readSquare(path, size));
    return {
      pixels: picture.pixels,
      depth: maps.depth ? await within(paths["depth"] as string, async (path) => depthOf(await readMap(path, picture, [8, 16]), size)) : null,
      classes: maps.classes === null ? null : await within(paths["classes"] as string, async (path) => classesOf(await readMap(path, picture, [8]), size, maps.classes as number)),
    };
  };
  const { items, names: keys, broken } = await readItems("scene folder", folder, names, read, options);
  if (items.length === 0) throw new Error(`scene folder: ${folder} holds no scene with readable files in ${wanted.join(", ")}${whyNone(broken, files.length)}`);
  const area = size * size;
  const pixels = new Uint8Array(items.length * area * 3);
  const depth = new Float32Array(maps.depth ? items.length * area : 0);
  const classes = new Uint8Array(maps.classes === null ? 0 : items.length * area);
  items.forEach((scene, i) => {
    pixels.set(scene.pixels, i * area * 3);
    if (scene.depth !== null) depth.set(scene.depth, i * area);
    if (scene.classes !== null) classes.set(scene.classes, i * area);
  });
  const shape = [items.length, size, size];
  return { pixels: hostArray(pixels, [...shape, 3], "uint8"), depth: maps.depth ? hostArray(depth, shape) : null, classes: maps.classes === null ? null : hostArray(classes, shape, "uint8"), keys, broken };
}

/** The values of a PNG of one channel. Throws unless it has one of the depths and the size of its picture. */
async function readMap(path: string, picture: SquarePicture, depths: readonly number[]): Promise<ValueMap> {
  const bytes = await readFile(path);
  if (bytes.length === 0) throw new TypeError("the file is empty");
  if (!hasPngSignature(bytes)) throw new TypeError("a map must be PNG: other formats change its values");
  const { data, width, height, channels, depth } = decode(bytes, { checkCrc: true });
  if (channels !== 1 || !depths.includes(depth)) throw new TypeError(`expected one channel of ${depths.join(" or ")} bits, found ${channels} of ${depth}`);
  if (width !== picture.width || height !== picture.height) throw new RangeError(`${width} x ${height} pixels, but its picture has ${picture.width} x ${picture.height}`);
  return { values: data, width, height };
}

function depthOf({ values, width, height }: ValueMap, size: number): Float32Array {
  return resizeAndCenterCrop({ data: Float32Array.from(values), channels: 1, width, height }, size, size).data;
}

/** The centre by its nearest pixels: class numbers cannot be averaged. */
function classesOf({ values, width, height }: ValueMap, size: number, classes: number): Uint8Array {
  const side = Math.min(width, height);
  const at = (i: number, extent: number): number => Math.floor((extent - side) / 2 + ((i + 0.5) * side) / size);
  const result = Uint8Array.from({ length: size * size }, (_, i) => values[at(Math.floor(i / size), height) * width + at(i % size, width)] as number);
  const beyond = result.find((value) => value >= classes);
  if (beyond !== undefined) throw new RangeError(`holds class ${beyond}, expected numbers below ${classes}; raise the setting classes`);
  return result;
}
