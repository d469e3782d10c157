/**
 * `pretrain` of a configuration of pictures: its model is trained on the user's pictures, alone or each with a text, and left
 * in a directory as `assemble.json`, `model.safetensors`, `tokenizer.json` where there are words and `labels.json` where
 * there are classes.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SubwordTokenizer, trainBytePairs } from "../../data/index.ts";
import { RandomStream } from "../../engine/index.ts";
import { SILENT } from "../../lab/index.ts";
import { decodeSafetensors } from "../../train/index.ts";
import { assemble, parseConfig, pictureBatches, pictureProcessorOf, pictureStream, wordStream } from "../../train/assemble/index.ts";
import type { Assembled, AssembleConfig, PictureCorpus, StreamConfig } from "../../train/assemble/index.ts";
import { RequestError } from "../request-error.ts";
import { FILES, jsonIfThere } from "./assembled-folder.ts";
import type { LabelSets } from "./assembled-folder.ts";
import { beginAssembled } from "./begin-assembled.ts";
import type { PretrainConfigOptions } from "./pretrain-config.ts";
import { readPictures } from "./read-pictures.ts";
import type { RawPictures } from "./read-pictures.ts";
import { trainAssembled } from "./train-assembled.ts";

export type PretrainPicturesOptions = Omit<PretrainConfigOptions, "from" | "columns">;

interface RunFacts {
  readonly parameters: number;
  readonly steps: number;
  readonly loss: number;
  readonly pictures: number;
  readonly broken: number;
}

export interface PictureModel {
  readonly model: Assembled;
  /** Null where there are no words. */
  readonly tokenizer: SubwordTokenizer | null;
  /** Empty where there are none. */
  readonly classes: readonly string[];
}

const VOCABULARY = 4096;
const RESERVED = 8;

/** Whether a configuration reads pictures. */
export const readsPictures = (given: Readonly<Record<string, unknown>>, where = "config"): boolean => pictureStream(parseConfig(given, where)) !== undefined;

/**
 * Trains the model of a configuration on pictures: a folder with a subfolder for each class (`vit`), or records with `image`, a
 * path from the file that names it, and `text` (`clip`, `vilt`). Same pictures, configuration and seed: same weights, also
 * when the run was killed and continued with `resume`. Throws `AssembleError`, `RequestError`, `RecordError` or
 * `ResumeRefused` when it cannot be done as asked.
 */
export async function pretrainPictures(asked: Readonly<Record<string, unknown>>, paths: readonly string[], options: PretrainPicturesOptions): Promise<PictureModel & RunFacts> {
  const { out, device, signal, progress = SILENT, checkpointEvery = 100 } = options;
  const { begun, file, ready } = await beginAssembled(options);
  const given = { ...begun?.config, ...asked };
  const draft = parseConfig(given, "config");
  const processor = pictureProcessorOf(draft);
  if (processor === undefined) throw new RequestError("config: reads no pictures");
  const raw = await readPictures(processor, paths, squareOf(pictureStream(draft) as StreamConfig), options);
  const tokenizer = await tokenizerFor(raw, draft, file);
  const complete = completed(given, draft, raw, tokenizer);
  const { config, model, corpus, identity, finished } = await ready<RunFacts, PictureCorpus>({
    complete,
    fingerprint: raw.fingerprint,
    corpusOf: (config) => ({ corpus: { pictures: raw.pictures, ...(tokenizer === null ? {} : { texts: raw.texts.map((text) => tokenizer.encode(text)) }) }, count: raw.pictures.count, longest: wordStream(config)?.max_seq_length }),
  }, {});
  if (finished !== undefined) {
    progress.message(`${out}: finished already`);
    return { ...finished, ...(await loadPictureModel(out)) };
  }
  const { batch, length, seed } = identity;
  const folder = { config: complete, model, tokenizer, labels: raw.classes.length > 0 ? { cls: raw.classes } : {} };
  const facts = await trainAssembled({ folder, out, identity, data: pictureBatches(config, { corpus, tokenizer, batch, length, seed }), device, signal, progress, checkpointEvery }, (trained): RunFacts => ({ parameters: model.parameterCount(), ...trained, pictures: raw.pictures.count, broken: raw.broken }));
  return { ...facts, model, tokenizer, classes: raw.classes };
}

/** A model that `pretrainPictures` left. */
export async function loadPictureModel(directory: string): Promise<PictureModel> {
  const config = JSON.parse(await readFile(join(directory, FILES.config), "utf8")) as object;
  const model = assemble(config, { random: RandomStream.of(0), where: join(directory, FILES.config) });
  const weights = join(directory, FILES.weights);
  model.loadStateDict(decodeSafetensors(await readFile(weights), weights).tensors);
  const [tokenizer, labels] = await Promise.all([FILES.tokenizer, FILES.labels].map((name) => jsonIfThere(join(directory, name))));
  return { model, tokenizer: tokenizer === undefined ? null : new SubwordTokenizer(tokenizer), classes: (labels as LabelSets | undefined)?.cls ?? [] };
}

/** The side of the squares that a stream reads. */
function squareOf({ image_height: height, image_width: width, channels_num: channels }: StreamConfig): number {
  if (height !== width) throw new RequestError(`image_height ${height} and image_width ${width}: pictures are read as squares; make them equal`);
  if (channels !== 3) throw new RequestError(`channels_num ${channels}: pictures are read with 3 channels`);
  return height;
}

async function tokenizerFor({ texts }: RawPictures, draft: AssembleConfig, file: string | undefined): Promise<SubwordTokenizer | null> {
  const words = wordStream(draft);
  if (words === undefined) {
    if (file !== undefined) throw new RequestError("--tokenizer: the configuration reads no words");
    return null;
  }
  return file === undefined ? trainBytePairs(texts, { size: words.vocab_size ?? VOCABULARY, reserved: RESERVED, sentinels: 0 }) : new SubwordTokenizer(JSON.parse(await readFile(file, "utf8")));
}

/** The configuration with the sizes that only data can tell. */
function completed(given: Readonly<Record<string, unknown>>, draft: AssembleConfig, { classes }: RawPictures, tokenizer: SubwordTokenizer | null): Record<string, unknown> {
  const known = wordStream(draft)?.vocab_size;
  if (tokenizer !== null && known !== undefined && known < tokenizer.vocabularySize) throw new RequestError(`vocab_size ${known} is smaller than the tokenizer's ${tokenizer.vocabularySize}; leave vocab_size out or raise it`);
  const { labels_num: labels } = draft;
  if (labels !== undefined && labels < classes.length) throw new RequestError(`labels_num ${labels} is smaller than the ${classes.length} classes of the data; leave labels_num out or raise it`);
  return { version: 1, ...given, ...(tokenizer === null || known !== undefined ? {} : { vocab_size: tokenizer.vocabularySize }), ...(classes.length === 0 || labels !== undefined ? {} : { labels_num: classes.length }) };
}
