import { expect, test } from "vitest";
import { fitFewShot } from "../../../src/tasks/text/index.ts";
import { tinyModel } from "../../../src/tasks/text/base-model.ts";

const EXAMPLES = [
  ...["a fun game", "play a puzzle", "game and fun", "a small puzzle"].map((text) => ({ text, label: "games" })),
  ...["a serif font", "letter type", "font of letter", "a small serif"].map((text) => ({ text, label: "fonts" })),
];

test("a classifier from a few examples on any model with vectors: its words tell texts apart, and the model stays as it was", async () => {
  const model = tinyModel(EXAMPLES.map(({ text }) => text), { vocabulary: 128, width: 32, depth: 1, heads: 2, longest: 16 }, { task: "features", labels: [], seed: 1 });
  const before = (await model.embed(["a game"])).data;
  const classifier = await fitFewShot(model, EXAMPLES, { games: "a puzzle and play with fun", fonts: "type and letter of a serif" }, { development: EXAMPLES });
  const found = await classifier.predict(EXAMPLES.map(({ text }) => text));
  expect(found.map(({ label }) => label)).toEqual(EXAMPLES.map(({ label }) => label));
  expect([...(await model.embed(["a game"])).data]).toEqual([...before]);
  await expect(fitFewShot(model, [{ text: "x", label: "sound" }], { games: "fun", fonts: "type" })).rejects.toThrow('labelled "sound"');
  await model.release();
});
