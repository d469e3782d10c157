/** The English encoder-decoder: its size, its data, its cache, and what it writes, on small made-up text. */
import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { restoreSpans, trainBytePairs } from "../../../src/data/index.ts";
import { EVALUATE, KvCache } from "../../../src/nn/index.ts";
import type { KeysAndValues } from "../../../src/nn/index.ts";
import { MemoryStore } from "../../../src/lab/index.ts";
import { spanBatches, spanQuality, t5EnModel, t5EnOf, t5EnSettings } from "../../../src/lab/foundations/t5-en.ts";
import { jsonFile } from "../../../src/lab/foundations/train-foundation.ts";
import { endedRows, fineTuneWriter, textToTextBatches, writeTexts } from "../../../src/lab/text/index.ts";
import { encodeSafetensors } from "../../../src/train/index.ts";

const words = ["harbour", "lantern", "river", "stone", "winter", "garden"];
const draw = RandomStream.of(3, "text");
const tokenizer = trainBytePairs([Array.from({ length: 600 }, () => draw.choice(words)).join(" ")], { size: 420, reserved: 8, sentinels: 20 });
const random = RandomStream.of(1);

test("the model has the parameters of the specification", () => {
  // d = 128: an encoder layer has 4 d^2 + 8 d^2 and two norms, a decoder layer 8 d^2 + 8 d^2 and three; a last norm and 32 x 4 biases for each stack.
  const d = 128;
  const expected = 3 * (12 * d * d + 2 * d) + 3 * (16 * d * d + 3 * d) + 2 * d + 2 * 32 * 4;
  expect(t5EnModel(random, 4096).parameterCount()).toBe(expected + 4096 * d);
});

const windows = Int32Array.from({ length: 40 * t5EnSettings.length }, () => 130 + draw.integer(100));

test("source and target hold every token once, in windows of one shape", async () => {
  const stream = spanBatches(windows, tokenizer, Int32Array.from({ length: 40 }, (_, i) => i), 5);
  const { source, target } = await stream.next();
  // 128 x 0.15 = 19 hidden tokens in 6 spans.
  expect([source.shape, target.shape]).toEqual([[16, 128 - 19 + 6], [16, 19 + 6 + 1]]);
  const rowOf = ({ data, shape }: HostArray, row: number): Int32Array => (data as Int32Array).subarray(row * (shape[1] as number), (row + 1) * (shape[1] as number));
  const originals = new Set(Array.from({ length: 40 }, (_, i) => windows.subarray(i * 128, (i + 1) * 128).join()));
  for (let row = 0; row < 16; row++) expect(originals.has(restoreSpans({ source: rowOf(source, row), target: rowOf(target, row) }, tokenizer.sentinels).join())).toBe(true);
  const again = spanBatches(windows, tokenizer, Int32Array.from({ length: 40 }, (_, i) => i), 5);
  expect((await again.next()).source.data).toEqual(source.data);
});

test("hidden words of an untrained model cost about what guessing does; sentinels are not counted", async () => {
  const model = t5EnModel(random, tokenizer.vocabularySize);
  const counts = new Float64Array(tokenizer.vocabularySize);
  for (const id of windows) counts[id] = (counts[id] as number) + 1;
  const { loss, unigram } = await spanQuality(model, tokenizer, windows, counts, undefined, 1);
  expect(unigram).toBeGreaterThan(Math.log(100) - 0.1); // 100 tokens drawn alike
  expect(unigram).toBeLessThan(Math.log(100) + 0.2);
  expect(loss).toBeGreaterThan(unigram);
});

test("token by token with the cache the scores are those of the whole target, whatever the padding of the source", async () => {
  const model = t5EnModel(random, 60);
  const ids = (values: readonly number[], rows: number): HostArray => hostArray(Int32Array.from(values), [rows, values.length / rows]);
  const valid = hostArray(Uint8Array.from([1, 1, 1, 0, 0, 1, 1, 1, 1, 1]), [2, 5], "bool");
  const [source, target] = [ids([5, 6, 7, 0, 0, 9, 8, 7, 6, 5], 2), ids([0, 10, 11, 12, 0, 20, 21, 22], 2)];
  const whole = compile((s: Tensor, v: Tensor, t: Tensor) => model.decode(t, model.encode(s, EVALUATE, v), EVALUATE, v));
  const full = await whole(source, valid, target);
  const cache = new KvCache({ layers: 3, batch: 2, kvHeads: 4, headWidth: 32, length: 6 });
  const read = compile((s: Tensor, v: Tensor) => model.model.decoder.keysAndValues(model.encode(s, EVALUATE, v)));
  const step = compile((token: Tensor, memory: readonly KeysAndValues[], position: Tensor, v: Tensor) => model.step(token, memory, cache, position, v));
  const memory = await read(source, valid);
  for (let position = 0; position < 4; position++) {
    const { data } = await step(ids([target.data[position] as number, target.data[4 + position] as number], 2), memory, hostArray(Int32Array.of(position), []), valid);
    for (const row of [0, 1]) for (let k = 0; k < 60; k++) expect(data[row * 60 + k]).toBeCloseTo(Number(full.data[(row * 4 + position) * 60 + k]), 4);
  }
  const short = await whole(ids([5, 6, 7], 1), hostArray(new Uint8Array(3).fill(1), [1, 3], "bool"), ids([0, 10, 11, 12], 1));
  for (let k = 0; k < 4 * 60; k++) expect(short.data[k]).toBeCloseTo(Number(full.data[k]), 4);
  await Promise.all([whole.release(), read.release(), step.release()]);
});

test("a few steps teach it to copy a word; files give the same model; drawing depends on the seed alone", async () => {
  const model = t5EnModel(random, tokenizer.vocabularySize);
  const sources = Array.from({ length: 12 }, (_, i) => words[i % words.length] as string);
  const data = textToTextBatches({ sources: endedRows(tokenizer, sources, 6), targets: endedRows(tokenizer, sources, 6), lengths: { source: 6, target: 6 }, batch: 12, seed: 1 });
  const context = { arm: "copy", artifacts: new MemoryStore(), device: "cpu", signal: new AbortController().signal, report: () => undefined } as const;
  await fineTuneWriter(context, model, data, { steps: 30, learningRate: 4e-3, start: 0 });
  const read = t5EnOf({ id: "t5-en", files: new Map([["tokenizer.json", jsonFile(tokenizer.toJson() as never)], ["model.safetensors", encodeSafetensors(model.stateDict())]]) });
  const options = { source: 6, target: 6, batch: 4 };
  expect(await writeTexts(read.model, read.tokenizer, words, options)).toEqual(words);
  const drawn = (seed: number) => writeTexts(t5EnModel(random, tokenizer.vocabularySize), tokenizer, words.slice(0, 3), { ...options, temperature: 1, seed });
  const first = await drawn(1);
  expect(await drawn(1)).toEqual(first);
  expect(await drawn(2)).not.toEqual(first);
});
