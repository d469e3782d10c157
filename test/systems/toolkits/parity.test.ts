/** Assembled models equal those written by hand from the project's modules; weights carry on under other targets. */
import { expect, test } from "vitest";
import { evaluate, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { corruptSpans, restoreSpans } from "../../../src/data/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { assemble, continueFrom, sampleBatch } from "../../../src/train/assemble/index.ts";
import { PARITY, twins } from "../../../src/systems/toolkits/parity-models.ts";
import type { ParityName } from "../../../src/systems/toolkits/parity-models.ts";

const random = RandomStream.of(5);
const item = async (x: Tensor): Promise<number> => Number(((await evaluate([x]))[0] as HostArray).data[0]);

test.each(Object.keys(PARITY) as ParityName[])("%s assembled has the weights and the loss of its hand-written twin", async (name) => {
  const { assembled, byHand } = twins(name, { vocab_size: 40, labels_num: 3 }, random);
  expect(byHand.module.namedParameters().size).toBe(assembled.namedParameters().size + byHand.extra.length);
  const batch = Object.fromEntries(Object.entries(sampleBatch(assembled.config, { random, length: 8 })).map(([field, value]) => [field, tensor(value)]));
  const [one, other] = [await item(assembled.forward(batch, EVALUATE).loss), await item(byHand.loss(batch, EVALUATE))];
  expect(Math.abs(one - other)).toBeLessThan(1e-5);
  expect(one).toBeGreaterThan(0.1);
});

test("a model is carried on under another target: embedding and encoder are kept, the head is new, shapes are those of a fresh one", () => {
  const slots = { vocab_size: 20, emb_size: 8, heads_num: 2, layers_num: 1, max_seq_length: 8, embedding: ["word", "pos"], encoder: "transformer" };
  const pretrained = assemble({ ...slots, target: ["mlm"], tie_weights: true }, { random: random.child("a") });
  const tuned = assemble({ ...slots, target: ["cls"], labels_num: 2 }, { random: random.child("b") });
  const fresh = assemble({ ...slots, target: ["cls"], labels_num: 2 }, { random: random.child("b") });
  const { kept, fresh: untouched, dropped } = continueFrom(tuned, pretrained.stateDict());
  expect(kept.every((name) => name.startsWith("streams.0."))).toBe(true);
  expect(untouched.every((name) => name.startsWith("objectives.cls."))).toBe(true);
  expect(dropped.every((name) => name.startsWith("objectives.mlm."))).toBe(true);
  const shapes = (model: typeof tuned): string[] => [...model.namedParameters()].map(([name, { shape }]) => `${name} ${shape.join("x")}`);
  expect(shapes(tuned)).toEqual(shapes(fresh));
  expect(tuned.stateDict().get("streams.0.embedding.parts.word.table.weight")).toEqual(pretrained.stateDict().get("streams.0.embedding.parts.word.table.weight"));
  const narrow = assemble({ ...slots, emb_size: 4, hidden_size: 4, target: ["cls"], labels_num: 2 }, { random });
  expect(() => continueFrom(narrow, pretrained.stateDict())).toThrow(/shapes differ: streams\.0\.embedding\.parts\.word\.table\.weight is \[20, 4\], the other model's \[20, 8\]/);
});

test("source and target of span corruption give back the text", () => {
  const text = Int32Array.from({ length: 40 }, (_, i) => 10 + i);
  const sentinels = [1, 2, 3, 4, 5, 6];
  expect([...restoreSpans(corruptSpans(random, text, sentinels), sentinels)]).toEqual([...text]);
});

test("the norm of UER divides by the unbiased deviation, eps outside the root", async () => {
  const { DeviationNorm } = await import("../../../src/nn/index.ts");
  const norm = new DeviationNorm(3, { eps: 0.5 });
  const [y] = await evaluate([norm.forward(tensor(hostArray(Float32Array.of(1, 2, 6), [1, 3])))]); // mean 3, deviation sqrt((4 + 1 + 9) / 2) = sqrt 7
  [-2, -1, 3].forEach((centred, i) => expect(Number(y?.data[i])).toBeCloseTo(centred / (Math.sqrt(7) + 0.5), 6));
});
