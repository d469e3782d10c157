/** Cross-encoders as sentence-transformers 6 saves them, and the token types of a pair. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addStages, modelFolder, temporary } from "./folders.ts";
import { exportFolder, fromPretrained } from "../../../src/tasks/index.ts";

const PAIRS = [["the cat sat", "on the mat."], ["dog", "a dog sat"]] as const;
const jsonOf = (folder: string, name: string): Record<string, unknown> => JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, unknown>;
const write = (folder: string, name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));

test("a folder whose modules are a transformer alone is a classifier; what is made of its scores goes out again", async () => {
  const folder = modelFolder("bert-sequence-classification");
  const plain = await (await fromPretrained(folder)).scores(PAIRS);
  addStages(folder, []);
  write(folder, "sentence_bert_config.json", { transformer_task: "sequence-classification", modality_config: { text: { method: "forward", method_output_name: "logits" } }, module_output_name: "scores" });
  write(folder, "config_sentence_transformers.json", { model_type: "CrossEncoder", activation_fn: "torch.nn.modules.linear.Identity", prompts: {}, default_prompt_name: null });
  const model = await fromPretrained(folder);
  expect(model.pretrained.task).toBe("sequence-classification");
  expect((await model.scores(PAIRS)).data).toEqual(plain.data);
  const out = temporary();
  await exportFolder(model, out, { format: "huggingface", dtypes: [] });
  expect(jsonOf(out, "config.json")["sentence_transformers"]).toEqual({ activation_fn: "torch.nn.modules.linear.Identity" });
  rmSync(join(folder, "sentence_bert_config.json"));
  await expect(fromPretrained(folder)).rejects.toThrow(/modules\.json: expected a Pooling after the Transformer, got nothing/);
});

test("a pair has token types unless the tokenizer's file leaves them out, and an export says which", async () => {
  const folder = modelFolder("bert-features");
  const settings = jsonOf(folder, "tokenizer_config.json");
  const typesOf = async (more: object): Promise<unknown> => {
    write(folder, "tokenizer_config.json", { ...settings, ...more });
    const model = await fromPretrained(folder);
    const out = temporary();
    await exportFolder(model, out, { format: "huggingface", dtypes: [] });
    return [Math.max(...Array.from(model.tokenizer.encode(["the cat", "a dog"]).segments)), jsonOf(out, "tokenizer_config.json")["model_input_names"]];
  };
  const [with_, without] = [["input_ids", "token_type_ids", "attention_mask"], ["input_ids", "attention_mask"]];
  expect(await typesOf({})).toEqual([1, with_]);
  expect(await typesOf({ model_input_names: without })).toEqual([0, without]);
  expect(await typesOf({ tokenizer_class: "TokenizersBackend" })).toEqual([0, without]);
  expect(await typesOf({ tokenizer_class: "TokenizersBackend", model_input_names: with_ })).toEqual([1, with_]);
});
