/**
 * A folder of the user's pictures as an ImageSet.
 *
 *   photos/cat/1.jpg, photos/cat/2.png, photos/dog/a.webp   two classes, "cat" and "dog"
 *   photos/1.jpg, photos/2.jpg                              no classes: all have the label "."
 */
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import { foldOf } from "../folds.ts";
import type { ImageSet } from "../image/image-set.ts";
import { pixelsFrom, planesOf } from "../image/planes.ts";
import { resizeAndCenterCrop } from "../image/resize.ts";
import { decodePicture } from "./decode-picture.node.ts";

export interface ImageFolderOptions {
  /** Pictures become squares of this many pixels: the centre, resized. */
  readonly size: number;
  /** Throw at the first broken file instead of reporting it. */
  readonly strict?: boolean;
  readonly onProgress?: (loaded: number, total: number, path: string) => void;
  readonly onBroken?: (file: BrokenFile) => void;
  readonly signal?: AbortSignal;
}

export interface BrokenFile {
  readonly path: string;
  readonly reason: string;
}

export interface ImageFolder extends ImageSet {
  /** Path of each picture inside the folder, with "/". */
  readonly paths: readonly string[];
  /** Files that look like pictures by name but could not be read. */
  readonly broken: readonly BrokenFile[];
  /** Number of files with other endings, which were not opened. */
  readonly otherFiles: number;
}

const ENDINGS = new Set([".png", ".jpg", ".jpeg", ".webp"]);

/** Files of a folder and its subfolders in an order that does not depend on the file system. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new Error(`image folder: cannot read ${folder}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** Reads PNG, JPEG and WebP files; the first folder of a file's path is its class, its path the split key. */
export async function loadImageFolder(folder: string, options: ImageFolderOptions): Promise<ImageFolder> {
  const { size, strict = false } = options;
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`image folder: size: expected a positive integer, got ${size}`);
  const files = await filesOf(folder);
  const candidates = files.filter((path) => ENDINGS.has(extname(path).toLowerCase()));
  const pictures: Uint8Array[] = [];
  const paths: string[] = [];
  const broken: BrokenFile[] = [];
  for (const [i, path] of candidates.entries()) {
    options.signal?.throwIfAborted();
    try {
      const { data, width, height } = decodePicture(await readFile(join(folder, path)));
      pictures.push(pixelsFrom(resizeAndCenterCrop(planesOf(data, height, width, 3), size, size)));
      paths.push(path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (strict) throw new Error(`image folder: ${join(folder, path)}: ${reason}; repair or remove it, or pass strict: false to go on without it`, { cause: error });
      const file = { path, reason };
      broken.push(file);
      options.onBroken?.(file);
    }
    options.onProgress?.(i + 1, candidates.length, path);
    await setImmediate();
  }
  if (paths.length === 0) throw new Error(`image folder: ${folder} holds no readable PNG, JPEG or WebP file${summary(broken, files.length)}`);
  const classes = paths.map((path) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "."));
  const labelNames = [...new Set(classes)].sort();
  const pixels = new Uint8Array(pictures.length * size * size * 3);
  for (const [i, picture] of pictures.entries()) pixels.set(picture, i * size * size * 3);
  return {
    pixels,
    count: paths.length,
    height: size,
    width: size,
    channels: 3,
    labels: Int32Array.from(classes, (name) => labelNames.indexOf(name)),
    labelNames,
    keys: paths,
    folds: Uint8Array.from(paths, foldOf),
    paths,
    broken,
    otherFiles: files.length - candidates.length,
  };
}

function summary(broken: readonly BrokenFile[], files: number): string {
  const [first] = broken;
  return first ? `; ${broken.length} broken, the first ${first.path}: ${first.reason}` : ` among its ${files} files`;
}
