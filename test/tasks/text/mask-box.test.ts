/** What CrossTune asks of a masked language model, and of a model that was trained to make vectors. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { fromPretrained, openFewShot, trainText } from "../../../src/tasks/index.ts";
import type { PretrainedText, TextData } from "../../../src/tasks/index.ts";
import { maskBox } from "../../../src/tasks/text/mask-box.ts";
import { addStages, modelFolder, temporary } from "../huggingface/folders.ts";

const WORDS = ["cat", "dog", "mat", "fox"];
const EXAMPLES: TextData = { kind: "labelled", records: WORDS.map((word, i) => ({ text: `the ${word} sat`, labels: [i < 2 ? "one" : "other"] })) };
const descriptions = { one: "a cat or a dog", other: "a mat or a fox" };
const about = (folder: string): Record<string, unknown> => JSON.parse(readFileSync(join(folder, "few-shot.json"), "utf8")) as Record<string, unknown>;

/** States of all layers for one text, [layers, L, d]. */
async function statesOf(model: PretrainedText, ids: Int32Array): Promise<HostArray[]> {
  const run = compile((rows: { ids: Tensor; valid: Tensor; segments: Tensor }) => Object.fromEntries(model.forward(rows, EVALUATE).hidden.map((layer, i) => [`l${i}`, layer])), { name: "states" });
  const flat = (data: Int32Array): HostArray => ({ data, shape: [1, ids.length], dtype: "int32" });
  const found = await run({ ids: flat(ids), segments: flat(new Int32Array(ids.length)), valid: { data: new Uint8Array(ids.length).fill(1), shape: [1, ids.length], dtype: "bool" } });
  await run.release();
  return Object.values(found);
}

test("a text's vector is the mean of the layers at the mask behind it, a label's the largest of its tokens'", async () => {
  const model = await fromPretrained(modelFolder("bert-masked-lm"), { task: "features" });
  const box = maskBox(model, "a [MASK].");
  const { tokenizer } = model.tokenizer;
  const asked = tokenizer.encodePair("the cat a [MASK].").ids;
  const place = asked.indexOf(tokenizer.special.mask as number);
  const width = model.pretrained.prepared.width;
  const layers = (await statesOf(model, asked)).slice(1);
  expect(layers).toHaveLength(2);
  const [text] = [await box.texts(["the cat", "[MASK] dog"])];
  for (let d = 0; d < width; d++) expect(text?.data[d]).toBeCloseTo(layers.reduce((sum, { data }) => sum + Number(data[place * width + d]) / 2, 0), 4);
  const described = tokenizer.encodePair("a dog").ids;
  const last = (await statesOf(model, described)).at(-1) as HostArray;
  const label = await box.labels(["a dog", "the quick brown fox"]);
  for (let d = 0; d < width; d++) expect(label.data[d]).toBeCloseTo(Math.max(...Array.from(described, (_, i) => Number(last.data[i * width + d]))), 4);
});

test("a base that fills in masks is asked by a template, one of sentence-transformers for its vectors, and the folder says which", async () => {
  const train = async (base: string, settings: Record<string, unknown> = {}): Promise<string> => {
    const out = join(temporary(), "few");
    await trainText("crosstune", EXAMPLES, { out, base, descriptions, evaluation: EXAMPLES, settings: { steps: 20, ...settings } });
    return out;
  };
  const vectors = modelFolder("bert-features");
  addStages(vectors, [["Pooling", { pooling_mode_mean_tokens: true }]]);
  const masked = modelFolder("bert-masked-lm");
  const folders = { asked: await train(masked), own: await train(masked, { template: "[MASK] dog" }), none: await train(masked, { template: "" }), sentence: await train(vectors) };
  expect(Object.values(folders).map((folder) => about(folder)["template"])).toEqual(["This is about [MASK].", "[MASK] dog", undefined, undefined]);
  const [one, again] = [await openFewShot(folders.own), await openFewShot(folders.own)];
  expect(await one.scores(["the cat sat"])).toEqual(await again.scores(["the cat sat"]));
  writeFileSync(join(folders.own, "few-shot.json"), JSON.stringify({ ...about(folders.own), template: "dog [MASK]" }));
  expect(await (await openFewShot(folders.own)).scores(["the cat sat"])).not.toEqual(await one.scores(["the cat sat"]));
  await expect(train(masked, { template: "no mask" })).rejects.toThrow('template: crosstune: template "no mask": expected one [MASK], got 0');
});
