/** What the readers of folders share: which files there are, and reading items one by one so that a broken one is told and left out. */
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pixelsFrom, planesOf } from "../image/planes.ts";
import { resizeAndCenterCrop } from "../image/resize.ts";
import { decodePicture } from "./decode-picture.node.ts";

export interface FolderOptions {
  /** Pictures become squares of this many pixels: the centre, resized. */
  readonly size: number;
  /** Throw at the first broken item instead of reporting it. */
  readonly strict?: boolean;
  readonly onProgress?: (loaded: number, total: number, path: string) => void;
  readonly onBroken?: (file: BrokenFile) => void;
  readonly signal?: AbortSignal;
}

export interface BrokenFile {
  readonly path: string;
  readonly reason: string;
}

export interface ReadItems<T> {
  readonly items: readonly T[];
  /** Name of each item. */
  readonly names: readonly string[];
  readonly broken: readonly BrokenFile[];
}

const PICTURE_ENDINGS = new Set([".png", ".jpg", ".jpeg", ".webp"]);

/** Whether a file is a picture by its ending. */
export const isPicture = (path: string): boolean => PICTURE_ENDINGS.has(extname(path).toLowerCase());

/** A path without its ending. */
export const withoutEnding = (path: string): string => path.slice(0, path.length - extname(path).length);

/** Files of a folder and its subfolders, with "/", in an order that does not depend on the file system; hidden ones are passed over. `kind` begins errors. */
export async function filesOf(kind: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new Error(`${kind}: cannot read ${folder}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep))
    .filter((parts) => !parts.some((part) => part.startsWith("."))) // notes of a desktop or an editor, not data
    .map((parts) => parts.join("/"))
    .sort();
}

/** Paths under what `keyOf` says of each. */
export function groupedBy<K>(paths: readonly string[], keyOf: (path: string) => K): Map<K, string[]> {
  const groups = new Map<K, string[]>();
  for (const path of paths) groups.set(keyOf(path), [...(groups.get(keyOf(path)) ?? []), path]);
  return groups;
}

/** Reads the items called `names`, each by `read`, which throws with the reason when it cannot. */
export async function readItems<T>(kind: string, folder: string, names: readonly string[], read: (name: string) => Promise<T>, options: FolderOptions): Promise<ReadItems<T>> {
  const { size, strict = false, signal, onBroken, onProgress } = options;
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`${kind}: size: expected a positive integer, got ${size}`);
  const items: T[] = [];
  const kept: string[] = [];
  const broken: BrokenFile[] = [];
  for (const [i, name] of names.entries()) {
    signal?.throwIfAborted();
    try {
      items.push(await read(name));
      kept.push(name);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (strict) throw new Error(`${kind}: ${join(folder, name)}: ${reason}; repair or remove it, or pass strict: false to go on without it`, { cause: error });
      const file = { path: name, reason };
      broken.push(file);
      onBroken?.(file);
    }
    onProgress?.(i + 1, names.length, name);
    await setImmediate();
  }
  return { items, names: kept, broken };
}

/** For the error about a folder without one readable item. */
export function whyNone(broken: readonly BrokenFile[], files: number): string {
  const [first] = broken;
  return first ? `; ${broken.length} broken, the first ${first.path}: ${first.reason}` : ` among its ${files} files`;
}

export interface SquarePicture {
  /** [size, size, 3], 0..255: the centre. */
  readonly pixels: Uint8Array;
  /** As the file has it. */
  readonly width: number;
  readonly height: number;
}

/** The centre of a picture file, resized. Throws with the reason when it cannot be read. */
export async function readSquare(path: string, size: number): Promise<SquarePicture> {
  const { data, width, height } = decodePicture(await readFile(path));
  return { pixels: pixelsFrom(resizeAndCenterCrop(planesOf(data, height, width, 3), size, size)), width, height };
}
