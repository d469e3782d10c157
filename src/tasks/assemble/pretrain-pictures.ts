/** `pretrain` of a configuration of pictures: its model is trained on the user's pictures, alone or each with a text. */
import { ofPictures, parseConfig, patchesOf, pictureBatches, pictureProcessorOf, pictureStream, streamOf, wordStream } from "../../train/assemble/index.ts";
import type { AssembleConfig, PictureTokenizer, StreamConfig } from "../../train/assemble/index.ts";
import { SILENT } from "../../lab/index.ts";
import { RequestError } from "../request-error.ts";
import { loadExampleModel, pretrainExamples, roomyEnough, VOCABULARY } from "./pretrain-examples.ts";
import type { ExampleFacts, ExampleModel, ExampleSource, PretrainExamplesOptions } from "./pretrain-examples.ts";
import { readPictures } from "./read-pictures.ts";
import type { RawPictures } from "./read-pictures.ts";
import { loadPictureTokenizer, pictureCodes, tokenizerShape } from "./picture-codes.ts";

export type PretrainPicturesOptions = PretrainExamplesOptions;
export interface PictureModel extends ExampleModel {
  /** What turns pictures into the codes that the model was trained on; null where there are none. */
  readonly imageTokenizer: PictureTokenizer | null;
}

/** Whether a configuration reads pictures. */
export const readsPictures = (given: Readonly<Record<string, unknown>>, where = "config"): boolean => ofPictures(parseConfig(given, where));

/**
 * Trains the model of a configuration on pictures: a folder with a subfolder for each class (`vit`), folders of pictures or
 * records with `image`, a path from the file that names it (`beit`), or such records with `text` (`clip`, `vilt`, `dalle`). For
 * `beit` and `dalle` a tokenizer of pictures is trained first, below `out`.
 */
export async function pretrainPictures(asked: Readonly<Record<string, unknown>>, paths: readonly string[], options: PretrainPicturesOptions): Promise<PictureModel & ExampleFacts> {
  const trained = await pretrainExamples(asked, pictureSource(paths, options), options);
  return { ...trained, imageTokenizer: await loadPictureTokenizer(options.out) };
}

/** A model that `pretrainPictures` left. */
export const loadPictureModel = async (directory: string): Promise<PictureModel> => ({ ...(await loadExampleModel(directory)), imageTokenizer: await loadPictureTokenizer(directory) });

function pictureSource(paths: readonly string[], options: PretrainPicturesOptions): ExampleSource<RawPictures> {
  return {
    read(draft) {
      const processor = pictureProcessorOf(draft);
      if (processor === undefined) throw new RequestError("config: reads no pictures");
      if (processor.codes === true) tokenizerShape(draft);
      return readPictures(processor, paths, squareOf(pictureStream(draft) ?? streamOf(draft)), options);
    },
    words(draft) {
      const words = wordStream(draft);
      if (words === undefined) return null;
      const { vocab_size: named } = words;
      if (named !== undefined && named <= codesAmongWords(draft)) throw new RequestError(`vocab_size ${named} leaves no words beside ${codesAmongWords(draft)} image codes; leave vocab_size out or raise it`);
      return named === undefined ? VOCABULARY : named - codesAmongWords(draft);
    },
    sizes: (draft, { classes }, tokenizer) => ({
      ...(tokenizer === null ? {} : wordSizes(draft, tokenizer.vocabularySize)),
      ...(classes.length === 0 ? {} : { labels_num: roomyEnough("labels_num", draft.labels_num, classes.length, `the ${classes.length} classes of the data`) }),
    }),
    length(config) {
      const { max_seq_length: places = TEXT } = wordStream(config) ?? {};
      return Math.max(1, Math.min(TEXT, codesAmongWords(config) > 0 ? places - patchesOf(streamOf(config)) : places));
    },
    async open({ config, raw, tokenizer, batch, length, seed, steps }) {
      const { pictures, fingerprint: data } = raw;
      const { out, device, signal, progress = SILENT, checkpointEvery = 100 } = options;
      const codes = pictureProcessorOf(config)?.codes === true ? await pictureCodes(pictures, { out, shape: tokenizerShape(config), steps: config.image_tokenizer?.steps ?? steps, batch, seed, data, device, signal, progress, checkpointEvery }) : undefined;
      return pictureBatches(config, { corpus: { pictures, codes, ...(tokenizer === null ? {} : { texts: raw.texts.map((text) => tokenizer.encode(text)) }) }, tokenizer, batch, length, seed });
    },
  };
}

/** Tokens of a text where the configuration allows as many. */
const TEXT = 64;

/** Image codes that stand behind the words of a vocabulary. */
const codesAmongWords = (config: AssembleConfig): number => (config.data_processor === "dalle" ? tokenizerShape(config).codes : 0);

/** A vocabulary that is named stands where it is named, in the file or in its stream. */
function wordSizes(draft: AssembleConfig, words: number): Readonly<Record<string, unknown>> {
  const named = wordStream(draft)?.vocab_size;
  const codes = codesAmongWords(draft);
  const size = roomyEnough("vocab_size", named, words + codes, codes > 0 ? `the tokenizer's ${words} and ${codes} image codes` : `the tokenizer's ${words}`);
  return named === undefined ? { vocab_size: size } : {};
}

/** The side of the squares that a stream reads. */
function squareOf({ image_height: height, image_width: width, channels_num: channels }: StreamConfig): number {
  if (height !== width) throw new RequestError(`image_height ${height} and image_width ${width}: pictures are read as squares; make them equal`);
  if (channels !== 3) throw new RequestError(`channels_num ${channels}: pictures are read with 3 channels`);
  return height;
}
