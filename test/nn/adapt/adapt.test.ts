import { expect, test } from "vitest";
import { hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import { AdaptedFeedForward, Adapter, addLora, EVALUATE, FeedForward, Linear, Lora, mergeLora, SoftPrompt, TransformerEncoder } from "../../../src/nn/index.ts";
import { expectAllLearn, expectNear, expectSame, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(13);
const fill = (values: readonly number[], shape: readonly number[]): ReturnType<typeof hostArray> => hostArray(Float32Array.from(values), shape);

test("a low-rank change adds (alpha / r) x A^T B^T", async () => {
  const layer = new Linear(2, 2, { random, bias: false });
  layer.weight.set(fill([1, 0, 0, 1], [2, 2]));
  const lora = new Lora(2, 2, { rank: 1, alpha: 3, random });
  layer.change = lora;
  const x = tensor([[1, 2]]);
  expectNear(await numbers(layer.forward(x)), [1, 2], 0); // B starts at zero
  lora.down.set(fill([1, 1], [1, 2]));
  lora.up.set(fill([1, 10], [2, 1]));
  // x A^T = 3; times B = (3, 30); times 3 = (9, 90)
  expectNear(await numbers(layer.forward(x)), [10, 92], 1e-6);
  await layer.merge();
  expect(layer.change).toBeNull();
  expectNear(await numbers(layer.forward(x)), [10, 92], 1e-6);
});

test("low-rank changes are found by path, named, learn, and merge into the same function", async () => {
  const encoder = new TransformerEncoder({ random, width: 8, heads: 2, depth: 2 });
  const x = noise([2, 3, 8]);
  const before = encoder.forward(x, EVALUATE).output;
  const changes = addLora(encoder, { targets: /attention\.(query|value)$/, rank: 2, random });
  expect([...changes.keys()]).toEqual(["blocks.0.attention.query", "blocks.0.attention.value", "blocks.1.attention.query", "blocks.1.attention.value"]);
  expect([...encoder.namedParameters().keys()]).toContain("blocks.1.attention.value.change.down");
  await expectSame(encoder.forward(x, EVALUATE).output, before, 0);
  for (const lora of changes.values()) lora.up.set(await noise(lora.up.shape, 3).array());
  const changed = encoder.forward(x, EVALUATE).output;
  for (const lora of changes.values()) await expectAllLearn(lora, irregularLoss(changed));
  const values = await numbers(changed);
  await mergeLora(encoder);
  expectNear(await numbers(encoder.forward(x, EVALUATE).output), values, 1e-5);
  expect(() => addLora(encoder, { targets: /nowhere/, rank: 2, random })).toThrow(/matches none of 12 linear maps: blocks\.0\.attention\.query/);
});

test("an adapter starts as the identity", async () => {
  const adapter = new Adapter(4, { random, hidden: 2 });
  const x = noise([2, 3, 4]);
  await expectSame(adapter.forward(x), x, 0);
});

test("adapters before, after and beside the feed-forward part", async () => {
  const x = noise([2, 3, 8]);
  for (const place of ["before", "after", "parallel"] as const) {
    const encoder = new TransformerEncoder({
      random, width: 8, heads: 2, depth: 1,
      makeFeedForward: (width, options) => new AdaptedFeedForward(new FeedForward(width, options), new Adapter(width, { random, hidden: 3, activation: "gelu", scale: 0.5 }), place),
    });
    const { adapter, base } = encoder.blocks[0]!.namedModules().get("feedForward") as AdaptedFeedForward;
    adapter.up.weight.set(await noise([8, 3], 4).array());
    const learned = encoder.forward(x, EVALUATE).output;
    await expectAllLearn(encoder, irregularLoss(learned));
    const y = noise([1, 2, 8], 6);
    const adapted = new AdaptedFeedForward(base, adapter, place).forward(y, EVALUATE);
    const expected = {
      before: () => base.forward(adapter.forward(y), EVALUATE),
      after: () => adapter.forward(base.forward(y, EVALUATE)),
      parallel: () => base.forward(y, EVALUATE).add(adapter.forward(y)).sub(y),
    };
    await expectSame(adapted, expected[place]());
  }
});

test("a soft prompt stands in front of every sequence and may start from words", async () => {
  const prompt = new SoftPrompt(1, 2, { random, from: fill([7, 8], [1, 2]) });
  expectNear(await numbers(prompt.forward(tensor([[[1, 2]], [[3, 4]]]))), [7, 8, 1, 2, 7, 8, 3, 4], 0);
  await expectAllLearn(prompt, irregularLoss(prompt.forward(noise([2, 1, 2]))));
});
