/** The user's pictures for an assembled model: folders of classes, pictures alone, or records that name a picture and its text. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pixelsOf } from "../../data/index.ts";
import type { LabelledPixels } from "../../data/index.ts";
import { loadImageFolder, readSquare } from "../../data/node/index.ts";
import type { ImageFolder } from "../../data/node/index.ts";
import { sha256, stableJson } from "../../lab/json.ts";
import type { PictureProcessor } from "../../train/assemble/index.ts";
import { RequestError } from "../request-error.ts";
import type { RawExamples } from "./pretrain-examples.ts";
import { readBeside } from "./read-beside.ts";
import type { ReadCorpusOptions } from "./read-corpus.ts";

export interface RawPictures extends RawExamples {
  readonly pictures: LabelledPixels;
}

type Read = Omit<RawPictures, "fingerprint">;

/** Reads pictures as squares of `size` pixels. Throws when none can be read. */
export async function readPictures({ task }: Pick<PictureProcessor, "task">, paths: readonly string[], size: number, options: ReadCorpusOptions = {}): Promise<RawPictures> {
  const read = await { classes: readClasses, pictures: readAlone, captions: readCaptions }[task](paths, size, options);
  const { pictures, classes, texts } = read;
  const hash = stableJson({ size, classes, texts, labels: [...pictures.labels] });
  return { ...read, fingerprint: await sha256(`${hash} ${await sha256(pictures.pixels as Uint8Array<ArrayBuffer>)}`) };
}

async function readClasses(paths: readonly string[], size: number, options: ReadCorpusOptions): Promise<Read> {
  const [folder, ...others] = paths as readonly [string, ...string[]];
  if (others.length > 0) throw new RequestError(`--data: classes of pictures are subfolders of one folder, got ${paths.join(", ")}`);
  const set = await readFolder(folder, size, options);
  if (set.labelNames.length < 2) throw new RequestError(`${folder}: its pictures are of one class; give a folder with a subfolder for each class`);
  return { pictures: set, count: set.count, classes: set.labelNames, texts: [], broken: set.broken.length };
}

async function readCaptions(paths: readonly string[], size: number, options: ReadCorpusOptions): Promise<Read> {
  const squares: Uint8Array[] = [];
  const { records, broken } = await readBeside("captions", "image", paths, async (path) => void squares.push((await readSquare(path, size)).pixels), options);
  return { ...setOf(squares, size), texts: records.map(({ text }) => text), broken };
}

/** Folders of pictures, and files that name some. */
async function readAlone(paths: readonly string[], size: number, options: ReadCorpusOptions): Promise<Read> {
  const squares: Uint8Array[] = [];
  let broken = 0;
  for (const path of paths) {
    if (await stat(path).then((found) => found.isDirectory(), () => false)) {
      const set = await readFolder(path, size, options);
      broken += set.broken.length;
      for (let i = 0; i < set.count; i++) squares.push(pixelsOf(set, i));
    } else broken += (await readBeside("pictures", "image", [path], async (picture) => void squares.push((await readSquare(picture, size)).pixels), options)).broken;
  }
  return { ...setOf(squares, size), texts: [], broken };
}

async function readFolder(folder: string, size: number, { strict, signal, progress }: ReadCorpusOptions): Promise<ImageFolder> {
  const set = await loadImageFolder(folder, { size, strict, signal, onBroken: ({ path, reason }) => progress?.message(`broken: ${join(folder, path)}: ${reason}`) });
  if (set.broken.length > 0) progress?.message(`${folder}: ${set.count} pictures read, ${set.broken.length} broken and left out`);
  return set;
}

function setOf(squares: readonly Uint8Array[], size: number): Pick<Read, "pictures" | "count" | "classes"> {
  const pixels = new Uint8Array(squares.length * size * size * 3);
  squares.forEach((square, i) => pixels.set(square, i * square.length));
  return { pictures: { pixels, count: squares.length, height: size, width: size, channels: 3, labels: new Int32Array(squares.length) }, count: squares.length, classes: [] };
}
