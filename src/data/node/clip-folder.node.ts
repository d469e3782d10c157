/**
 * A folder of the user's clips, each a folder of numbered frames.
 *
 *   clips/run/1.png, clips/run/2.png, ..., clips/run/10.png    the clip "run"
 *   clips/park/jump/frame_001.jpg, ...                         the clip "park/jump"
 */
import { dirname, join } from "node:path";
import { hostArray } from "../../engine/host-array.ts";
import type { ClipSet } from "../image/clip-set.ts";
import { filesOf, groupedBy, isPicture, readItems, readSquare, whyNone } from "./item-files.node.ts";
import type { BrokenFile, FolderOptions, SquarePicture } from "./item-files.node.ts";

export interface ClipFolder extends ClipSet {
  /** Clips that could not be read, under the names of their folders. */
  readonly broken: readonly BrokenFile[];
}

/** Numbers in names count as numbers, so that frame 10 comes after frame 9. */
const BY_NUMBER = new Intl.Collator("en", { numeric: true });

/** Reads every folder that holds pictures as one clip: `frames` of its pictures, evenly spaced from the first to the last. */
export async function loadClipFolder(folder: string, { frames, ...options }: FolderOptions & { readonly frames: number }): Promise<ClipFolder> {
  const { size } = options;
  const files = await filesOf("clip folder", folder);
  const byClip = groupedBy(files.filter(isPicture), dirname);
  const read = async (clip: string): Promise<Uint8Array> => {
    const paths = (byClip.get(clip) as string[]).sort(BY_NUMBER.compare);
    if (paths.length < frames) throw new Error(`expected at least ${frames} frames, found ${paths.length}`);
    const chosen = Array.from({ length: frames }, (_, i) => paths[Math.round((i * (paths.length - 1)) / Math.max(1, frames - 1))] as string);
    const pixels = new Uint8Array(frames * size * size * 3);
    let first: SquarePicture | undefined;
    for (const [i, path] of chosen.entries()) {
      const frame = await readSquare(join(folder, path), size).catch((cause: unknown) => {
        throw new Error(`${path}: ${(cause as Error).message}`, { cause });
      });
      first ??= frame;
      if (frame.width !== first.width || frame.height !== first.height) throw new Error(`${path}: ${frame.width} x ${frame.height} pixels, but the first frame has ${first.width} x ${first.height}`);
      pixels.set(frame.pixels, i * size * size * 3);
    }
    return pixels;
  };
  const { items, names, broken } = await readItems("clip folder", folder, [...byClip.keys()].sort(), read, options);
  if (items.length === 0) throw new Error(`clip folder: ${folder} holds no folder of at least ${frames} readable PNG, JPEG or WebP frames${whyNone(broken, files.length)}`);
  const all = new Uint8Array(items.length * frames * size * size * 3);
  items.forEach((pixels, i) => all.set(pixels, i * pixels.length));
  return { frames: hostArray(all, [items.length, frames, size, size, 3], "uint8"), keys: names, broken };
}
