/** Prefixes of states: what they equal, and what is each side's own. */
import { expect, test } from "vitest";
import { concat, hostArray, RandomStream } from "../../../src/engine/index.ts";
import { Attention, EVALUATE, prefixOfStates, PrefixStates, TransformerEncoder } from "../../../src/nn/index.ts";
import type { PrefixStatesOptions } from "../../../src/nn/index.ts";
import { expectSame, noise } from "../support.ts";

const [WIDTH, DEPTH] = [8, 2];
const encoder = new TransformerEncoder({ random: RandomStream.of(1), width: WIDTH, heads: 2, depth: DEPTH, normPlace: "post" });
const prefixed = (options: Partial<PrefixStatesOptions> = {}): PrefixStates => new PrefixStates({ random: RandomStream.of(2), layers: DEPTH, width: WIDTH, seeds: 3, hidden: 5, sides: ["query", "document"], ...options });
const x = noise([2, 4, WIDTH]);
const read = (prefix: PrefixStates, side: string) => encoder.forward(x, EVALUATE, { prefix: prefixOfStates(encoder, prefix.forward(side)) }).output;

test("a prefix equals states in front of those that keys and values are made from, and no queries of their own", async () => {
  const attention = new Attention(WIDTH, { random: RandomStream.of(3), heads: 2 });
  const states = noise([5, WIDTH]);
  const inFront = concat([states.unsqueeze(0).expand([2, 5, WIDTH]), x], 1);
  const whole = attention.forward(inFront, EVALUATE).output.sliceAxis(1, 5, 9); // rows of the tokens themselves
  await expectSame(attention.forward(x, EVALUATE, { prefix: attention.keysAndValues(states.unsqueeze(0)) }).output, whole, 1e-5);
});

test("without seeds there is no prefix and the encoder gives what it gives alone", async () => {
  const empty = prefixed({ seeds: 0 });
  expect(empty.parameterCount()).toBe(0);
  await expectSame(read(empty, "query"), encoder.forward(x, EVALUATE).output, 0);
  await expect(expectSame(read(prefixed(), "query"), encoder.forward(x, EVALUATE).output, 1e-3)).rejects.toThrow("largest difference");
});

test("with the sides' own generators at zero, added prefixes are the shared one; else the sides differ", async () => {
  const [shared, added] = [prefixed(), prefixed({ sharing: "added" })];
  await expect(expectSame(read(added, "query"), read(added, "document"), 1e-4)).rejects.toThrow("largest difference");
  for (const own of Object.values(added.own)) for (const parameter of own.parameters()) parameter.set(hostArray(new Float32Array(parameter.size), parameter.shape));
  for (const side of ["query", "document"]) await expectSame(read(added, side), read(shared, side), 0);
});

test("every side shares a shared prefix, and none but its own when they are separate", async () => {
  const shared = prefixed();
  await expectSame(read(shared, "query"), read(shared, "document"), 0);
  const separate = prefixed({ sharing: "separate" });
  expect(separate.common).toBeNull();
  const before = prefixed({ sharing: "separate" });
  separate.own["query"]?.up.bias?.set(hostArray(new Float32Array(DEPTH * 2 * WIDTH).fill(1), [DEPTH * 2 * WIDTH]));
  await expectSame(read(separate, "document"), read(before, "document"), 0);
  await expect(expectSame(read(separate, "query"), read(before, "query"), 1e-3)).rejects.toThrow("largest difference");
  expect(() => separate.forward("passage")).toThrow('unknown side "passage"; choose one of query, document');
});

test("at BERT base a generator of 10 seeds through 256 has 7,680 + 196,864 + 4,737,024 parameters and gives 20 states a layer", () => {
  const base = new PrefixStates({ random: RandomStream.of(4), layers: 12, width: 768, sides: ["query", "document"] });
  expect(base.seeds?.size).toBe(7_680);
  expect(base.common?.down.parameterCount()).toBe(196_864);
  expect(base.common?.up.parameterCount()).toBe(4_737_024);
  expect(base.parameterCount()).toBe(7_680 + 196_864 + 4_737_024);
  expect(base.forward("query").map(({ shape }) => shape)).toEqual(Array.from({ length: 12 }, () => [20, 768]));
});

test("seeds are drawn with the mean and deviation of the words", () => {
  const words = hostArray(Float32Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 5 : 7)), [20, 20]); // mean 6, deviation 1
  const { seeds } = new PrefixStates({ random: RandomStream.of(5), layers: 1, width: 200, seeds: 50, sides: ["a"], words });
  const values = Array.from(seeds?.value().data as Float32Array);
  const mean = values.reduce((a, b) => a + b) / values.length;
  expect(mean).toBeCloseTo(6, 1);
  expect(Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)).toBeCloseTo(1, 1);
});
