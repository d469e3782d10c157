import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import jpeg from "jpeg-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pixelsOf } from "../../../src/data/image/image-set.ts";
import { decodePicture } from "../../../src/data/node/decode-picture.node.ts";
import { loadImageFolder } from "../../../src/data/node/image-folder.node.ts";

const png = (width: number, height: number, data: number[], channels = 3, depth: 1 | 2 | 4 | 8 | 16 = 8) =>
  encode({ width, height, data: depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data), channels, depth });

/** Two pixels, red and fully transparent blue, lossless. */
const WEBP = Buffer.from("UklGRh4AAABXRUJQVlA4TBEAAAAvAQAAEA8Q87//8x8qMqL/AQA=", "base64");

/** A JPEG of `width` x `height` pixels, each of one grey, with an EXIF orientation. */
function greyJpeg(width: number, height: number, greys: number[], orientation?: number): Uint8Array {
  const rgba = greys.flatMap((grey) => [grey, grey, grey, 255]);
  const plain = jpeg.encode({ width, height, data: Uint8Array.from(rgba) }, 100).data;
  if (orientation === undefined) return plain;
  const tiff = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]; // one entry: tag 0x0112
  const payload = [...Buffer.from("Exif\0\0"), ...tiff];
  return Uint8Array.from([...plain.subarray(0, 2), 0xff, 0xe1, 0, payload.length + 2, ...payload, ...plain.subarray(2)]);
}

/** Greys of a picture's pixels, to the nearest hundred. */
const greys = ({ data }: { data: Uint8Array }) => Array.from({ length: data.length / 3 }, (_, i) => Math.round((data[i * 3] as number) / 100) * 100);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reprise-images-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), content);
}

test("PNG kinds decode to RGB on white", () => {
  expect([...decodePicture(png(1, 1, [10, 20, 30])).data]).toEqual([10, 20, 30]);
  expect([...decodePicture(png(1, 1, [10, 20, 30, 51], 4)).data]).toEqual([206, 208, 210]); // a fifth colour, four fifths paper
  expect([...decodePicture(png(1, 1, [100], 1)).data]).toEqual([100, 100, 100]);
  expect([...decodePicture(png(1, 1, [100, 0], 2)).data]).toEqual([255, 255, 255]);
  expect([...decodePicture(png(1, 1, [257 * 7], 1, 16)).data]).toEqual([7, 7, 7]);
  expect(greys(decodePicture(png(4, 1, [0b0101_0000], 1, 1)))).toEqual([0, 300, 0, 300]); // packed bits
});

test("WebP decodes to RGB on white", () => {
  expect([...decodePicture(WEBP).data]).toEqual([255, 0, 0, 255, 255, 255]);
});

test.each([
  [1, 2, [0, 200]],
  [2, 2, [200, 0]],
  [3, 2, [200, 0]],
  [4, 2, [0, 200]],
  [5, 1, [0, 200]],
  [6, 1, [0, 200]],
  [7, 1, [200, 0]],
  [8, 1, [200, 0]],
])("a JPEG of orientation %i is turned upright", (orientation, width, expected) => {
  const picture = decodePicture(greyJpeg(2, 1, [0, 200], orientation)); // dark left, light right
  expect(picture.width).toBe(width);
  expect(greys(picture)).toEqual(expected);
});

test("subfolders are classes, and pictures are cropped to their centre and resized", async () => {
  await write("dog/wide.png", png(3, 1, [0, 0, 0, 90, 90, 90, 255, 255, 255]));
  await write("cat/b.JPG", greyJpeg(8, 8, new Array(64).fill(200)));
  await write("cat/deep/a.webp", WEBP);
  await write("cat/readme.txt", "not a picture");
  const set = await loadImageFolder(folder, { size: 1 });
  expect(set.paths).toEqual(["cat/b.JPG", "cat/deep/a.webp", "dog/wide.png"]);
  expect(set.labelNames).toEqual(["cat", "dog"]);
  expect([...set.labels]).toEqual([0, 0, 1]);
  expect([...pixelsOf(set, 2)]).toEqual([90, 90, 90]);
  expect(set.pixels.length).toBe(3 * 3);
  expect(set.broken).toEqual([]);
  expect(set.otherFiles).toBe(1);
});

test("broken files are reported with path and reason, and the rest is read", async () => {
  const whole = png(4, 4, new Array(48).fill(7));
  const damaged = whole.slice();
  damaged[damaged.length - 20]! ^= 0xff;
  await write("a/good.png", whole);
  await write("a/damaged.png", damaged);
  await write("b/cut.jpg", greyJpeg(64, 64, Array.from({ length: 4096 }, (_, i) => (i * 37) % 256)).subarray(0, 900));
  await write("b/empty.webp", "");
  await write("b/text.png", "hello");
  const reported: string[] = [];
  const set = await loadImageFolder(folder, { size: 2, onBroken: ({ path }) => reported.push(path) });
  expect(set.paths).toEqual(["a/good.png"]);
  expect(set.broken.map(({ path }) => path)).toEqual(["a/damaged.png", "b/cut.jpg", "b/empty.webp", "b/text.png"]);
  expect(reported).toEqual(set.broken.map(({ path }) => path));
  expect(set.broken[0]?.reason).toMatch(/crc/i);
  expect(set.broken[2]?.reason).toBe("the file is empty");
  expect(set.broken[3]?.reason).toBe("neither PNG, JPEG nor WebP by its first bytes");
});

test("strict throws at the first broken file and says what to do", async () => {
  await write("bad.png", "hello");
  await expect(loadImageFolder(folder, { size: 2, strict: true })).rejects.toThrow(/bad\.png: neither PNG.*; repair or remove it/);
});

test("a folder without a readable picture, or none at all, is an error", async () => {
  await write("bad.png", "hello");
  await expect(loadImageFolder(folder, { size: 2 })).rejects.toThrow(/no readable PNG, JPEG or WebP file; 1 broken, the first bad\.png/);
  await expect(loadImageFolder(join(folder, "nowhere"), { size: 2 })).rejects.toThrow(/cannot read .*nowhere/);
});
