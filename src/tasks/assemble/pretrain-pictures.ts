/** `pretrain` of a configuration of pictures: its model is trained on the user's pictures, alone or each with a text. */
import { pictureBatches, pictureProcessorOf, pictureStream, parseConfig, wordStream } from "../../train/assemble/index.ts";
import type { AssembleConfig, StreamConfig } from "../../train/assemble/index.ts";
import { RequestError } from "../request-error.ts";
import { loadExampleModel, pretrainExamples, roomyEnough, VOCABULARY } from "./pretrain-examples.ts";
import type { ExampleFacts, ExampleModel, ExampleSource, PretrainExamplesOptions } from "./pretrain-examples.ts";
import { readPictures } from "./read-pictures.ts";
import type { RawPictures } from "./read-pictures.ts";

export type PretrainPicturesOptions = PretrainExamplesOptions;
export type PictureModel = ExampleModel;

/** Whether a configuration reads pictures. */
export const readsPictures = (given: Readonly<Record<string, unknown>>, where = "config"): boolean => pictureStream(parseConfig(given, where)) !== undefined;

/**
 * Trains the model of a configuration on pictures: a folder with a subfolder for each class (`vit`), or records with `image`, a
 * path from the file that names it, and `text` (`clip`, `vilt`).
 */
export const pretrainPictures = (asked: Readonly<Record<string, unknown>>, paths: readonly string[], options: PretrainPicturesOptions): Promise<PictureModel & ExampleFacts> =>
  pretrainExamples(asked, pictureSource(paths, options), options);

/** A model that `pretrainPictures` left. */
export const loadPictureModel = (directory: string): Promise<PictureModel> => loadExampleModel(directory);

function pictureSource(paths: readonly string[], options: PretrainPicturesOptions): ExampleSource<RawPictures> {
  return {
    read(draft) {
      const processor = pictureProcessorOf(draft);
      if (processor === undefined) throw new RequestError("config: reads no pictures");
      return readPictures(processor, paths, squareOf(pictureStream(draft) as StreamConfig), options);
    },
    words(draft) {
      const words = wordStream(draft);
      return words === undefined ? null : (words.vocab_size ?? VOCABULARY);
    },
    sizes: (draft, { classes }, tokenizer) => ({
      ...(tokenizer === null ? {} : wordSizes(draft, tokenizer.vocabularySize)),
      ...(classes.length === 0 ? {} : { labels_num: roomyEnough("labels_num", draft.labels_num, classes.length, `the ${classes.length} classes of the data`) }),
    }),
    length: (config) => Math.min(wordStream(config)?.max_seq_length ?? 64, 64),
    open: ({ config, raw, tokenizer, batch, length, seed }) => pictureBatches(config, { corpus: { pictures: raw.pictures, ...(tokenizer === null ? {} : { texts: raw.texts.map((text) => tokenizer.encode(text)) }) }, tokenizer, batch, length, seed }),
  };
}

/** A vocabulary that is named stands where it is named, in the file or in its stream. */
function wordSizes(draft: AssembleConfig, needed: number): Readonly<Record<string, unknown>> {
  const named = wordStream(draft)?.vocab_size;
  const size = roomyEnough("vocab_size", named, needed, `the tokenizer's ${needed}`);
  return named === undefined ? { vocab_size: size } : {};
}

/** The side of the squares that a stream reads. */
function squareOf({ image_height: height, image_width: width, channels_num: channels }: StreamConfig): number {
  if (height !== width) throw new RequestError(`image_height ${height} and image_width ${width}: pictures are read as squares; make them equal`);
  if (channels !== 3) throw new RequestError(`channels_num ${channels}: pictures are read with 3 channels`);
  return height;
}
