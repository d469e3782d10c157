import { expect, test } from "vitest";
import { hostArray, RandomStream } from "../../../src/engine/index.ts";
import { addLora, addSidedLora, EVALUATE, TransformerEncoder } from "../../../src/nn/index.ts";
import type { SidedLora } from "../../../src/nn/index.ts";
import { expectSame, noise } from "../support.ts";

const encoder = (): TransformerEncoder => new TransformerEncoder({ random: RandomStream.of(1), width: 8, heads: 2, depth: 1 });
const random = RandomStream.of(2);

test("at the start every side gives what the plain model gives; later the sides differ", async () => {
  const plain = encoder();
  const sided = encoder();
  const sides = addSidedLora(sided, { targets: /attention\.value$/, sides: ["query", "passage"], rank: 2, random });
  const x = noise([1, 3, 8]);
  const read = (side: string) => sides.read(side, () => sided.forward(x, EVALUATE).output);
  await expectSame(read("query"), plain.forward(x, EVALUATE).output, 1e-6);
  const change = sided.namedModules().get("blocks.0.attention.value.change") as SidedLora;
  change.changes["passage"]!.up.set(hostArray(new Float32Array(16).fill(0.5), [8, 2]));
  await expectSame(read("query"), plain.forward(x, EVALUATE).output, 1e-6);
  await expect(expectSame(read("passage"), plain.forward(x, EVALUATE).output, 1e-3)).rejects.toThrow("largest difference");
});

test("a pass that reads no side, and an unknown side, are refused", () => {
  const model = encoder();
  const sides = addSidedLora(model, { targets: /value$/, sides: ["query", "passage"], rank: 1, random });
  expect(() => model.forward(noise([1, 2, 8]), EVALUATE)).toThrow('make forward passes inside read("query" or "passage", ...)');
  expect(() => sides.read("document", () => null)).toThrow('unknown side "document"; choose one of query, passage');
  expect(() => addSidedLora(encoder(), { targets: /nothing/, sides: ["a"], rank: 1, random })).toThrow("matches no linear map");
});

test("at rank 16 on queries and values of BERT base: 589,824 parameters shared, 884,736 with two sides for the values", () => {
  const base = (): TransformerEncoder => new TransformerEncoder({ random: RandomStream.of(1), width: 768, heads: 12, depth: 12 });
  const changes = (model: TransformerEncoder): number => [...model.namedParameters()].filter(([name]) => name.includes(".change.")).reduce((total, [, { size }]) => total + size, 0);
  const siamese = base();
  addLora(siamese, { targets: /attention\.(query|value)$/, rank: 16, alpha: 32, random });
  expect(changes(siamese)).toBe(589_824);
  const semi = base();
  addLora(semi, { targets: /attention\.query$/, rank: 16, alpha: 32, random });
  addSidedLora(semi, { targets: /attention\.value$/, sides: ["query", "passage"], rank: 16, alpha: 32, random });
  expect(changes(semi)).toBe(884_736);
});
