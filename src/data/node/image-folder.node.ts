/**
 * A folder of the user's pictures as an ImageSet.
 *
 *   photos/cat/1.jpg, photos/cat/2.png, photos/dog/a.webp   two classes, "cat" and "dog"
 *   photos/1.jpg, photos/2.jpg                              no classes: all have the label "."
 */
import { join } from "node:path";
import { foldOf } from "../folds.ts";
import type { ImageSet } from "../image/image-set.ts";
import { filesOf, isPicture, readItems, readSquare, whyNone } from "./item-files.node.ts";
import type { BrokenFile, FolderOptions } from "./item-files.node.ts";

export interface ImageFolder extends ImageSet {
  /** Path of each picture inside the folder, with "/". */
  readonly paths: readonly string[];
  /** Files that look like pictures by name but could not be read. */
  readonly broken: readonly BrokenFile[];
  /** Number of files with other endings, which were not opened. */
  readonly otherFiles: number;
}

/** Reads PNG, JPEG and WebP files; the first folder of a file's path is its class, its path the split key. */
export async function loadImageFolder(folder: string, options: FolderOptions): Promise<ImageFolder> {
  const { size } = options;
  const files = await filesOf("image folder", folder);
  const candidates = files.filter(isPicture);
  const { items: pictures, names: paths, broken } = await readItems("image folder", folder, candidates, async (path) => (await readSquare(join(folder, path), size)).pixels, options);
  if (paths.length === 0) throw new Error(`image folder: ${folder} holds no readable PNG, JPEG or WebP file${whyNone(broken, files.length)}`);
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
