/** What Python's libraries ask of an exported folder beyond what JSON and our own names say. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportFolder, fromPretrained } from "../../../src/tasks/index.ts";
import { decodeSafetensors } from "../../../src/train/index.ts";
import { addStages, modelFolder, temporary } from "./folders.ts";

test("numbers that must be floats there have a point, and counts have none", async () => {
  const folder = modelFolder("modernbert-masked-lm");
  const path = join(folder, "config.json");
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, "utf8")) as object), initializer_cutoff_factor: 2, initializer_range: 0.02 }));
  const out = temporary();
  await exportFolder(await fromPretrained(folder), out, { format: "huggingface" });
  const text = readFileSync(join(out, "config.json"), "utf8");
  expect(text).toMatch(/^ {2}"initializer_cutoff_factor": 2\.0,?$/m);
  expect(text).toMatch(/^ {2}"initializer_range": 0\.02,?$/m);
  expect(text).toMatch(/^ {2}"num_hidden_layers": 4,?$/m);
});

test("the bias of an untied head is there under both its names", async () => {
  const out = temporary();
  await exportFolder(await fromPretrained(modelFolder("albert-masked-lm-untied")), out, { format: "huggingface" });
  const { tensors } = decodeSafetensors(readFileSync(join(out, "model.safetensors")));
  expect(tensors.get("predictions.decoder.bias")).toEqual(tensors.get("predictions.bias"));
});

test("prompts and similarity of sentence-transformers go in and out again and change no vector", async () => {
  const folder = modelFolder("bert-features");
  addStages(folder, [["Pooling", { pooling_mode_mean_tokens: true }]]);
  const plain = await fromPretrained(folder);
  const said = { prompts: { query: "query: ", passage: "" }, default_prompt_name: null, similarity_fn_name: "dot" };
  writeFileSync(join(folder, "config_sentence_transformers.json"), JSON.stringify(said));
  const model = await fromPretrained(folder);
  expect(await model.embed(["dog"])).toEqual(await plain.embed(["dog"]));
  for (const [exported, expected] of [[model, said], [plain, { prompts: {}, default_prompt_name: null, similarity_fn_name: "cosine" }]] as const) {
    const out = temporary();
    await exportFolder(exported, out, { format: "sentence-transformers" });
    expect(JSON.parse(readFileSync(join(out, "config_sentence_transformers.json"), "utf8"))).toEqual(expected);
  }
  writeFileSync(join(folder, "config_sentence_transformers.json"), JSON.stringify({ prompts: { query: 3 } }));
  await expect(fromPretrained(folder)).rejects.toThrow(/config_sentence_transformers\.json: prompts: expected a text for each name/);
});
