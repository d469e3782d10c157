import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { DecoderBlock, EncoderBlock, EVALUATE, init, KvCache, mask, rotaryAt, TransformerDecoder, TransformerEncoder } from "../../../src/nn/index.ts";
import { boolTensor, expectAllLearn, expectNear, expectSame, intTensor, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(11);
const small = { random, width: 8, heads: 2, depth: 2 };

test("published widths have the published numbers of parameters, without allocating them", () => {
  const decoder = { random, width: 512, heads: 16, eps: 1e-6 };
  expect(new EncoderBlock(decoder).parameterCount()).toBe(3_152_384);
  expect(new DecoderBlock({ ...decoder, memoryWidth: 768, selfAttention: false }).parameterCount()).toBe(3_414_528);
  expect(new DecoderBlock({ ...decoder, memoryNorm: true }).parameterCount()).toBe(4_205_056);
});

test("names follow the fields", () => {
  const names = [...new TransformerEncoder({ ...small, layerScale: 0.1 }).namedParameters().keys()];
  expect(names).toContain("blocks.1.attention.query.weight");
  expect(names).toContain("blocks.0.feedForward.up.bias");
  expect(names).toContain("blocks.0.attentionGate.weight");
  expect(names).toContain("norm.weight");
});

test("every parameter of the encoder learns: pre- and post-norm, gated, scaled, grouped", async () => {
  const variants = [
    { ...small },
    { ...small, normPlace: "post" as const, feedForward: { activation: "relu" as const } },
    { ...small, norm: "rms" as const, kvHeads: 1, layerScale: 0.5, feedForward: { gated: true, activation: "silu" as const, innerNorm: "layer" as const } },
  ];
  for (const variant of variants) {
    const encoder = new TransformerEncoder(variant);
    await expectAllLearn(encoder, irregularLoss(encoder.forward(noise([2, 3, 8]), EVALUATE).output));
  }
});

test("every parameter of the decoder learns, with and without self-attention", async () => {
  for (const variant of [{ selfAttention: true, memoryNorm: true, normPlace: "post" as const, finalNorm: true }, { selfAttention: false, memoryWidth: 6 }]) {
    const decoder = new TransformerDecoder({ ...small, ...variant });
    const memory = noise([2, 4, variant.memoryWidth ?? 8], 3);
    await expectAllLearn(decoder, irregularLoss(decoder.forward(noise([2, 3, 8]), memory, EVALUATE).output));
  }
});

test("a pre-norm block is x + attention(norm x), then x + feedForward(norm x)", async () => {
  const block = new EncoderBlock({ random, width: 8, heads: 2 });
  const x = noise([2, 3, 8]);
  const middle = x.add(block.attention.forward(block.attentionNorm!.forward(x), EVALUATE).output);
  const expected = middle.add(block.feedForward.forward(block.feedForwardNorm.forward(middle), EVALUATE));
  await expectSame(block.forward(x, EVALUATE), expected, 0);
});

test("hidden states run from the embedding to the last layer; stopping early returns a prefix of them", async () => {
  const encoder = new TransformerEncoder(small);
  const x = noise([1, 3, 8]);
  const { hidden, output } = encoder.forward(x, EVALUATE);
  expect(hidden).toHaveLength(3);
  expect(hidden[0]).toBe(x);
  await expectSame(output, encoder.norm!.forward(hidden[2]!), 0);
  const early = encoder.forward(x, EVALUATE, { stopAfter: 1 });
  await expectSame(early.hidden[1]!, hidden[1]!, 0);
  expect(early.hidden).toHaveLength(2);
});

test("shared layers run in the given order", async () => {
  const encoder = new TransformerEncoder({ ...small, depth: 1, order: [0, 0] });
  const x = noise([1, 3, 8]);
  await expectSame(encoder.forward(x, EVALUATE).hidden[2]!, encoder.blocks[0]!.forward(encoder.blocks[0]!.forward(x, EVALUATE), EVALUATE), 0);
  expect(() => new TransformerEncoder({ ...small, order: [0, 2] })).toThrow(/order names layer 2 of 2/);
});

test("masks per layer, padding, and the last layer's queries", async () => {
  const encoder = new TransformerEncoder(small);
  const x = noise([2, 4, 8]);
  const valid = mask.validKeys(boolTensor([1, 1, 1, 0, 1, 1, 1, 1], [2, 4]));
  const padded = encoder.forward(x, EVALUATE, { mask: valid }).output;
  const shorter = encoder.forward(x.sliceAxis(1, 0, 3), EVALUATE).output;
  await expectSame(padded.select(0, 0).sliceAxis(0, 0, 3), shorter.select(0, 0));
  const last = encoder.forward(x, EVALUATE, { mask: [mask.causal(), mask.full()], lastQueryIds: intTensor([0, 2], [2, 1]) }).output;
  const all = encoder.forward(x, EVALUATE, { mask: [mask.causal(), mask.full()] }).output;
  await expectSame(last.select(0, 1), all.select(0, 1).sliceAxis(0, 2, 3));
  expect(() => encoder.forward(x, EVALUATE, { mask: [mask.full()] })).toThrow(/one entry for each of 2 layers, got 1/);
});

test("a decoder with cross-attention only treats its queries apart and forgets a silenced memory", async () => {
  const decoder = new TransformerDecoder({ ...small, selfAttention: false });
  const [x, memory] = [noise([1, 4, 8]), noise([1, 5, 8], 2)];
  const all = decoder.forward(x, memory, EVALUATE).output;
  await expectSame(decoder.forward(x.sliceAxis(1, 1, 3), memory, EVALUATE).output, all.sliceAxis(1, 1, 3));
  for (const block of decoder.blocks) {
    block.crossAttention.output.weight.set(hostArray(new Float32Array(64), [8, 8]));
    block.crossAttention.output.bias!.set(hostArray(new Float32Array(8), [8]));
  }
  await expectSame(decoder.forward(x, memory, EVALUATE).output, decoder.forward(x, noise([1, 5, 8], 9), EVALUATE).output, 0);
});

test("a memory for each layer, and keys and values computed before", async () => {
  const decoder = new TransformerDecoder({ ...small, memoryNorm: true });
  const [x, memory] = [noise([2, 3, 8]), noise([2, 5, 8], 2)];
  const plain = decoder.forward(x, memory, EVALUATE, { mask: mask.causal() }).output;
  await expectSame(decoder.forward(x, [memory, memory], EVALUATE, { mask: mask.causal() }).output, plain, 0);
  await expectSame(decoder.forward(x, decoder.keysAndValues(memory), EVALUATE, { mask: mask.causal() }).output, plain, 0);
});

test("drop path leaves out a branch of the dropped example and scales the others", async () => {
  const block = new EncoderBlock({ random, width: 8, heads: 2, dropPath: 0.5 });
  const x = noise([2, 3, 8]);
  const firstOnly = { uniform: () => noise([1]), normal: () => noise([1]), bernoulli: (_: number, shape: readonly number[]) => boolTensor([1, 0], shape) };
  const y = block.forward(x, { train: true, random: firstOnly });
  await expectSame(y.select(0, 1), x.select(0, 1), 0); // the second example passes unchanged
  const middle = x.add(block.attention.forward(block.attentionNorm!.forward(x), EVALUATE).output.mul(2));
  const expected = middle.add(block.feedForward.forward(block.feedForwardNorm.forward(middle), EVALUATE).mul(2));
  await expectSame(y.select(0, 0), expected.select(0, 0));
});

test("generating token by token with a cache equals the full pass", async () => {
  const [batch, length] = [2, 5];
  const encoder = new TransformerEncoder({ ...small, kvHeads: 1, init: init.truncatedNormal });
  const x = noise([batch, length, 8], 4);
  const positions = (first: Tensor | number, count: number): Tensor => intTensor(Array.from({ length: count }, (_, i) => i), [1, count]).add(first);
  const full = await numbers(encoder.forward(x, EVALUATE, { mask: mask.causal(), rotary: rotaryAt(4, positions(0, length)) }).output);

  const cache = new KvCache({ layers: 2, batch, kvHeads: 1, headWidth: 4, length: 8 });
  const step = compile((tokens: Tensor, position: Tensor) => {
    const rotary = rotaryAt(4, positions(position, tokens.dim(1)));
    return encoder.forward(tokens, EVALUATE, { mask: cache.mask(position, tokens.dim(1)), rotary, cache: (layer) => cache.at(layer, position) }).output;
  });
  const data = (await x.array()).data as Float32Array;
  const token = (b: number, i: number): Float32Array => data.subarray((b * length + i) * 8, (b * length + i + 1) * 8);
  const piece = (from: number, to: number): Float32Array => Float32Array.from([0, 1].flatMap((b) => Array.from({ length: to - from }, (_, i) => [...token(b, from + i)]).flat()));
  const at = (position: number): ReturnType<typeof hostArray> => hostArray(Int32Array.of(position), []);
  const rows: number[][][] = [[], []];
  const collect = (result: { readonly data: ArrayLike<number | bigint> }, count: number): void => {
    for (const b of [0, 1]) for (let i = 0; i < count; i++) rows[b]!.push(Array.from((result.data as Float32Array).subarray((b * count + i) * 8, (b * count + i + 1) * 8)));
  };
  collect(await step(hostArray(piece(0, 2), [batch, 2, 8]), at(0)), 2); // prompt of two tokens, then one by one
  for (let i = 2; i < length; i++) collect(await step(hostArray(piece(i, i + 1), [batch, 1, 8]), at(i)), 1);
  expect(step.programs).toBe(2);
  expectNear(rows.flat(2), full, 1e-5);

  expect(() => encoder.forward(x, EVALUATE, { cache: (layer) => cache.at(layer, intTensor([0], [])) })).toThrow(/pass mask: cache\.mask/);

  const swap = compile((order: Tensor) => cache.reorder(order));
  await swap(hostArray(Int32Array.of(1, 0), [2]));
  const last = await step(hostArray(Float32Array.from([...token(1, 4), ...token(0, 4)]), [batch, 1, 8]), at(4));
  expectNear(Array.from(last.data as Float32Array), [...rows[1]![4]!, ...rows[0]![4]!], 1e-5);
});
