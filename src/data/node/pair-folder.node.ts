/**
 * A folder of the user's pairs, each two pictures of one scene, in either of two forms.
 *
 *   views/kitchen.a.jpg, views/kitchen.b.jpg    the pair "kitchen"
 *   views/a/hall.png, views/b/hall.png          the pair "hall"
 */
import { join } from "node:path";
import { hostArray } from "../../engine/host-array.ts";
import type { PairSet } from "../image/pair-set.ts";
import { filesOf, groupedBy, isPicture, readItems, readSquare, whyNone, withoutEnding } from "./item-files.node.ts";
import type { BrokenFile, FolderOptions } from "./item-files.node.ts";

export interface PairFolder extends PairSet {
  /** Pairs that could not be read or lack a picture, and pictures that belong to no pair. */
  readonly broken: readonly BrokenFile[];
}

const SIDES = ["a", "b"] as const;
type Side = (typeof SIDES)[number];

interface Member {
  readonly pair: string;
  readonly side: Side;
}

/** Which pair a picture belongs to by its name, if any. */
function memberOf(path: string): Member | undefined {
  const name = withoutEnding(path);
  const byEnding = /^(?<pair>.*[^/])\.(?<side>[ab])$/.exec(name) ?? /^(?<side>[ab])\/(?<pair>.+)$/.exec(name);
  return byEnding?.groups as Member | undefined;
}

/** Reads all pairs; the two pictures of one may differ in size. */
export async function loadPairFolder(folder: string, options: FolderOptions): Promise<PairFolder> {
  const { size } = options;
  const files = await filesOf("pair folder", folder);
  const pictures = groupedBy(files.filter(isPicture), (path) => memberOf(path)?.pair ?? path);
  const fileOf = (pair: string, side: Side): string => {
    const found = (pictures.get(pair) as string[]).filter((path) => memberOf(path)?.side === side);
    if (found.length === 1) return found[0] as string;
    throw new Error(found.length === 0 ? `its picture ${side} is missing` : `two pictures claim to be ${side}: ${found.join(", ")}`);
  };
  const read = async (pair: string): Promise<Uint8Array> => {
    if (memberOf((pictures.get(pair) as string[])[0] as string) === undefined) throw new Error("belongs to no pair; expected NAME.a and NAME.b, or equal names in folders a and b");
    const pixels = new Uint8Array(2 * size * size * 3);
    for (const [i, path] of SIDES.map((side) => fileOf(pair, side)).entries()) {
      const picture = await readSquare(join(folder, path), size).catch((cause: unknown) => {
        throw new Error(`${path}: ${(cause as Error).message}`, { cause });
      });
      pixels.set(picture.pixels, i * size * size * 3);
    }
    return pixels;
  };
  const { items, names, broken } = await readItems("pair folder", folder, [...pictures.keys()].sort(), read, options);
  if (items.length === 0) throw new Error(`pair folder: ${folder} holds no readable pair of PNG, JPEG or WebP files${whyNone(broken, files.length)}`);
  const all = new Uint8Array(items.length * 2 * size * size * 3);
  items.forEach((pixels, i) => all.set(pixels, i * pixels.length));
  return { frames: hostArray(all, [items.length, 2, size, size, 3], "uint8"), keys: names, broken };
}
