/** The user's pictures for an assembled model: folders of classes, or records that name a picture and its text. */
import { dirname, isAbsolute, join } from "node:path";
import type { LabelledPixels } from "../../data/index.ts";
import { loadImageFolder, loadRecords, readSquare } from "../../data/node/index.ts";
import { sha256, stableJson } from "../../lab/json.ts";
import type { PictureProcessor } from "../../train/assemble/index.ts";
import { RequestError } from "../request-error.ts";
import type { ReadCorpusOptions } from "./read-corpus.ts";

export interface RawPictures {
  readonly pictures: LabelledPixels;
  /** Classes in order of their names; empty for captions. */
  readonly classes: readonly string[];
  /** Text of each picture; empty for classes. */
  readonly texts: readonly string[];
  /** Broken records or files, left out. */
  readonly broken: number;
  /** Hash of all that training reads. */
  readonly fingerprint: string;
}

type Read = Omit<RawPictures, "fingerprint">;

/** Reads pictures as squares of `size` pixels. Throws when none can be read. */
export async function readPictures({ task }: Pick<PictureProcessor, "task">, paths: readonly string[], size: number, options: ReadCorpusOptions = {}): Promise<RawPictures> {
  const read = task === "classes" ? await readClasses(paths, size, options) : await readCaptions(paths, size, options);
  const { pictures, classes, texts } = read;
  const hash = stableJson({ size, classes, texts, labels: [...pictures.labels] });
  return { ...read, fingerprint: await sha256(`${hash} ${await sha256(pictures.pixels as Uint8Array<ArrayBuffer>)}`) };
}

async function readClasses(paths: readonly string[], size: number, { strict, signal, progress }: ReadCorpusOptions): Promise<Read> {
  const [folder, ...others] = paths as readonly [string, ...string[]];
  if (others.length > 0) throw new RequestError(`--data: classes of pictures are subfolders of one folder, got ${paths.join(", ")}`);
  const set = await loadImageFolder(folder, { size, strict, signal, onBroken: ({ path, reason }) => progress?.message(`broken: ${join(folder, path)}: ${reason}`) });
  if (set.labelNames.length < 2) throw new RequestError(`${folder}: its pictures are of one class; give a folder with a subfolder for each class`);
  if (set.broken.length > 0) progress?.message(`${folder}: ${set.count} pictures read, ${set.broken.length} broken and left out`);
  return { pictures: set, classes: set.labelNames, texts: [], broken: set.broken.length };
}

async function readCaptions(paths: readonly string[], size: number, { strict, signal, progress }: ReadCorpusOptions): Promise<Read> {
  const squares: Uint8Array[] = [];
  const texts: string[] = [];
  let broken = 0;
  const follow = async (record: unknown, file: string): Promise<void> => {
    const { image } = record as { readonly image: string };
    const path = isAbsolute(image) ? image : join(file === "-" ? "." : dirname(file), image);
    try {
      squares.push((await readSquare(path, size)).pixels);
    } catch (error) {
      throw new Error(`image ${JSON.stringify(image)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
  for (const path of paths) {
    const { records, badCount } = await loadRecords("captions", path, { strict, signal, follow, onBad: ({ file, line, reason }) => progress?.message(`broken: ${file} line ${line}: ${reason}`) });
    if (badCount > 0) progress?.message(`${path}: ${records.length} records read, ${badCount} broken and left out`);
    texts.push(...records.map(({ text }) => text));
    broken += badCount;
  }
  const pixels = new Uint8Array(squares.length * size * size * 3);
  squares.forEach((square, i) => pixels.set(square, i * square.length));
  return { pictures: { pixels, count: squares.length, height: size, width: size, channels: 3, labels: new Int32Array(squares.length) }, classes: [], texts, broken };
}
