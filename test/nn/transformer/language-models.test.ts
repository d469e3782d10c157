import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { CausalLm, EVALUATE, mask, Seq2Seq } from "../../../src/nn/index.ts";
import type { CausalLmInputs } from "../../../src/nn/index.ts";
import { boolTensor, expectAllLearn, expectSame, intTensor, irregularLoss } from "../support.ts";

const random = RandomStream.of(23);
const small = { random, width: 8, heads: 2, vocabulary: 7 };
const ids = intTensor([1, 2, 3, 4, 5, 6, 0, 1], [2, 4]);

test("a causal model does not see what comes later, unless the mask says so", async () => {
  const model = new CausalLm({ ...small, depth: 2, embedding: { positions: 4 } });
  const changed = intTensor([1, 2, 3, 0, 5, 6, 0, 0], [2, 4]);
  const first = (tokens: Tensor, inputs: CausalLmInputs = {}): Tensor => model.forward(tokens, EVALUATE, inputs).logits.sliceAxis(1, 0, 3);
  await expectSame(first(ids), first(changed), 0);
  await expect(expectSame(first(ids, { mask: mask.full() }), first(changed, { mask: mask.full() }))).rejects.toThrow();
});

test("the word table of a tied model counts once and every parameter learns", async () => {
  const model = new CausalLm({ ...small, depth: 1, embedding: { positions: 4 } });
  const block = 4 * (64 + 8) + (8 * 32 + 32) + (32 * 8 + 8) + 4 * 8;
  expect(model.parameterCount()).toBe(7 * 8 + 4 * 8 + block + 2 * 8);
  await expectAllLearn(model, irregularLoss(model.forward(ids, EVALUATE).logits));
  const chosen = model.forward(ids, EVALUATE, { scoredIds: intTensor([3, 0], [2, 1]) }).logits;
  await expectSame(chosen.select(0, 0), model.forward(ids, EVALUATE).logits.select(0, 0).sliceAxis(0, 3, 4));
});

test("encoder and decoder: padding of the source does not matter, later targets neither, every parameter learns", async () => {
  const model = new Seq2Seq({ ...small, encoderDepth: 1, decoderDepth: 2, embedding: { positions: 4 }, sharedEmbedding: false, tied: false, head: { bias: true } });
  const target = intTensor([0, 1, 2, 0, 3, 4], [2, 3]);
  const sourceValid = boolTensor([1, 1, 1, 0, 1, 1, 1, 0], [2, 4]);
  const { logits } = model.forward(ids, target, EVALUATE, { sourceValid });
  expect(logits.shape).toEqual([2, 3, 7]);
  await expectSame(logits, model.forward(ids.sliceAxis(1, 0, 3), target, EVALUATE).logits);
  const later = intTensor([0, 1, 5, 0, 3, 5], [2, 3]);
  await expectSame(model.forward(ids, later, EVALUATE, { sourceValid }).logits.sliceAxis(1, 0, 2), logits.sliceAxis(1, 0, 2), 1e-6);
  await expectAllLearn(model, irregularLoss(model.forward(ids, target, EVALUATE).logits));
});

test("decoding from keys and values computed once gives the same", async () => {
  const model = new Seq2Seq({ ...small, encoderDepth: 1, decoderDepth: 1 });
  const target = intTensor([0, 1, 0, 3], [2, 2]);
  const memory = model.encode(ids, EVALUATE).output;
  await expectSame(model.decode(target, model.decoder.keysAndValues(memory), EVALUATE).logits, model.forward(ids, target, EVALUATE).logits, 1e-6);
});
