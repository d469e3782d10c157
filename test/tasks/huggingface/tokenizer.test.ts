/** Cutting and padding of encoded texts. Ids: [CLS] 2, [SEP] 3, the 57, cat 58, sat 59, on 60, mat 61, . 62, dog 63. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { localFiles } from "../../../src/tasks/huggingface/model-files.ts";
import { exportFolder, fromPretrained, readTokenizer } from "../../../src/tasks/index.ts";
import type { TextInput, TextTokenizer } from "../../../src/tasks/index.ts";
import { planBatches } from "../../../src/tasks/huggingface/batch-plan.ts";
import { folderWithExtraToken, modelFolder, temporary, TEXTS } from "./folders.ts";

let folder: string;
beforeAll(() => {
  folder = modelFolder("bert-features");
});
const encoded = (tokenizer: TextTokenizer, text: TextInput): { ids: number[]; segments: number[] } => {
  const { ids, segments } = tokenizer.encode(text);
  return { ids: Array.from(ids), segments: Array.from(segments) };
};
const limited = (longest: number): Promise<TextTokenizer> => readTokenizer(localFiles(folder), {}, { longest, vocabulary: 64 });

test("special tokens stay when a text is cut", async () => {
  const tokenizer = await limited(5);
  expect(encoded(tokenizer, "the cat sat on the mat.").ids).toEqual([2, 57, 58, 59, 3]);
  expect(encoded(tokenizer, "the cat sat").ids).toEqual([2, 57, 58, 59, 3]);
  expect(encoded(await limited(40), "the cat sat on the mat.").ids).toEqual([2, 57, 58, 59, 60, 57, 61, 62, 3]);
});

test("of a pair the longer text gives way", async () => {
  expect(encoded(await limited(8), ["the cat sat on the mat.", "dog sat"])).toEqual({ ids: [2, 57, 58, 59, 3, 63, 59, 3], segments: [0, 0, 0, 0, 0, 1, 1, 1] });
  expect(encoded(await limited(6), ["the the", "the the the"])).toEqual({ ids: [2, 57, 3, 57, 57, 3], segments: [0, 0, 0, 1, 1, 1] });
});

test("padding: ids, segments and validity", async () => {
  const tokenizer = await limited(40);
  const batch = tokenizer.pad([tokenizer.encode(["cat", "dog"]), tokenizer.encode("sat")], 6);
  expect(Array.from(batch.ids.data as Int32Array)).toEqual([2, 58, 3, 63, 3, 0, 2, 59, 3, 0, 0, 0]);
  expect(Array.from(batch.segments.data as Int32Array)).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
  expect(Array.from(batch.valid.data as Uint8Array)).toEqual([1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0]);
});

test("batches hold texts of like length, each text once, within their limits", () => {
  expect(planBatches([5, 1, 9, 2, 2], { tokens: 6 })).toEqual([[1, 3, 4], [0], [2]]);
  expect(planBatches([3, 3, 3, 3, 3], { tokens: 100, rows: 2 })).toEqual([[0, 1], [2, 3], [4]]);
  expect(planBatches([], { tokens: 8 })).toEqual([]);
});

test("vectors do not depend on how texts are batched, nor on their order", async () => {
  const model = await fromPretrained(folder);
  const whole = (await model.embed(TEXTS)).data as Float32Array;
  const small = (await model.embed(TEXTS, { batch: 3 })).data as Float32Array;
  const turned = (await model.embed([...TEXTS].reverse(), { batch: 2 })).data as Float32Array;
  whole.forEach((value, i) => {
    expect(small[i]).toBeCloseTo(value, 5);
    expect(turned[(3 - Math.floor(i / 16)) * 16 + (i % 16)]).toBeCloseTo(value, 5);
  });
  await expect(model.embed([])).rejects.toThrow(/expected at least one text/);
  await expect(model.scores(TEXTS)).rejects.toThrow(/the model is for features, not sequence-classification/);
  await model.release();
});

test("a token beyond the model's table of words is refused with its name where a text holds it, and harms nothing where none does", async () => {
  const extended = folderWithExtraToken();
  const model = await fromPretrained(extended);
  expect(await model.embed(TEXTS)).toEqual(await (await fromPretrained(folder)).embed(TEXTS));
  const refusal = `${extended}/tokenizer.json: the token "<extra>" has id 64, the model's table of words has 64 rows`;
  await expect(model.embed(["dog", "the <extra> cat"])).rejects.toThrow(refusal);
  await expect(model.embed([["dog", "<extra>"]])).rejects.toThrow(refusal);
  await model.release();
});

test("padding by a token beyond the table is padding all the same", async () => {
  const model = await fromPretrained(folderWithExtraToken({ pad_token: "<extra>" }));
  expect(await model.embed(TEXTS)).toEqual(await (await fromPretrained(folder)).embed(TEXTS));
  await model.release();
});

// Ids by the paper: each byte of UTF-8 plus 3, </s> 1 at the end of each text, <extra_id_0> after the bytes.
test.each(["config.json", "tokenizer_config.json"])("a ByT5 named by %s is read without a tokenizer.json", async (file) => {
  const bytes = modelFolder("t5-features");
  rmSync(join(bytes, "tokenizer.json"));
  writeFileSync(join(bytes, "tokenizer_config.json"), JSON.stringify({ eos_token: { __type: "AddedToken", content: "</s>" }, extra_ids: 125, ...(file === "tokenizer_config.json" ? { tokenizer_class: "ByT5Tokenizer" } : {}) }));
  const tokenizer = await readTokenizer(localFiles(bytes), file === "config.json" ? { tokenizer_class: "ByT5Tokenizer" } : {}, { longest: null, vocabulary: 384 });
  const plus3 = (text: string): number[] => Array.from(Buffer.from(text), (byte) => byte + 3);
  for (const text of ["the cat", "  two\n\tlines ", "Grüße, 世界 🙂", ""]) {
    expect(encoded(tokenizer, text).ids).toEqual([...plus3(text), 1]);
    expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe(text);
  }
  expect(encoded(tokenizer, ["ab", "c"])).toEqual({ ids: [...plus3("ab"), 1, ...plus3("c"), 1], segments: [0, 0, 0, 0, 0] });
  expect(encoded(tokenizer, "a <extra_id_0><extra_id_124>").ids).toEqual([...plus3("a "), 259, 383, 1]);
  expect([tokenizer.padId, tokenizer.tokenizer.vocabularySize]).toEqual([0, 384]);
});

test("a ByT5 leaves with its rule spelled as a tokenizer.json, and reads alike from there", async () => {
  const bytes = modelFolder("t5-features");
  rmSync(join(bytes, "tokenizer.json"));
  writeFileSync(join(bytes, "tokenizer_config.json"), JSON.stringify({ tokenizer_class: "ByT5Tokenizer", extra_ids: 10 }));
  const model = await fromPretrained(bytes);
  const out = temporary();
  await exportFolder(model, out, { format: "huggingface" });
  expect((await fromPretrained(out)).tokenizer.encode("10 !")).toEqual(model.tokenizer.encode("10 !"));
  expect(JSON.parse(readFileSync(join(out, "tokenizer.json"), "utf8"))).toMatchObject({ model: { vocab: { a: 100, "<extra_id_9>": 268 } } });
});
