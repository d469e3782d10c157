/** Models that read a text and write one: rows, fine-tuning, and writing token by token. */
import { compile, hostArray, RandomStream } from "../../engine/index.ts";
import type { Device, HostArray, Tensor } from "../../engine/index.ts";
import { padRows, sequentialBatches, shuffledBatches } from "../../data/index.ts";
import type { Batch, BatchStream, Encoding, Tokenizer } from "../../data/index.ts";
import { EVALUATE, KvCache } from "../../nn/index.ts";
import type { KeysAndValues } from "../../nn/index.ts";
import { seq2seqLoss } from "../../objectives/index.ts";
import { AdamW, schedules } from "../../train/index.ts";
import { t5EnSettings, t5Logits } from "../foundations/t5-en.ts";
import type { T5 } from "../foundations/t5-en.ts";
import { trainArm } from "../train-arm.ts";
import type { TrainContext, TrainedArm } from "../train-arm.ts";
import type { TextTraining } from "./fine-tune-text.ts";
import type { RowSet } from "./rows.ts";

type WritingTokenizer = Pick<Tokenizer, "encode" | "decode" | "special" | "specialIds">;

/** `text [SEP]`, cut to `maximum` tokens in all: a source, or a target with its end. */
export function endedRows(tokenizer: WritingTokenizer, texts: readonly string[], maximum: number): RowSet {
  const { sep, pad } = tokenizer.special;
  if (sep === undefined || pad === undefined) throw new RangeError("endedRows: expected a tokenizer with [SEP] and [PAD]");
  const rowOf = (text: string): Encoding => {
    const ids = Int32Array.from([...tokenizer.encode(text).subarray(0, maximum - 1), sep]);
    return { ids, segments: new Int32Array(ids.length), special: Uint8Array.from(ids, (id) => Number(id === sep)) };
  };
  return { rows: texts.map(rowOf), pad };
}

/** Sources int32 [B, S] and targets int32 [B, T] with their real tokens, bool; targets without the start token. */
export type TextToTextBatch = Batch & { readonly source: HostArray; readonly sourceValid: HostArray; readonly target: HostArray; readonly targetValid: HostArray };

/** Lengths of source and target in tokens, their ends included. */
export interface TextToTextLengths {
  readonly source: number;
  readonly target: number;
}

/** Pairs in shuffled order. */
export function textToTextBatches({ sources, targets, lengths, batch, seed }: { readonly sources: RowSet; readonly targets: RowSet; readonly lengths: TextToTextLengths; readonly batch: number; readonly seed: number }): BatchStream<TextToTextBatch> {
  if (sources.rows.length !== targets.rows.length) throw new RangeError(`textToTextBatches: ${sources.rows.length} sources and ${targets.rows.length} targets`);
  const side = ({ rows, pad }: RowSet, indices: Int32Array, length: number) => padRows(Array.from(indices, (i) => rows[i] as Encoding), length, pad);
  return shuffledBatches({ indices: Int32Array.from(sources.rows.keys()), batchSize: batch, seed }, ({ indices }) => {
    const [source, target] = [side(sources, indices, lengths.source), side(targets, indices, lengths.target)];
    return { source: source.ids, sourceValid: source.valid, target: target.ids, targetValid: target.valid };
  });
}

export interface WriterTraining extends TextTraining {
  /** Id that targets begin with: the padding token. */
  readonly start: number;
}

/** Trains a T5 in place to write the targets, by teacher forcing. */
export function fineTuneWriter(context: TrainContext, model: T5, data: BatchStream<TextToTextBatch>, { start, steps, learningRate = 1e-3, warmup = Math.ceil(steps / 10), weightDecay = 0, ...training }: WriterTraining): Promise<TrainedArm> {
  const optimizer = new AdamW(model, { learningRate, weightDecay, schedule: schedules.linear({ warmup, steps }) });
  return trainArm(context, { ...training, model, data, optimizer, steps, clip: 1, loss: ({ source, sourceValid, target, targetValid }, mode) => ({ ...seq2seqLoss(t5Logits(model, source, target, start, mode, sourceValid), target, { weights: targetValid.cast("float32") }) }) });
}

export interface WriteOptions extends TextToTextLengths {
  /** 0 takes the likeliest token, else tokens are drawn from the softmax of scores / temperature. Default 0. */
  readonly temperature?: number;
  /** Of the draws; text i has draws of its own. Default 0. */
  readonly seed?: number;
  /** Texts written side by side; default 32. */
  readonly batch?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

/** What the model writes for each text. Special tokens are never written; the first [SEP] ends a text. */
export async function writeTexts(model: T5, tokenizer: WritingTokenizer, texts: readonly string[], { source, target, temperature = 0, seed = 0, batch: wanted = 32, device, signal }: WriteOptions): Promise<string[]> {
  if (texts.length === 0) return [];
  const { rows, pad } = endedRows(tokenizer, texts, source);
  const end = tokenizer.special.sep as number;
  const batch = Math.min(wanted, texts.length);
  const { depth, heads, width } = t5EnSettings;
  const cache = new KvCache({ layers: depth, batch, kvHeads: heads, headWidth: width / heads, length: target });
  const read = compile((ids: Tensor, valid: Tensor) => model.model.decoder.keysAndValues(model.encode(ids, EVALUATE, valid)), { device, name: "reading" });
  const step = compile((token: Tensor, memory: readonly KeysAndValues[], position: Tensor, valid: Tensor) => model.step(token, memory, cache, position, valid), { device, name: "writing" });
  const forbidden = [...tokenizer.specialIds].filter((id) => id !== end);
  const written: string[] = texts.map(() => "");
  try {
    for (const { indices, valid: count } of sequentialBatches(Int32Array.from(texts.keys()), batch)) {
      signal?.throwIfAborted();
      const { ids, valid } = padRows(Array.from(indices, (i) => rows[i] as Encoding), source, pad);
      const memory = await read(ids, valid);
      const draws = Array.from(indices, (i) => RandomStream.of(seed, "writing", i));
      const drafts = Array.from(indices, (): number[] => []);
      const ended = Array.from(indices, () => false);
      let tokens = new Int32Array(batch).fill(pad);
      for (let position = 0; position < target && ended.some((done) => !done); position++) {
        const { data, shape } = await step(hostArray(tokens, [batch, 1]), memory, hostArray(Int32Array.of(position), []), valid);
        const vocabulary = shape[1] as number;
        tokens = Int32Array.from(draws, (random, row) => {
          const scores = (data as Float32Array).slice(row * vocabulary, (row + 1) * vocabulary);
          for (const id of forbidden) scores[id] = -Infinity;
          const id = temperature === 0 ? likeliest(scores) : draw(random, scores, temperature);
          ended[row] ||= id === end;
          if (!ended[row]) (drafts[row] as number[]).push(id);
          return id;
        });
      }
      indices.slice(0, count).forEach((index, row) => (written[index] = tokenizer.decode(drafts[row] as number[]).trim()));
    }
  } finally {
    await Promise.all([read.release(), step.release()]);
  }
  return written;
}

const likeliest = (scores: Float32Array): number => scores.reduce((best, score, id) => (score > (scores[best] as number) ? id : best), 0);

/** A token drawn from softmax(scores / temperature). */
function draw(random: RandomStream, scores: Float32Array, temperature: number): number {
  const top = scores[likeliest(scores)] as number;
  const powers = scores.map((score) => Math.exp((score - top) / temperature));
  let rest = random.uniform() * powers.reduce((sum, power) => sum + power, 0);
  for (let id = 0; id < powers.length; id++) {
    rest -= powers[id] as number;
    if (rest < 0) return id;
  }
  return likeliest(scores);
}
