/** Written examples: a causal language model goes on from a class's name, description and one of its texts; a classifier fine-tuned on the few examples judges what it wrote. */
import { compile, hostArray } from "../../engine/index.ts";
import type { Device, HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import type { Batch, Tokenizer } from "../../data/index.ts";
import { EncoderBlock, EVALUATE, KvCache, rotaryAt } from "../../nn/index.ts";
import type { CausalLm, Mode } from "../../nn/index.ts";
import { crossEntropy } from "../../objectives/index.ts";
import { AdamW, schedules } from "../../train/index.ts";
import { trainArm } from "../../lab/index.ts";
import type { ArmContext, TrainedArm } from "../../lab/index.ts";
import { batchOfRows, crossEncoderOf, mapRows, scoreRows, textRows } from "../../lab/text/index.ts";
import type { TrainedBert } from "../../lab/text/index.ts";

export interface SamplingOptions {
  readonly random: RandomStream;
  /** New tokens, at most. */
  readonly tokens: number;
  readonly temperature: number;
  /** Ends a text. */
  readonly end?: number;
  readonly device?: Device;
  readonly signal?: AbortSignal;
}

/** Draws an id from softmax(logits / temperature). */
export function drawToken(logits: ArrayLike<number>, temperature: number, random: RandomStream): number {
  let largest = -Infinity;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i] as number);
  const powers = Float64Array.from({ length: logits.length }, (_, i) => Math.exp(((logits[i] as number) - largest) / temperature));
  let left = random.uniform() * powers.reduce((sum, power) => sum + power, 0);
  for (let i = 0; i < powers.length; i++) if ((left -= powers[i] as number) < 0) return i;
  return powers.length - 1;
}

/** What a causal language model with rotary positions writes after each prompt: new ids without the end. One token a step, with keys and values kept. */
export async function continueTexts(model: CausalLm, prompts: readonly Int32Array[], { random, tokens, temperature, end, device, signal }: SamplingOptions): Promise<Int32Array[]> {
  const batch = prompts.length;
  const longest = Math.max(...prompts.map(({ length }) => length)) + tokens;
  const [block] = model.body.blocks;
  if (!(block instanceof EncoderBlock) || prompts.some(({ length }) => length === 0)) throw new RangeError("continueTexts: expected prompts of a token or more and a model of attention layers");
  const { kvHeads, headWidth } = block.attention;
  const cache = new KvCache({ layers: model.body.order.length, batch, kvHeads, headWidth, length: longest });
  const step = compile((ids: Tensor, position: Tensor) => {
    const places = position.reshape([1, 1]);
    return model.forward(ids, EVALUATE, { mask: cache.mask(position, 1), rotary: rotaryAt(headWidth, places), cache: (layer) => cache.at(layer, position) }).logits.squeeze(1);
  }, { device, name: "continue texts" });
  const written = prompts.map((prompt) => [...prompt]);
  const ended = prompts.map(() => false);
  const draws = prompts.map((_, i) => random.child(i));
  try {
    for (let at = 0; at + 1 < longest && !ended.every(Boolean); at++) {
      signal?.throwIfAborted();
      const current = hostArray(Int32Array.from(written, (ids) => ids[at] ?? 0), [batch, 1]);
      const { data, shape } = await step(current, hostArray(Int32Array.of(at), []));
      const width = shape[1] as number;
      written.forEach((ids, i) => {
        if (ids.length > at + 1 || ended[i] === true) return;
        const id = drawToken(data.subarray(i * width, (i + 1) * width) as Float32Array, temperature, draws[i] as RandomStream);
        if (id === end || ids.length + 1 - (prompts[i]?.length ?? 0) > tokens) ended[i] = true;
        else ids.push(id);
      });
    }
  } finally {
    await step.release();
  }
  return written.map((ids, i) => Int32Array.from(ids.slice(prompts[i]?.length)));
}

export interface WrittenText {
  readonly text: string;
  /** The class it was asked for. */
  readonly label: number;
}

/** What a text of a class is asked for with: name and description, then the beginning of one of its texts, as two documents before the one to come. */
export function writingPrompt(tokenizer: Pick<Tokenizer, "encode" | "special">, { name, description }: { readonly name: string; readonly description: string }, example: string, longest: number): Int32Array {
  const { sep } = tokenizer.special;
  const end = sep === undefined ? [] : [sep];
  return Int32Array.from([...tokenizer.encode(`${name}: ${description}`), ...end, ...tokenizer.encode(example).subarray(0, longest), ...end]);
}

export interface SwitchOptions {
  readonly steps: number;
  readonly batch: number;
  readonly length: number;
  readonly learningRate: number;
  /** Least probability of the intended class. */
  readonly threshold: number;
}

interface TextBatch extends Batch {
  readonly ids: HostArray;
  readonly segments: HostArray;
  readonly valid: HostArray;
  readonly labels: HostArray;
}

/** Which written texts a classifier, fine-tuned in place on the few examples, gives the intended class with enough confidence. */
export async function agreeing(context: ArmContext<object>, bert: TrainedBert, classes: number, examples: { readonly texts: readonly string[]; readonly labels: ArrayLike<number> }, written: readonly WrittenText[], { steps, batch, length, learningRate, threshold }: SwitchOptions, stage: string): Promise<{ readonly kept: readonly boolean[]; readonly trained: TrainedArm }> {
  const { seed, device, signal } = context;
  const model = crossEncoderOf(bert, { random: context.random.child("switch", stage), outputs: classes });
  const rows = textRows(bert.tokenizer, examples.texts, length);
  const trained = await trainArm<TextBatch>(context, {
    model, stage, steps, clip: 1, unused: "zero",
    data: shuffledBatches({ indices: Int32Array.from(examples.texts.keys()), batchSize: Math.min(batch, examples.texts.length), seed }, ({ indices }) => {
      const { ids, segments, valid } = batchOfRows(rows, indices, length);
      return { ids, segments, valid, labels: hostArray(indices.map((i) => examples.labels[i] as number), [indices.length]) };
    }),
    optimizer: new AdamW(model, { learningRate, weightDecay: 0.01, schedule: schedules.linear({ warmup: Math.ceil(steps / 10), steps }) }),
    loss: (tensors, mode: Mode) => ({ ...crossEntropy(scoreRows(model, tensors, mode), tensors.labels) }),
  });
  const { data } = await mapRows((set) => scoreRows(model, set, EVALUATE).softmax(), textRows(bert.tokenizer, written.map(({ text }) => text), length), { device, signal });
  return {
    trained,
    kept: written.map(({ label }, i) => {
      const row = Array.from(data.subarray(i * classes, (i + 1) * classes), Number);
      return row[label] === Math.max(...row) && (row[label] as number) >= threshold;
    }),
  };
}
