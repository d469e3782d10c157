/** Every architecture against its PyTorch reference, and back to the same checkpoint. */
import { describe, expect, test } from "vitest";
import { compile, Tensor } from "../../../src/engine/index.ts";
import type { HostArray } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { architectureOf, ARCHITECTURES, exportPretrained, importPretrained } from "../../../src/nn/pretrained/index.ts";
import type { Pretrained } from "../../../src/nn/pretrained/index.ts";
import { booleans, fingerprints, fixtureNames, largestDifference, readFixture, sourceOf } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

async function outputsOf({ module }: Pretrained, { ids, mask, segments, target }: Fixture["inputs"]): Promise<Record<string, HostArray>> {
  const run = compile((batch: { ids: Tensor; valid: Tensor; segments?: Tensor; targetIds?: Tensor }) => {
    const { lastHiddenState, hidden, pooled, logits } = module.forward(batch, EVALUATE);
    return { last: lastHiddenState, hidden: hidden[hidden.length - 2] as Tensor, ...(pooled === undefined ? {} : { pooled }), ...(logits === undefined ? {} : { logits }) };
  });
  const given = { ids: ids as HostArray, valid: booleans(mask as HostArray), ...(segments === undefined ? {} : { segments }), ...(target === undefined ? {} : { targetIds: target }) };
  return await run(given) as Record<string, HostArray>;
}

describe.each(fixtureNames())("%s", (name) => {
  const fixture = readFixture(name);

  test("gives the numbers of the reference", async () => {
    const model = await importPretrained(fixture.config, sourceOf(fixture.tensors), { label: name });
    const found = await outputsOf(model, fixture.inputs);
    expect(Object.keys(fixture.outputs).length).toBeGreaterThan(0);
    for (const [output, expected] of Object.entries(fixture.outputs)) expect(largestDifference(found[output] as HostArray, expected), output).toBeLessThan(2e-5);
  });

  test("is written back as the checkpoint it came from, config included", async () => {
    const model = await importPretrained(fixture.config, sourceOf(fixture.tensors), { label: name });
    const { config, tensors } = exportPretrained(model);
    expect(fingerprints(tensors)).toEqual(fingerprints(fixture.tensors));
    expect(config).toMatchObject(fixture.config);
    const again = await importPretrained(config, sourceOf(tensors), { label: name });
    expect(fingerprints(again.module.stateDict())).toEqual(fingerprints(model.module.stateDict()));
  });
});

test("every architecture has a fixture, or shares its definition with one that has", () => {
  const covered = new Set(fixtureNames().map((name) => readFixture(name).config["model_type"]));
  // Made by the same function as roberta and as llama, with other defaults.
  expect(ARCHITECTURES.map(({ modelType }) => modelType).filter((type) => !covered.has(type))).toEqual(["camembert", "mistral"]);
});

describe("keys that are absent stand for what the library takes", () => {
  const sizes = { vocab_size: 64, hidden_size: 512, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 64 };
  const read = (config: Record<string, unknown>) => architectureOf(config, "model").read({ ...sizes, ...config }, "model");

  test("a Mistral has a window of 4096, which hides nothing only from texts up to there", () => {
    expect(() => read({ model_type: "mistral" })).toThrow(/^model: sliding_window: only null can be loaded, got 4096, which is what the absent key stands for$/);
    expect(() => read({ model_type: "mistral", max_position_embeddings: 8192, sliding_window: 4096 })).toThrow(/got 4096$/);
    expect(read({ model_type: "mistral", max_position_embeddings: 4096 })).toMatchObject({ longest: 4096, config: { sliding_window: null, num_key_value_heads: 8 } });
    expect(read({ model_type: "mistral", sliding_window: null })).toMatchObject({ longest: 131072, config: { num_key_value_heads: 8 } });
    expect(() => read({ model_type: "llama", sliding_window: 4096 })).toThrow(/sliding_window: unknown/);
  });

  test("heads, positions and constants of the others", () => {
    expect(read({ model_type: "llama" }).config).toMatchObject({ num_key_value_heads: null, max_position_embeddings: 2048, rms_norm_eps: 1e-6 });
    expect(read({ model_type: "qwen2" }).config).toMatchObject({ num_key_value_heads: 32, max_position_embeddings: 32768 });
    expect(read({ model_type: "qwen3" }).config).toMatchObject({ num_key_value_heads: 32, head_dim: 128, max_position_embeddings: 32768 });
    expect(read({ model_type: "qwen3", num_key_value_heads: null }).config).toMatchObject({ num_key_value_heads: null });
    expect(read({ model_type: "eurobert" }).config).toMatchObject({ num_key_value_heads: null, max_position_embeddings: 8192, rms_norm_eps: 1e-5 });
  });
});

describe("sizes that do not go together fail when a config is read, by file and key", () => {
  const read = (config: Record<string, unknown>) => () => architectureOf(config, "dir/config.json").read(config, "dir/config.json");
  const decoder = { vocab_size: 64, hidden_size: 24, intermediate_size: 8, num_hidden_layers: 1, num_attention_heads: 4 };

  test.each<[config: Record<string, unknown>, problem: string]>([
    [{ ...decoder, model_type: "llama", num_attention_heads: 5 }, "num_attention_heads: expected a divisor of hidden_size, which is 24, got 5"],
    [{ ...decoder, model_type: "llama", num_attention_heads: 8 }, "num_attention_heads: expected heads of an even width, as rotary positions turn pairs, got 8 of width 3 (hidden_size is 24)"],
    [{ ...decoder, model_type: "qwen3", num_key_value_heads: 4, head_dim: 7 }, "head_dim: expected an even number, as rotary positions turn pairs, got 7"],
    [{ ...decoder, model_type: "eurobert", num_key_value_heads: 3 }, "num_key_value_heads: expected a divisor of num_attention_heads, which is 4, got 3"],
    [{ model_type: "modernbert", hidden_size: 24, num_attention_heads: 8 }, "num_attention_heads: expected heads of an even width, as rotary positions turn pairs, got 8 of width 3 (hidden_size is 24)"],
    [{ model_type: "neobert", hidden_size: 25, num_attention_heads: 5 }, "num_attention_heads: expected heads of an even width, as rotary positions turn pairs, got 5 of width 5 (hidden_size is 25)"],
    [{ model_type: "gpt2", n_embd: 10, n_head: 4 }, "n_head: expected a divisor of n_embd, which is 10, got 4"],
    [{ model_type: "bart", d_model: 12, encoder_attention_heads: 3, decoder_attention_heads: 5 }, "decoder_attention_heads: expected a divisor of d_model, which is 12, got 5"],
    [{ model_type: "distilbert", dim: 10, n_heads: 4 }, "n_heads: expected a divisor of dim, which is 10, got 4"],
    [{ model_type: "roberta", max_position_embeddings: 2 }, "max_position_embeddings: expected at least 3, as positions are counted from the padding id on, got 2"],
    [{ model_type: "t5", relative_attention_num_buckets: 32, relative_attention_max_distance: 16 }, "relative_attention_max_distance: expected more than half of relative_attention_num_buckets, which is 32, got 16"],
    [{ model_type: "deberta-v2", position_buckets: 1 }, "position_buckets: expected -1 for none, or at least 2, got 1"],
  ])("%j", (config, problem) => {
    expect(read(config)).toThrow(`dir/config.json: ${problem}; take the config that was saved with the weights`);
  });

  test("a constant of zero, no bucket, and a function that is not known", () => {
    expect(read({ ...decoder, model_type: "llama", rms_norm_eps: 0 })).toThrow("dir/config.json: rms_norm_eps: expected a number above 0, got 0");
    expect(read({ ...decoder, model_type: "llama", rope_theta: 0 })).toThrow("rope_theta: expected a number above 0, got 0");
    expect(read({ ...decoder, model_type: "llama", max_position_embeddings: 0 })).toThrow("max_position_embeddings: expected a whole number of at least 1, got 0");
    expect(read({ ...decoder, model_type: "llama", hidden_act: "swishy" })).toThrow("hidden_act: expected one of gelu, ");
    expect(read({ model_type: "t5", relative_attention_num_buckets: 2 })).toThrow("relative_attention_num_buckets: expected a whole number of at least 4, got 2");
  });

  test("a vocabulary that is not the table's", async () => {
    const { config, tensors } = readFixture("llama-causal-lm");
    await expect(importPretrained({ ...config, vocab_size: 5 }, sourceOf(tensors), { label: "dir/config.json" })).rejects.toThrow(/^dir\/config\.json: vocab_size: expected \d+, the rows of model\.embed_tokens\.weight, got 5; take the config/);
  });
});

describe("checkpoints of another task", () => {
  const { config, tensors } = readFixture("bert-sequence-classification");

  test("the encoder alone is taken with its pooler, and what is left is told", async () => {
    const { module, task, unused } = await importPretrained(config, sourceOf(tensors), { label: "model", task: "features" });
    expect(task).toBe("features");
    expect(unused.toSorted()).toEqual(["classifier.bias", "classifier.weight"]);
    expect(module.namedParameters().has("pooler.weight")).toBe(true);
  });

  test("a head that is not there is an error that names its tensors", async () => {
    await expect(importPretrained(config, sourceOf(tensors), { label: "model", task: "masked-lm" })).rejects.toThrow(/model: 5 names do not match the config: cls\.predictions\.transform\.dense\.weight is missing/);
  });

  test("a task that the architecture does not have is an error with its choices", async () => {
    await expect(importPretrained(config, sourceOf(tensors), { label: "model", task: "causal-lm" })).rejects.toThrow(/bert models have no task "causal-lm"; they have features, masked-lm/);
  });

  test("layers beyond the config are not passed over", async () => {
    const extra = new Map([...tensors, ["bert.encoder.layer.2.output.dense.bias", tensors.get("bert.encoder.layer.1.output.dense.bias") as HostArray] as const]);
    await expect(importPretrained(config, sourceOf(extra), { label: "model" })).rejects.toThrow(/bert\.encoder\.layer\.2\.output\.dense\.bias is unexpected/);
  });
});

describe("BertForPreTraining, masked words and pairs", () => {
  const { config, tensors, inputs, outputs } = readFixture("bert-masked-lm");
  const width = 16;
  const matrix = (rows: number, value: (row: number, column: number) => number): HostArray => ({ data: Float32Array.from({ length: rows * width }, (_, i) => value(Math.floor(i / width), i % width)), shape: [rows, width], dtype: "float32" });
  const vector = (...values: number[]): HostArray => ({ data: Float32Array.from(values), shape: [values.length], dtype: "float32" });
  // The pooler copies and shifts by 0.1; the two answers are the sum and the first component.
  const pairs = new Map([["bert.pooler.dense.weight", matrix(width, (i, j) => Number(i === j))], ["bert.pooler.dense.bias", vector(...Array.from({ length: width }, () => 0.1))], ["cls.seq_relationship.weight", matrix(2, (i, j) => Number(i === 0 || j === 0))], ["cls.seq_relationship.bias", vector(0, 2)]]);
  const file = sourceOf(new Map([...tensors, ...pairs]));

  test("answers of pairs come from the pooled first token, beside scores of words", async () => {
    const model = await importPretrained({ ...config, architectures: ["BertForPreTraining"] }, file, { label: "model" });
    expect([model.task, model.unused]).toEqual(["pre-training", []]);
    const run = compile((batch: { ids: Tensor; valid: Tensor; segments: Tensor }) => ({ pairs: model.module.forward(batch, EVALUATE).pairs as Tensor }));
    const found = await run({ ids: inputs.ids as HostArray, valid: booleans(inputs.mask as HostArray), segments: inputs.segments as HostArray });
    const last = outputs["last"] as HostArray;
    const [rows, length] = last.shape as [number, number];
    const expected = Array.from({ length: rows }, (_, row) => {
      const pooled = Array.from({ length: width }, (__, k) => Math.tanh(Number(last.data[row * length * width + k]) + 0.1));
      return [pooled.reduce((a, b) => a + b, 0), (pooled[0] as number) + 2];
    }).flat();
    expected.forEach((value, i) => expect(Number(found.pairs.data[i])).toBeCloseTo(value, 4));
    expect(largestDifference((await outputsOf(model, inputs))["logits"] as HostArray, outputs["logits"] as HostArray)).toBeLessThan(2e-5);
    expect(fingerprints(exportPretrained(model).tensors)).toEqual(fingerprints(new Map([...tensors, ...pairs])));
  });

  test("masked words alone can be taken from such a file", async () => {
    const { task, unused } = await importPretrained(config, file, { label: "model" });
    expect([task, unused.toSorted()]).toEqual(["masked-lm", [...pairs.keys()].sort()]);
  });
});

test("scale and shift of norms may be called gamma and beta, and position ids are passed over", async () => {
  const { config, tensors } = readFixture("bert-features");
  const old = new Map([...tensors].map(([name, value]) => [name.replace(/LayerNorm\.weight$/, "LayerNorm.gamma").replace(/LayerNorm\.bias$/, "LayerNorm.beta"), value]));
  old.set("embeddings.position_ids", { data: new BigInt64Array(40), shape: [1, 40], dtype: "int64" });
  const [today, then] = await Promise.all([tensors, old].map(async (state) => (await importPretrained(config, sourceOf(state), { label: "model" })).module.stateDict()));
  expect(fingerprints(then as Map<string, HostArray>)).toEqual(fingerprints(today as Map<string, HostArray>));
});

describe("tied tables", () => {
  const { config, tensors } = readFixture("bert-masked-lm");
  const table = tensors.get("bert.embeddings.word_embeddings.weight") as HostArray;

  test("a copy under its second name is accepted when it is equal", async () => {
    const doubled = new Map([...tensors, ["cls.predictions.decoder.weight", table] as const]);
    expect((await importPretrained(config, sourceOf(doubled), { label: "model" })).unused).toEqual([]);
    const other = { ...table, data: Float32Array.from(table.data as Float32Array, (value) => value + 1) };
    await expect(importPretrained(config, sourceOf(new Map([...tensors, ["cls.predictions.decoder.weight", other] as const])), { label: "model" })).rejects.toThrow(/cls\.predictions\.decoder\.weight differs from bert\.embeddings\.word_embeddings\.weight, but the config says they are one table/);
  });

  test("untied, both are weights of their own", async () => {
    const apart = { ...config, tie_word_embeddings: false };
    const own = { ...table, data: Float32Array.from(table.data as Float32Array, (value) => value * 2) };
    const model = await importPretrained(apart, sourceOf(new Map([...tensors, ["cls.predictions.decoder.weight", own] as const])), { label: "model" });
    expect(model.module.stateDict().get("head.weight")).toEqual(own);
    expect(exportPretrained(model).tensors.get("cls.predictions.decoder.weight")).toEqual(own);
    await expect(importPretrained(apart, sourceOf(tensors), { label: "model" })).rejects.toThrow(/cls\.predictions\.decoder\.weight is missing/);
  });

  test("untied, the bias that the library adds is the one beside the weight", async () => {
    const bias = tensors.get("cls.predictions.bias") as HostArray;
    const added = { ...bias, data: Float32Array.from(bias.data as Float32Array, (value) => value + 3) };
    const both = new Map([...tensors, ["cls.predictions.decoder.weight", table], ["cls.predictions.decoder.bias", added]] as const);
    const one = new Map([...both].filter(([name]) => name !== "cls.predictions.bias"));
    for (const file of [both, one]) {
      const model = await importPretrained({ ...config, tie_word_embeddings: false }, sourceOf(file), { label: "model" });
      expect(model.module.stateDict().get("head.bias")).toEqual(added);
      expect(exportPretrained(model).tensors.get("cls.predictions.decoder.bias")).toEqual(added);
    }
    await expect(importPretrained(config, sourceOf(new Map([...tensors, ["cls.predictions.decoder.bias", added] as const])), { label: "model" })).rejects.toThrow(/decoder\.bias differs from cls\.predictions\.bias/);
  });
});

describe("configs of other versions of the library", () => {
  const settingsOf = async (name: string, change: (config: Record<string, unknown>) => Record<string, unknown>): Promise<unknown> => {
    const { config, tensors } = readFixture(name);
    return (await importPretrained(change(config), sourceOf(tensors), { label: name })).prepared.config;
  };

  const modern = ({ global_attn_every_n_layers: every, global_rope_theta: far, local_rope_theta: near, ...rest }: Record<string, unknown>): Record<string, unknown> => ({
    ...rest,
    layer_types: Array.from({ length: rest["num_hidden_layers"] as number }, (_, i) => (i % (every as number) === 0 ? "full_attention" : "sliding_attention")),
    rope_parameters: { full_attention: { rope_type: "default", rope_theta: far }, sliding_attention: { rope_type: "default", rope_theta: near } },
  });

  test("ModernBERT: the attention of each layer by name, bases of rotary positions in a record", async () => {
    expect(await settingsOf("modernbert-masked-lm", modern)).toEqual(await settingsOf("modernbert-masked-lm", (config) => config));
    const irregular = (config: Record<string, unknown>): Record<string, unknown> => ({ ...modern(config), layer_types: ["sliding_attention", ...((modern(config)["layer_types"] as string[]).slice(1))] });
    await expect(settingsOf("modernbert-masked-lm", irregular)).rejects.toThrow(/layer_types: unknown/);
    const scaled = (config: Record<string, unknown>): Record<string, unknown> => ({ ...modern(config), rope_parameters: { full_attention: { rope_type: "linear", factor: 2, rope_theta: 1 }, sliding_attention: { rope_type: "default", rope_theta: 1 } } });
    await expect(settingsOf("modernbert-masked-lm", scaled)).rejects.toThrow(/rope_parameters: unknown/);
  });

  test("Qwen: layers that all see everything may say so one by one", async () => {
    const named = (type: string) => (config: Record<string, unknown>) => ({ ...config, layer_types: Array.from({ length: config["num_hidden_layers"] as number }, (_, i) => (i === 0 ? type : "full_attention")) });
    expect(await settingsOf("qwen3-features", named("full_attention"))).toEqual(await settingsOf("qwen3-features", (config) => config));
    await expect(settingsOf("qwen3-features", named("sliding_attention"))).rejects.toThrow(/layer_types: only null can be loaded, got \["sliding_attention"/);
  });

  test("T5: whether scores are scaled, and that an encoder is no decoder", async () => {
    expect(await settingsOf("t5-seq2seq", (config) => ({ ...config, tie_word_embeddings: true, scale_decoder_outputs: config["tie_word_embeddings"] ?? true, is_decoder: false }))).toEqual(await settingsOf("t5-seq2seq", (config) => config));
    // Every table is called tied then; one of its own is in the file.
    expect(await settingsOf("mt5-seq2seq", (config) => ({ ...config, tie_word_embeddings: true, scale_decoder_outputs: false }))).toEqual(await settingsOf("mt5-seq2seq", (config) => config));
    expect(await settingsOf("t5-unscaled-seq2seq", (config) => config)).toMatchObject({ tie_word_embeddings: true, scale_decoder_outputs: false });
    await expect(settingsOf("t5-unscaled-seq2seq", ({ scale_decoder_outputs: _, ...config }) => ({ ...config, tie_word_embeddings: false }))).rejects.toThrow(/lm_head\.weight is missing/);
  });

  test("mT5: version 5 calls every table tied and scales no scores, version 4 scales those of a tied one", async () => {
    const written = (version: string) => ({ scale_decoder_outputs: _, ...config }: Record<string, unknown>) => ({ ...config, model_type: "mt5", architectures: ["MT5ForConditionalGeneration"], tie_word_embeddings: true, transformers_version: version });
    expect(await settingsOf("t5-unscaled-seq2seq", written("5.18.0"))).toMatchObject({ tie_word_embeddings: true, scale_decoder_outputs: false });
    expect(await settingsOf("t5-unscaled-seq2seq", written("4.57.1"))).not.toHaveProperty("scale_decoder_outputs");
    expect(await settingsOf("mt5-seq2seq", written("5.18.0"))).toEqual(await settingsOf("mt5-seq2seq", (config) => config));
  });

  test("a size that a config leaves out is not written as null, which Qwen2's class would take for the width of a head", async () => {
    const { config, tensors } = readFixture("qwen2-causal-lm");
    expect(config).not.toHaveProperty("head_dim");
    expect(exportPretrained(await importPretrained(config, sourceOf(tensors), { label: "model" })).config).not.toHaveProperty("head_dim");
  });

  test("keys that published checkpoints of BART and cross-encoders have", async () => {
    expect(await settingsOf("bart-seq2seq", (config) => ({ ...config, init_std: 0.02, is_decoder: false, _num_labels: 3 }))).toMatchObject({ model_type: "bart" });
    expect(await settingsOf("bert-sequence-classification", (config) => ({ ...config, sentence_transformers: { activation_fn: "torch.nn.modules.linear.Identity", version: "4.0.1" } }))).toMatchObject({ model_type: "bert" });
  });
});

test("MPNet: a table with more buckets than are ever looked up is refused", async () => {
  const { config, tensors } = readFixture("mpnet-features");
  await expect(importPretrained({ ...config, relative_attention_num_buckets: 64 }, sourceOf(tensors), { label: "model" })).rejects.toThrow(/relative_attention_num_buckets: expected a whole number of at least 4 and at most 32, got 64/);
});

test("a pair needs no second token type where the table has one, and a constant below zero is refused", async () => {
  const { config, tensors } = readFixture("bert-features");
  const table = tensors.get("embeddings.token_type_embeddings.weight") as HostArray;
  const one = new Map([...tensors, ["embeddings.token_type_embeddings.weight", { ...table, data: table.data.slice(0, 16), shape: [1, 16] } as HostArray] as const]);
  expect((await importPretrained({ ...config, type_vocab_size: 1 }, sourceOf(one), { label: "model" })).prepared.segments).toBe(false);
  await expect(importPretrained({ ...config, layer_norm_eps: -1e-5 }, sourceOf(tensors), { label: "model" })).rejects.toThrow(/layer_norm_eps: expected a number above 0, got -0\.00001/);
});
