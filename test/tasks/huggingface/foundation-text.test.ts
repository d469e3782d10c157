/** A decoder of the form of dec-multi as a folder of BLOOM, and what trains from there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { trainBytePairs } from "../../../src/data/index.ts";
import { compile, RandomStream } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { bloom, bloomStates } from "../../../src/lab/text/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { exportedFoundation, exportFolder, fromPretrained, trainText } from "../../../src/tasks/index.ts";
import { bloomText } from "../../../src/tasks/huggingface/foundation-text.ts";
import { PAIRS, RECORDS } from "../text/pairs.ts";
import { temporary } from "./folders.ts";

const SIZES = { width: 16, depth: 2, heads: 4, hidden: 64 };
const tokenizer = trainBytePairs(RECORDS.map(({ query }) => query), { size: 300 });
const model = bloom(RandomStream.of(7, "bloom"), { ...SIZES, vocabulary: tokenizer.vocabularySize });
const folder = join(temporary(), "bloom");
beforeAll(() => exportFolder(bloomText({ model, tokenizer, sizes: SIZES, longest: 24 }), folder, { format: "huggingface" }).then(() => undefined));

test("the folder is one of BLOOM and gives the states of the decoder, but for the form of its GELU", async () => {
  expect(JSON.parse(readFileSync(join(folder, "config.json"), "utf8"))).toMatchObject({ architectures: ["BloomForCausalLM"], model_type: "bloom", hidden_size: 16, n_layer: 2, n_head: 4, vocab_size: tokenizer.vocabularySize });
  const read = await fromPretrained(folder);
  const { batch, lastHiddenState } = await read.outputs(["where is the red cat"]);
  const own = compile((ids: Tensor) => bloomStates(model, model.embedding.word.forward(ids), SIZES.heads, EVALUATE), { name: "own" });
  const expected = await own(batch.ids);
  // The two forms of GELU differ by less than 5e-4.
  expect(Math.max(...(lastHiddenState.data as Float32Array).map((value, i) => Math.abs(value - (expected.data[i] as number))))).toBeLessThan(5e-3);
  await own.release();
});

test("universal-embedders train on it", async () => {
  const { tuned, model: trained } = await trainText("universal-embedders", PAIRS, { out: join(temporary(), "roles"), base: folder, settings: { steps: 2, batch: 8 } });
  const { width, hidden, depth } = SIZES;
  // Of a layer: query, key, value and output, up and down, two norms; the norms after the words and at the end; four role tokens.
  expect(tuned?.trained).toBe(4 * width + depth * (4 * width + hidden + width + 2 * width) + 2 * width);
  expect((await trained.embed(["red cat"], { role: "query" })).shape).toEqual([1, width]);
});

test("foundations of another form are refused by name, and so are other widths", () => {
  expect(() => exportedFoundation("bert-en")).toThrow('the foundation "bert-en" has no form of Hugging Face; choose from dec-multi, dec-multi@en');
  expect(() => bloomText({ model, tokenizer, sizes: { ...SIZES, hidden: 32 }, longest: 24 })).toThrow("feed-forward networks four times as wide as its states (64), this one has 32");
});
