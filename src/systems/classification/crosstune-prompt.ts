/**
 * Black-box tuning, the baseline (Sun et al., arXiv 2201.03514): a few prompt vectors in front of the text, found without gradients by
 * CMA-ES in a narrow space that a fixed random matrix widens; a class scores by the words of its name at the mask.
 */
import { compile, concat, gather, hostArray } from "../../engine/index.ts";
import type { Device, HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import type { Tokenizer } from "../../data/index.ts";
import { EVALUATE, weightedPool } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { CmaEs, metrics } from "../../train/index.ts";
import { batchOfRows } from "../../lab/text/index.ts";
import type { TokenRows, TrainedBert } from "../../lab/text/index.ts";
import { atMask, templateRows } from "./crosstune-box.ts";
import { largestOf } from "./crosstune-model.ts";

/** float32 [V, C]: a class's share of each word of its name. */
export function verbaliser(tokenizer: Pick<Tokenizer, "encode" | "vocabularySize">, names: readonly string[]): HostArray {
  const shares = new Float32Array(tokenizer.vocabularySize * names.length);
  names.forEach((name, label) => {
    const ids = tokenizer.encode(name);
    for (const id of ids) shares[id * names.length + label] = (shares[id * names.length + label] as number) + 1 / ids.length;
  });
  return hostArray(shares, [tokenizer.vocabularySize, names.length]);
}

/** Scores [B, C] of rows whose places 1..P after the first token are taken by a prompt [P, d]; without one as they stand. */
export function verbalScores({ model: { encoder, head }, tokenizer }: Pick<TrainedBert, "model" | "tokenizer">, { ids, segments, valid }: TokenRows, shares: Tensor, prompt?: Tensor): Tensor {
  const words = gather(encoder.embedding.word.weight, ids); // [B, L, d]
  const [batch, length, width] = words.shape as [number, number, number];
  const count = prompt?.dim(0) ?? 0;
  const filled = prompt === undefined ? words : concat([words.sliceAxis(1, 0, 1), prompt.unsqueeze(0).expand([batch, count, width]), words.sliceAxis(1, 1 + count, length)], 1);
  const { output } = encoder.forward(filled, EVALUATE, { valid, ids: { segment: segments } });
  const state = weightedPool(output, atMask(ids, tokenizer.special.mask as number));
  return head.forward(state.unsqueeze(1)).squeeze(1).matmul(shares);
}

export interface PromptSearch {
  /** Prompt vectors. */
  readonly tokens: number;
  /** Numbers that are searched. */
  readonly width: number;
  /** Batches of all training or all development texts that go through the model, at most. */
  readonly calls: number;
}

export interface PromptTask {
  readonly template: string;
  readonly length: number;
  /** Names of the classes. */
  readonly names: readonly string[];
}

export interface LabelledPlain {
  readonly texts: readonly string[];
  readonly labels: ArrayLike<number>;
}

/** Classes of texts by the words at the mask, without any training. */
export async function zeroShotClasses(bert: TrainedBert, { template, length, names }: PromptTask, texts: readonly string[], device?: Device): Promise<Int32Array> {
  return classesOnce(bert, device, templateRows(bert.tokenizer, texts, template, length), length, verbaliser(bert.tokenizer, names), null);
}

export interface FoundPrompt {
  /** Classes of other texts with the best prompt. */
  classes(texts: readonly string[]): Promise<Int32Array>;
  /** Texts that went through the model in the search. */
  readonly sent: number;
  readonly seconds: number;
  readonly development: number;
}

/** Searches a prompt; of each generation the best in training loss is tried on the development texts, and the best of these is kept. */
export async function searchPrompt(random: RandomStream, bert: TrainedBert, { template, length, names }: PromptTask, train: LabelledPlain, development: LabelledPlain, { tokens, width: searched, calls }: PromptSearch, { device, signal }: { readonly device?: Device; readonly signal?: AbortSignal } = {}): Promise<FoundPrompt> {
  const { sizes: { width }, tokenizer } = bert;
  const shares = verbaliser(tokenizer, names);
  const rows = (texts: readonly string[]): ReturnType<typeof templateRows> => templateRows(tokenizer, texts, template, length, tokens);
  const table = bert.model.encoder.embedding.word.weight.value();
  const spread = Math.sqrt((table.data as Float32Array).reduce((sum, value) => sum + value * value, 0) / table.data.length);
  // The prompt begins as words of the vocabulary and moves by about the spread of word vectors.
  const start = Float32Array.from({ length: tokens }, () => random.integer(tokenizer.vocabularySize)).reduce<number[]>((all, id) => [...all, ...(table.data as Float32Array).subarray(id * width, (id + 1) * width)], []);
  const widening = random.child("widening");
  const matrix = Float64Array.from({ length: start.length * searched }, () => (spread * widening.normal()) / Math.sqrt(searched));
  const promptOf = (point: ArrayLike<number>): HostArray => hostArray(Float32Array.from(start, (value, i) => {
    let moved = value;
    for (let j = 0; j < searched; j++) moved += (matrix[i * searched + j] as number) * (point[j] as number);
    return moved;
  }), [tokens, width]);

  const loss = compile((batch: TokenRows, prompt: Tensor, words: Tensor, wanted: Tensor) => crossEntropy(verbalScores(bert, batch, words, prompt), wanted).loss, { device, name: "prompt search" });
  const run = compiledScores(bert, device);
  const checked = rows(development.texts);
  const { ids, segments, valid } = batchOfRows(rows(train.texts), Array.from(train.texts.keys()), length);
  const wanted = hostArray(Int32Array.from(train.labels), [train.labels.length]);
  const search = new CmaEs({ start: new Float64Array(searched), deviation: 1, random: random.child("search") });
  let [left, sent] = [calls, 0];
  let best = { prompt: promptOf(new Float64Array(searched)), accuracy: -1 };
  const began = performance.now();
  try {
    while (left > search.population) {
      const points = search.ask();
      const values: number[] = [];
      for (const point of points) {
        signal?.throwIfAborted();
        values.push((await loss({ ids, segments, valid }, promptOf(point), shares, wanted)).item());
      }
      search.tell(points, values);
      const prompt = promptOf(points[values.indexOf(Math.min(...values))] as Float64Array);
      const accuracy = metrics.accuracy(await classesOf(run, checked, length, shares, prompt), development.labels);
      if (accuracy > best.accuracy) best = { prompt, accuracy };
      left -= search.population + 1;
      sent += search.population * train.texts.length + development.texts.length;
    }
  } finally {
    await loss.release();
    await run.release();
  }
  return { sent, seconds: (performance.now() - began) / 1000, development: best.accuracy, classes: (texts) => classesOnce(bert, device, rows(texts), length, shares, best.prompt) };
}

const BATCH = 64;

/** `verbalScores` compiled for batches. */
const compiledScores = (bert: TrainedBert, device: Device | undefined) => compile((batch: TokenRows, words: Tensor, given: Tensor | null) => verbalScores(bert, batch, words, given ?? undefined), { device, name: "words at the mask" });

/** Classes of rows by the words at the mask. */
async function classesOf(run: ReturnType<typeof compiledScores>, rows: ReturnType<typeof templateRows>, length: number, shares: HostArray, prompt: HostArray | null): Promise<Int32Array> {
  const found: number[] = [];
  const count = rows.rows.length;
  for (let at = 0; at < count; at += BATCH) {
    // The last batch is filled up, so that one program serves all.
    const { ids, segments, valid } = batchOfRows(rows, Array.from({ length: BATCH }, (_, i) => Math.min(at + i, count - 1)), length);
    found.push(...largestOf(await run({ ids, segments, valid }, shares, prompt)));
  }
  return Int32Array.from(found.slice(0, count));
}

/** The same with a program of its own. */
async function classesOnce(bert: TrainedBert, device: Device | undefined, rows: ReturnType<typeof templateRows>, length: number, shares: HostArray, prompt: HostArray | null): Promise<Int32Array> {
  const run = compiledScores(bert, device);
  try {
    return await classesOf(run, rows, length, shares, prompt);
  } finally {
    await run.release();
  }
}
