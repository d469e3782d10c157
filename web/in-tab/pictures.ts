/** Small pictures to train on in a tab: drawn ones, or the reader's. */
import { hostArray } from "../../src/engine/host-array.ts";
import type { HostArray } from "../../src/engine/host-array.ts";
import type { RandomStream } from "../../src/engine/random/stream.ts";

/** Side in pixels. */
export const IMAGE = 32;
const AREA = IMAGE * IMAGE;
const SIZE = 3 * AREA;

/** `count` pictures, [count, 3, IMAGE, IMAGE]: drawn at random from `pictures` of that layout, or one disc each. */
export function pictureBatch(random: RandomStream, count: number, pictures?: Float32Array): HostArray {
  const data = new Float32Array(count * SIZE);
  for (let row = 0; row < count; row++) {
    const into = data.subarray(row * SIZE, (row + 1) * SIZE);
    if (pictures === undefined) drawDisc(random, into);
    else {
      const picked = Math.floor(random.uniform(0, pictures.length / SIZE));
      into.set(pictures.subarray(picked * SIZE, (picked + 1) * SIZE));
    }
  }
  return hostArray(data, [count, 3, IMAGE, IMAGE]);
}

/** A disc of one colour on grey. */
function drawDisc(random: RandomStream, into: Float32Array): void {
  const [x, y, radius] = [random.uniform(8, 24), random.uniform(8, 24), random.uniform(5, 12)];
  const colour = [random.uniform(), random.uniform(), random.uniform()];
  for (let p = 0; p < AREA; p++) {
    const inside = ((p % IMAGE) - x) ** 2 + (Math.floor(p / IMAGE) - y) ** 2 < radius ** 2;
    colour.forEach((level, channel) => (into[channel * AREA + p] = inside ? level : 0.5));
  }
}

/** Reads picture files of the reader, each cut to its middle square. They stay in the tab. Rejects when one is no picture. */
export async function readPictures(files: readonly File[]): Promise<Float32Array> {
  const pictures = new Float32Array(files.length * SIZE);
  const context = new OffscreenCanvas(IMAGE, IMAGE).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("this browser draws no pictures in the background");
  for (const [index, file] of files.entries()) {
    const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
      throw new Error(`${file.name} is no picture that this browser can read`, { cause });
    });
    const side = Math.min(bitmap.width, bitmap.height);
    context.fillStyle = "white";
    context.fillRect(0, 0, IMAGE, IMAGE);
    context.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, IMAGE, IMAGE);
    bitmap.close();
    const { data } = context.getImageData(0, 0, IMAGE, IMAGE);
    for (let p = 0; p < AREA; p++) for (let channel = 0; channel < 3; channel++) pictures[index * SIZE + channel * AREA + p] = (data[4 * p + channel] ?? 0) / 255;
  }
  return pictures;
}
