/** Small pictures for these tests, written as files: discs of random place and colour on random backgrounds. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encode } from "fast-png";
import { RandomStream } from "../../src/engine/index.ts";

export const SIDE = 24;

/** RGB bytes of picture `i`. */
export function discPicture(i: number, side = SIDE): Uint8Array {
  const draw = RandomStream.of(i, "disc");
  const [paper, ink] = [0, 1].map(() => [draw.integer(256), draw.integer(256), draw.integer(256)]) as [number[], number[]];
  const [x, y, radius] = [draw.uniform(0.3, 0.7) * side, draw.uniform(0.3, 0.7) * side, draw.uniform(0.15, 0.4) * side];
  return Uint8Array.from({ length: side * side * 3 }, (_, at) => {
    const place = Math.floor(at / 3);
    const inside = (place % side - x) ** 2 + (Math.floor(place / side) - y) ** 2 < radius ** 2;
    return (inside ? ink : paper)[at % 3] as number;
  });
}

/** Writes picture `i` as a PNG file. */
export async function writePicture(path: string, i: number, side = SIDE): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, encode({ width: side, height: side, channels: 3, data: discPicture(i, side) }));
}

/** Writes `count` pictures into two folders, `a/0.png`, `b/1.png`, `a/2.png` and so on. */
export async function writePictures(folder: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await writePicture(join(folder, i % 2 === 0 ? "a" : "b", `${i}.png`), i);
  }
}

/** A map of `side` x `side` values as a PNG file. */
export async function writeMap(path: string, values: Uint8Array | Uint16Array, side = SIDE): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, encode({ width: side, height: side, channels: 1, depth: values instanceof Uint16Array ? 16 : 8, data: values }));
}

/** Writes scenes `0`, `1` ...: discs, depth that falls from the top to the bottom, class 1 on the right and 0 on the left. */
export async function writeScenes(folder: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await writePicture(join(folder, "rgb", `${i}.png`), i);
    await writeMap(join(folder, "depth", `${i}.png`), Uint16Array.from({ length: SIDE * SIDE }, (_, at) => 60_000 - 1000 * Math.floor(at / SIDE)));
    await writeMap(join(folder, "classes", `${i}.png`), Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % SIDE < SIDE / 2 ? 0 : 1)));
  }
}
