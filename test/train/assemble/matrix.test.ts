/** All combinations of slots: refused with a reason, or a graph whose gradients reach the weights. */
import { expect, test } from "vitest";
import { compile, grad, RandomStream } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { assemble } from "../../../src/train/assemble/index.ts";
import { combinations } from "../../../src/train/assemble/matrix.ts";
import { sampleBatch } from "../../../src/train/assemble/sample-batch.ts";

const random = RandomStream.of(3);
const all = combinations();
const built = all.filter(({ problems }) => problems.length === 0);

test("every combination is refused with fields, a reason and a fix, or has no problem at all", () => {
  expect(all.length).toBeGreaterThan(3000);
  for (const { problems, name } of all) for (const { fields, message, fix } of problems) expect([fields.length > 0, message.length > 0, fix.length > 0], name).toEqual([true, true, true]);
  expect([built.length > 500, built.length < all.length / 2]).toEqual([true, true]);
});

test("a sample of those without problems can be trained: the gradients of their losses are traced and shaped", () => {
  for (const { config, name } of built.filter((_, i) => i % 67 === 0)) {
    const model = assemble(config, { random });
    const step = compile((batch: Record<string, Tensor>) => grad(model.forward(batch, EVALUATE).loss, model.parameters(), { unused: "zero" }));
    expect(step.explain(sampleBatch(config, { random })).flops.total, name).toBeGreaterThan(0);
  }
});

test("what is refused would not have worked: lm over states that see the answer predicts by copying", () => {
  const cheats = all.filter(({ config, problems }) => config.target[0] === "lm" && config.decoder === null && problems.some(({ message }) => message.includes("see the word they should predict")));
  expect(new Set(cheats.map(({ config }) => config.streams[0]?.encoder))).toEqual(new Set(["cnn", "rcnn", "crnn"])); // masks of the others are chosen causal
});
