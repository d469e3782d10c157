/** Model folders made of the fixtures: a tiny checkpoint with a tokenizer of 64 words. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIXTURES } from "../../nn/pretrained/fixture.ts";

export const temporary = (): string => mkdtempSync(join(tmpdir(), "reprise-huggingface-"));

/** A folder with config, weights and tokenizer of a fixture. */
export function modelFolder(fixture: string, tokenizer = "wordpiece"): string {
  const folder = temporary();
  for (const file of ["config.json", "model.safetensors"]) cpSync(`${FIXTURES}${fixture}/${file}`, join(folder, file));
  for (const file of ["tokenizer.json", "tokenizer_config.json"]) cpSync(`${FIXTURES}${tokenizer}/${file}`, join(folder, file));
  return folder;
}

/** A folder whose tokenizer has one more token, 64, than the model has rows. */
export function folderWithExtraToken(settings: Record<string, unknown> = {}): string {
  const extended = modelFolder("bert-features");
  const change = (name: string, changed: (json: Record<string, unknown>) => Record<string, unknown>): void => writeFileSync(join(extended, name), JSON.stringify(changed(JSON.parse(readFileSync(join(extended, name), "utf8")) as Record<string, unknown>)));
  change("tokenizer.json", (json) => ({ ...json, added_tokens: [...(json["added_tokens"] as object[]), { id: 64, content: "<extra>", single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }] }));
  change("tokenizer_config.json", (json) => ({ ...json, ...settings }));
  return extended;
}

/** Makes a folder one of sentence-transformers. */
export function addStages(folder: string, stages: readonly (readonly [type: string, config: Record<string, unknown> | null])[], longest: number | null = null): void {
  const modules = [{ idx: 0, name: "0", path: "", type: "sentence_transformers.models.Transformer" }, ...stages.map(([type], i) => ({ idx: i + 1, name: String(i + 1), path: `${i + 1}_${type}`, type: `sentence_transformers.models.${type}` }))];
  writeFileSync(join(folder, "modules.json"), JSON.stringify(modules));
  if (longest !== null) writeFileSync(join(folder, "sentence_bert_config.json"), JSON.stringify({ max_seq_length: longest, do_lower_case: false }));
  stages.forEach(([type, config], i) => {
    mkdirSync(join(folder, `${i + 1}_${type}`));
    if (config !== null) writeFileSync(join(folder, `${i + 1}_${type}`, "config.json"), JSON.stringify(config));
  });
}

export const TEXTS = ["the cat sat on the mat.", "dog", "a dog sat", "quick brown foxes jump over the lazy dog."];
