/** `reprise import` and `reprise export` on folders of Hugging Face. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandLine } from "../tasks/command-line.ts";
import { addStages, modelFolder, temporary } from "../tasks/huggingface/folders.ts";

const reprise = commandLine(temporary());

test("import says what a folder holds, and writes it again", async () => {
  const out = join(temporary(), "copy");
  const { code, out: text } = await reprise("import", modelFolder("bert-sequence-classification"), "--out", out, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(text)).toMatchObject({ architecture: "bert", task: "sequence-classification", width: 16, longest: 40, labels: ["bad", "fair", "good"], unused: [] });
  expect(readdirSync(out).sort()).toEqual(["README.md", "config.json", "model.safetensors", "onnx", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json"]);
  const again = await reprise("import", out);
  expect(again.out).toMatch(/^bert for sequence-classification: \d+ parameters, width 16, texts of at most 40 tokens\nlabels: bad, fair, good\n$/);
});

test("export writes the graphs asked for", async () => {
  const out = temporary();
  const { code } = await reprise("export", modelFolder("bert-masked-lm"), "--out", out, "--dtype", "fp32,fp16,int8");
  expect(code).toBe(0);
  expect(readdirSync(join(out, "onnx")).sort()).toEqual(["model.onnx", "model_fp16.onnx", "model_quantized.onnx"]);
  expect(existsSync(join(out, "model.safetensors"))).toBe(false);
  const [full, half, bytes] = ["model", "model_fp16", "model_quantized"].map((name) => readFileSync(join(out, "onnx", `${name}.onnx`)).length) as [number, number, number];
  expect(half).toBeLessThan(full);
  expect(bytes).toBeLessThan(full);
});

test("a folder of sentence-transformers keeps its stages", async () => {
  const folder = modelFolder("bert-features");
  addStages(folder, [["Pooling", { pooling_mode: "cls" }], ["Normalize", null]]);
  const out = temporary();
  const { code, out: text } = await reprise("export", folder, "--out", out, "--format", "sentence-transformers", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(text)).toMatchObject({ format: "sentence-transformers", architecture: "bert" });
  expect(JSON.parse(readFileSync(join(out, "1_Pooling", "config.json"), "utf8"))).toMatchObject({ word_embedding_dimension: 16, pooling_mode_cls_token: true, pooling_mode_mean_tokens: false });
});

test("what cannot be done is said, and is exit code 2", async () => {
  const folder = modelFolder("bert-masked-lm");
  const out = temporary();
  for (const [words, message] of [
    [["export", folder, "--out", out, "--dtype", "fp8"], /expected some of fp32, fp16, int8/],
    [["export", folder, "--out", out, "--format", "keras"], /Allowed choices are onnx, huggingface, sentence-transformers/],
    [["export", folder, "--out", out, "--batch", "2"], /--batch is for models of pictures/],
    [["export", folder, "--out", out, "--format", "sentence-transformers"], /a model for masked-lm does not make vectors of texts/],
    [["export", temporary(), "--out", out, "--format", "huggingface"], /for folders with a config\.json of Hugging Face/],
    [["import", "no such/model/here"], /neither a folder nor the id of a model/],
  ] as const) {
    const { code, error } = await reprise(...words);
    expect(error).toMatch(message);
    expect(code).toBe(2);
  }
});
