/**
 * The stage before models of picture codes: a tokenizer is trained on the pictures, in a directory of its own below the model's,
 * and tells the codes of all of them. Stopped, it goes on where it was; finished, it is read.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compile, RandomStream } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { collateImages, sequentialBatches, shuffledBatches } from "../../data/index.ts";
import type { Batch, BatchStream, LabelledPixels } from "../../data/index.ts";
import type { Progress } from "../../lab/index.ts";
import { writeFileAtomic } from "../../data/node/atomic-file.node.ts";
import { decodeSafetensors, encodeSafetensors } from "../../train/index.ts";
import { AssembleError, codesPerPicture, PICTURE_SCALE, PictureTokenizer, streamOf } from "../../train/assemble/index.ts";
import type { AssembleConfig, PictureTokenizerShape } from "../../train/assemble/index.ts";
import { begunRun, removeCheckpoints, requireSameRun } from "../begun-run.ts";
import { jsonIfThere, writeJson } from "./assembled-folder.ts";
import { trainModule } from "./train-assembled.ts";

export interface PictureCodesOptions {
  /** Directory of the model. */
  readonly out: string;
  readonly shape: PictureTokenizerShape;
  readonly steps: number;
  readonly batch: number;
  readonly seed: number;
  readonly data: string;
  readonly checkpointEvery: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
  readonly progress: Progress;
}

const FOLDER = "image-tokenizer";
const FILES = { shape: "image-tokenizer.json", weights: "model.safetensors" } as const;
const LEARNING_RATE = 2e-3;
/** Pictures whose patches the codes begin at. */
const BEGINNINGS = 64;
const BATCH = 32;
const WIDTH = 64;
const CODE_WIDTH = 16;

/** The tokenizer of a configuration that names how many codes it has. */
export function tokenizerShape(config: AssembleConfig): PictureTokenizerShape {
  const { image_vocab_size: codes, hidden_size: width = WIDTH, code_size: codeWidth = CODE_WIDTH } = config.image_tokenizer ?? {};
  if (codes === undefined) throw new AssembleError('image_tokenizer: the number of image codes is not known; add "image_tokenizer": {"image_vocab_size": ...}');
  const { image_height: image, patch_size: patch, channels_num: channels } = streamOf(config);
  return { image, patch, channels, codes, width, codeWidth };
}

/** Codes int32 [count * N] of all pictures, by the tokenizer in the model's directory, which is trained on them first. */
export async function pictureCodes(pictures: LabelledPixels, options: PictureCodesOptions): Promise<Int32Array> {
  const tokenizer = await trainedTokenizer(pictures, options);
  const codes = new Int32Array(pictures.count * codesPerPicture(options.shape));
  const indices = Int32Array.from({ length: pictures.count }, (_, i) => i);
  const run = compile(({ images }: { readonly images: Tensor }) => tokenizer.codes(images), { device: options.device, name: "picture codes" });
  let place = 0;
  for (const { indices: members, valid } of sequentialBatches(indices, Math.min(BATCH, pictures.count))) {
    const { data } = await run(picturesOf(pictures, members));
    const found = (data as Int32Array).subarray(0, valid * codesPerPicture(options.shape));
    codes.set(found, place);
    place += found.length;
  }
  await run.release();
  const used = new Set(codes).size;
  options.progress.message(`image tokenizer: ${used} of ${options.shape.codes} codes stand for ${pictures.count} pictures`);
  return codes;
}

/** The tokenizer that was trained for a model; null where it has none. */
export async function loadPictureTokenizer(directory: string): Promise<PictureTokenizer | null> {
  const folder = join(directory, FOLDER);
  const shape = await jsonIfThere(join(folder, FILES.shape));
  if (shape === undefined) return null;
  const tokenizer = new PictureTokenizer(shape as PictureTokenizerShape, RandomStream.of(0));
  const weights = join(folder, FILES.weights);
  tokenizer.loadStateDict(decodeSafetensors(await readFile(weights), weights).tensors);
  return tokenizer;
}

async function trainedTokenizer(pictures: LabelledPixels, { out, shape, steps, batch: batchSize, seed, data, ...run }: PictureCodesOptions): Promise<PictureTokenizer> {
  const folder = join(out, FOLDER);
  const identity = { shape, data, steps, batch: batchSize, learningRate: LEARNING_RATE, seed };
  const begun = await begunRun<typeof identity>(folder);
  if (begun !== undefined) requireSameRun(begun, identity, folder);
  const finished = await loadPictureTokenizer(out);
  if (finished !== null) return finished;
  const tokenizer = new PictureTokenizer(shape, RandomStream.of(seed, "image tokenizer"));
  const indices = Int32Array.from({ length: pictures.count }, (_, i) => i);
  const compare = compile(({ images }: { readonly images: Tensor }) => tokenizer.compared(images), { device: run.device, name: "first codes" });
  const first = RandomStream.of(seed, "first codes");
  tokenizer.beginAt(await compare(picturesOf(pictures, first.shuffle(indices).slice(0, BEGINNINGS))), first.child("draw"));
  await compare.release();
  const open = (): BatchStream<Batch> => shuffledBatches<Batch>({ indices, batchSize, seed }, (plan) => picturesOf(pictures, plan.indices));
  return trainModule({ ...run, out: folder, identity, model: tokenizer, loss: ({ images }, mode) => tokenizer.forward(images as Tensor, mode), open, label: "training the image tokenizer" }, async () => {
    await writeFileAtomic(join(folder, FILES.weights), encodeSafetensors(tokenizer.stateDict(), { metadata: { format: "reprise-image-tokenizer-1" } }));
    await writeJson(join(folder, FILES.shape), shape);
    await removeCheckpoints(folder);
    return tokenizer;
  });
}

const picturesOf = (pictures: LabelledPixels, indices: Int32Array): { images: HostArray } => ({ images: collateImages(pictures, { indices, epoch: 0 }, 0, { standardize: PICTURE_SCALE }).images });
