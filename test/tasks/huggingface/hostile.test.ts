/** Files that lie, are cut off or point elsewhere: a clear error, and no memory spent on their word. */
import { closeSync, copyFileSync, ftruncateSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hostArray } from "../../../src/engine/index.ts";
import { fromPretrained } from "../../../src/tasks/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/train/index.ts";
import { addStages, modelFolder, TEXTS } from "./folders.ts";

const weightsOf = (folder: string): string => join(folder, "model.safetensors");

/** A safetensors file with a header of our choice. */
function lyingFile(header: unknown, data = new Uint8Array(), claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

async function refusal(change: (folder: string) => void): Promise<string> {
  const folder = modelFolder("bert-features");
  change(folder);
  const before = process.memoryUsage().rss;
  const error = await fromPretrained(folder).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(Error);
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  return (error as Error).message.replaceAll(folder, "DIR");
}
const withWeights = (bytes: Uint8Array): Promise<string> => refusal((folder) => writeFileSync(weightsOf(folder), bytes));

describe("weights", () => {
  test("cut off anywhere", async () => {
    const whole = readFileSync(weightsOf(modelFolder("bert-features")));
    for (const length of [0, 5, 8, 100, whole.length - 1]) expect(await withWeights(whole.subarray(0, length))).toMatch(/^DIR\/model\.safetensors: .*(truncated|not a safetensors file)/);
  });

  test("a header that claims more than the file, or 10 GB", async () => {
    expect(await withWeights(lyingFile({}, new Uint8Array(), 99_000_000n))).toMatch(/the header claims 99000000 bytes, the file has 2/);
    expect(await withWeights(lyingFile({}, new Uint8Array(), 10_000_000_000n))).toMatch(/the header claims 10000000000 bytes, at most 100000000 are allowed/);
    expect(await withWeights(lyingFile({}, new Uint8Array(), 2n ** 64n - 1n))).toMatch(/at most 100000000 are allowed/);
  });

  test("a tensor of 10 GB in a file of some bytes", async () => {
    const size = 10_000_000_000;
    expect(await withWeights(lyingFile({ x: { dtype: "F32", shape: [size / 4], data_offsets: [0, size] } }, new Uint8Array(4)))).toMatch(/x ends at byte 10000000000, the file holds 4 bytes of data; it is truncated/);
    expect(await withWeights(lyingFile({ x: { dtype: "F32", shape: [2 ** 40, 2 ** 40], data_offsets: [0, 4] } }, new Uint8Array(4)))).toMatch(/x: F32 \[.*\] takes .* bytes, data_offsets give 4/);
    expect(await withWeights(lyingFile({ x: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }, new Uint8Array(4)))).toMatch(/expected shape to be a list of whole numbers/);
  });

  test("a config that asks for 10 GB of weights that are not there", async () => {
    const message = await refusal((folder) => {
      const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as Record<string, unknown>;
      writeFileSync(join(folder, "config.json"), JSON.stringify({ ...config, vocab_size: 160_000_000 }));
    });
    expect(message).toMatch(/^DIR\/config\.json: vocab_size: expected 64, the rows of embeddings\.word_embeddings\.weight, got 160000000/);
  });

  test("tensors that overlap or leave gaps", async () => {
    const two = (start: number): unknown => ({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8] }, b: { dtype: "F32", shape: [1], data_offsets: [start, start + 4] } });
    expect(await withWeights(lyingFile(two(4), new Uint8Array(8)))).toMatch(/b starts at byte 4, expected 8: tensors must neither overlap nor leave gaps/);
    expect(await withWeights(lyingFile(two(12), new Uint8Array(16)))).toMatch(/b starts at byte 12, expected 8/);
    expect(await withWeights(lyingFile({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, new Uint8Array(8)))).toMatch(/4 bytes follow the last tensor/);
  });

  test("a header that is not JSON, or names a tensor twice", async () => {
    const broken = lyingFile({ a: 1 });
    broken[8] = 0xff;
    expect(await withWeights(broken)).toMatch(/the header is not JSON in UTF-8/);
    const json = new TextEncoder().encode('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}');
    const bytes = new Uint8Array(8 + json.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(json, 8);
    expect(await withWeights(bytes)).toMatch(/the header holds "a" twice/);
  });

  test.each([NaN, Infinity])("a weight that is %d", async (value) => {
    const message = await refusal((folder) => {
      const { tensors } = decodeSafetensors(readFileSync(weightsOf(folder)));
      (tensors.get("pooler.dense.weight") as { data: Float32Array }).data[7] = value;
      writeFileSync(weightsOf(folder), encodeSafetensors(tensors));
    });
    expect(message).toMatch(new RegExp(`pooler\\.dense\\.weight: element 7 is ${value}; the weights are damaged`));
  });

  test("names that are missing, unexpected or of another shape are listed together", async () => {
    const message = await refusal((folder) => {
      const { tensors } = decodeSafetensors(readFileSync(weightsOf(folder)));
      tensors.delete("encoder.layer.1.output.dense.bias");
      tensors.set("encoder.layer.0.extra", hostArray(new Float32Array(1), [1]));
      tensors.set("encoder.layer.0.output.dense.bias", hostArray(new Float32Array(3), [3]));
      writeFileSync(weightsOf(folder), encodeSafetensors(tensors));
    });
    expect(message).toMatch(/3 names do not match/);
    for (const part of ["encoder.layer.1.output.dense.bias is missing", "encoder.layer.0.extra is unexpected", "encoder.layer.0.output.dense.bias expects [16], found [3]"]) expect(message).toContain(part);
  });

  test("only a pickle file", async () => {
    const message = await refusal((folder) => {
      rmSync(weightsOf(folder));
      writeFileSync(join(folder, "pytorch_model.bin"), "x");
    });
    expect(message).toMatch(/pytorch_model\.bin is not read, as such files run code/);
  });
});

describe("shards", () => {
  /** Splits a checkpoint in two, and lets the test change its index. */
  function shard(folder: string, change: (map: Record<string, string>) => void = () => undefined): void {
    const tensors = [...decodeSafetensors(readFileSync(weightsOf(folder))).tensors];
    rmSync(weightsOf(folder));
    const map: Record<string, string> = {};
    [tensors.slice(0, 12), tensors.slice(12)].forEach((part, i) => {
      const name = `model-0000${i + 1}-of-00002.safetensors`;
      writeFileSync(join(folder, name), encodeSafetensors(new Map(part)));
      for (const [tensor] of part) map[tensor] = name;
    });
    change(map);
    writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify({ metadata: { total_size: 1 }, weight_map: map }));
  }

  test("give the model of the single file", async () => {
    const folder = modelFolder("bert-features");
    const whole = await fromPretrained(folder);
    shard(folder);
    const sharded = await fromPretrained(folder);
    expect(sharded.module.stateDict()).toEqual(whole.module.stateDict());
    expect(await sharded.embed(TEXTS)).toEqual(await whole.embed(TEXTS));
  });

  test.each(["../model-00001-of-00002.safetensors", "/etc/passwd", "..\\x.safetensors", "a/b.safetensors", ".hidden.safetensors", 3])("a shard called %j is refused", async (name) => {
    const message = await refusal((folder) => shard(folder, (map) => (map["pooler.dense.bias"] = name as string)));
    expect(message).toMatch(/model\.safetensors\.index\.json: weight_map: pooler\.dense\.bias: expected the name of a /);
  });

  test("an index that does not tell what the shards hold", async () => {
    expect(await refusal((folder) => shard(folder, (map) => (map["pooler.dense.bias"] = "model-00001-of-00002.safetensors")))).toMatch(/index and shards differ: pooler\.dense\.bias is not in model-00001/);
    expect(await refusal((folder) => shard(folder, (map) => delete map["pooler.dense.bias"]))).toMatch(/index and shards differ: pooler\.dense\.bias is not listed/);
    expect(await refusal((folder) => shard(folder, (map) => (map["pooler.dense.bias"] = "model-3.safetensors")))).toMatch(/model-3\.safetensors: the file is missing/);
    const twice = await refusal((folder) => {
      shard(folder);
      copyFileSync(join(folder, "model-00001-of-00002.safetensors"), join(folder, "model-00002-of-00002.safetensors"));
    });
    expect(twice).toMatch(/is in model-00001-of-00002\.safetensors and in model-00002-of-00002\.safetensors/);
  });
});

describe("config and tokenizer", () => {
  const config = (change: Record<string, unknown>): Promise<string> =>
    refusal((folder) => writeFileSync(join(folder, "config.json"), JSON.stringify({ ...(JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as object), ...change })));

  test("keys and values that are not handled are all named", async () => {
    const message = await config({ position_embedding_type: "relative_key", hidden_act: "swishy", brand_new: 7, hidden_size: -1, is_decoder: true });
    for (const part of ['position_embedding_type: only "absolute" can be loaded, got "relative_key"', 'hidden_act: expected one of gelu, ', 'brand_new: unknown, so what it asks for (7) would be left out', "hidden_size: expected a whole number of at least 1, got -1", "is_decoder: only false can be loaded"]) expect(message).toContain(part);
  });

  test("a config that asks for a billion of anything", async () => {
    expect(await config({ num_hidden_layers: 1e9 })).toMatch(/num_hidden_layers: expected a whole number of at least 1 and at most 1000, got 1000000000/);
    expect(await config({ max_position_embeddings: 1e9 })).toMatch(/max_position_embeddings: expected a whole number of at least 1 and at most 1000000/);
    expect(await config({ hidden_size: 1e9, num_attention_heads: 2 })).toMatch(/embeddings\.word_embeddings\.weight expects \[64, 1000000000\], found \[64, 16\]/);
    expect(await config({ architectures: ["BertForSequenceClassification"], num_labels: 1e9 })).toMatch(/num_labels: expected a whole number of at least 1 and at most 1000000/);
  });

  test("sizes that do not go together", async () => {
    expect(await config({ num_attention_heads: 3 })).toBe("DIR/config.json: num_attention_heads: expected a divisor of hidden_size, which is 16, got 3; take the config that was saved with the weights");
    expect(await config({ vocab_size: 60 })).toMatch(/^DIR\/config\.json: vocab_size: expected 64, the rows of embeddings\.word_embeddings\.weight, got 60/);
    expect(await config({ layer_norm_eps: 0 })).toMatch(/^DIR\/config\.json: layer_norm_eps: expected a number above 0, got 0/);
    expect(await config({ max_position_embeddings: 0 })).toMatch(/^DIR\/config\.json: max_position_embeddings: expected a whole number of at least 1/);
  });

  test("an unknown model type or class", async () => {
    expect(await config({ model_type: "alphabert" })).toMatch(/model_type: expected one of bert, roberta, .*, got "alphabert"/);
    expect(await config({ architectures: ["BertForDreams"] })).toMatch(/architectures: expected one of BertModel, BertForMaskedLM, .*got "BertForDreams"; pass task "features"/);
  });

  test("files that are not JSON, are missing, or are huge", async () => {
    expect(await refusal((folder) => writeFileSync(join(folder, "config.json"), "{"))).toMatch(/^DIR\/config\.json: not JSON in UTF-8/);
    expect(await refusal((folder) => rmSync(join(folder, "tokenizer.json")))).toMatch(/found no tokenizer\.json/);
    const huge = await refusal((folder) => {
      const file = openSync(join(folder, "tokenizer.json"), "w");
      ftruncateSync(file, 10_000_000_000); // sparse: takes no space
      closeSync(file);
    });
    expect(huge).toMatch(/tokenizer\.json: 10000000000 bytes, at most/);
  });

  test("files nested 50,000 deep are refused by name", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const given = (name: string, text: string): Promise<string> => refusal((folder) => writeFileSync(join(folder, name), text));
    const tooDeep = /nested more than 200 deep at character \d+/;
    for (const [name, text] of [["config.json", `{"model_type": "bert", "hidden_act": ${deep}}`], ["modules.json", `[${deep}]`], ["tokenizer.json", `{"model": ${deep}}`]] as const) {
      const message = await given(name, text);
      expect(message).toMatch(tooDeep);
      expect(message).toContain(`DIR/${name}: `);
    }
    const header = new TextEncoder().encode(`{"x":{"dtype":"F32","shape":${deep},"data_offsets":[0,4]}}`);
    const bytes = new Uint8Array(8 + header.length + 4);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(header, 8);
    const message = await withWeights(bytes);
    expect(message).toMatch(tooDeep);
    expect(message).toContain("DIR/model.safetensors: ");
  });

  test("brackets within strings are not nesting", async () => {
    const folder = modelFolder("bert-features");
    const path = join(folder, "config.json");
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, "utf8")) as object), _name_or_path: `"\\${"[".repeat(300)}` }));
    await fromPretrained(folder);
  });

  test("a tokenizer without its model or merges", async () => {
    expect(await refusal((folder) => writeFileSync(join(folder, "tokenizer.json"), "{}"))).toMatch(/^DIR: tokenizer\.json: model: /);
    const noMerges = await refusal((folder) => {
      const tokenizer = JSON.parse(readFileSync(join(folder, "tokenizer.json"), "utf8")) as { model: Record<string, unknown> };
      tokenizer.model = { type: "BPE", vocab: tokenizer.model["vocab"] };
      writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
    });
    expect(noMerges).toMatch(/^DIR: tokenizer\.json: model\.merges: a BPE model needs its list of merges, got none/);
  });
});

describe("sentence-transformers stages", () => {
  const POOLING = { word_embedding_dimension: 16, pooling_mode_mean_tokens: true };

  test("paths out of the folder, unknown modules and poolings", async () => {
    const modules = (path: string, type = "Pooling"): Promise<string> => refusal((folder) => writeFileSync(join(folder, "modules.json"), JSON.stringify([{ path: "", type: "x.Transformer" }, { path, type: `x.${type}` }])));
    expect(await modules("../1_Pooling")).toMatch(/modules\.json: module 1: expected the name of a file in the model's folder/);
    expect(await modules("1_Normalize", "Normalize")).toMatch(/modules\.json: expected a Pooling after the Transformer, got Normalize/);
    expect(await modules("1_WordWeights", "WordWeights")).toMatch(/a module of type WordWeights is not built/);
    expect(await refusal((folder) => addStages(folder, [["Pooling", { ...POOLING, pooling_mode_weightedmean_tokens: true }]]))).toMatch(/1_Pooling\/config\.json: pooling_mode_weightedmean_tokens is not built/);
    expect(await refusal((folder) => addStages(folder, [["Pooling", { ...POOLING, pooling_mode_cls_token: true }]]))).toMatch(/expected one pooling mode of cls, mean, max, lasttoken, got cls and mean/);
  });

  test("a prompt before every text, and a map of tokens rather than of texts", async () => {
    const prompts = { query: "query: ", none: "" };
    const folder = modelFolder("bert-features");
    addStages(folder, [["Pooling", POOLING]]);
    for (const [name, fits] of [["query", false], ["none", true]] as const) {
      writeFileSync(join(folder, "config_sentence_transformers.json"), JSON.stringify({ prompts, default_prompt_name: name }));
      if (fits) await fromPretrained(folder);
      else await expect(fromPretrained(folder)).rejects.toThrow(/config_sentence_transformers\.json: default_prompt_name: only null can be loaded, got "query": put its prompt \("query: "\) before the texts yourself/);
    }
    expect(await refusal((other) => addStages(other, [["Pooling", POOLING], ["Dense", { in_features: 16, out_features: 3, bias: true, module_input_name: "token_embeddings" }]]))).toMatch(/2_Dense\/config\.json: module_input_name: only "sentence_embedding" can be loaded, got "token_embeddings"/);
  });

  test("keys that ask for what is not built are named: shorter vectors, a residual map, other inputs, other lengths for queries", async () => {
    const stored = (name: string, config: object, stages: Parameters<typeof addStages>[1] = [["Pooling", POOLING]]): Promise<string> =>
      refusal((folder) => {
        addStages(folder, stages);
        writeFileSync(join(folder, name), JSON.stringify(config));
      });
    expect(await stored("config_sentence_transformers.json", { truncate_dim: 8 })).toMatch(/config_sentence_transformers\.json: truncate_dim: only null can be loaded, got 8; set it to null, and cut the vectors yourself/);
    expect(await stored("config_sentence_transformers.json", { quantize: "int8" })).toMatch(/config_sentence_transformers\.json: quantize: unknown, so what it asks for \("int8"\) would be left out/);
    expect(await stored("sentence_bert_config.json", { query_length: 32 })).toMatch(/sentence_bert_config\.json: query_length: unknown/);
    expect(await stored("sentence_bert_config.json", { modality_config: { text: {}, image: {} } })).toMatch(/modality_config: only "text" can be loaded, got "image"/);
    expect(await stored("sentence_bert_config.json", { transformer_task: "fill-mask" })).toMatch(/modules\.json: a Transformer whose transformer_task is "fill-mask" is built for no modules/);
    expect(await stored("x.json", {}, [["Pooling", { ...POOLING, pooling_mode_median: true }]])).toMatch(/1_Pooling\/config\.json: pooling_mode_median: unknown/);
    expect(await stored("x.json", {}, [["Pooling", POOLING], ["Dense", { in_features: 16, out_features: 16, use_residual: true }]])).toMatch(/2_Dense\/config\.json: use_residual: only false can be loaded, got true/);
  });

  test("the length of texts is that of the stages, in place of the tokenizer's, and has had other file names", async () => {
    const folder = modelFolder("bert-features");
    addStages(folder, [["Pooling", POOLING]]);
    const settings = JSON.parse(readFileSync(join(folder, "tokenizer_config.json"), "utf8")) as object;
    writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify({ ...settings, model_max_length: 12 }));
    expect((await fromPretrained(folder)).tokenizer.longest).toBe(12);
    writeFileSync(join(folder, "sentence_roberta_config.json"), JSON.stringify({ max_seq_length: 20, do_lower_case: false }));
    expect((await fromPretrained(folder)).tokenizer.longest).toBe(20);
    writeFileSync(join(folder, "sentence_bert_config.json"), JSON.stringify({ max_seq_length: 9, do_lower_case: false }));
    expect((await fromPretrained(folder)).tokenizer.longest).toBe(9);
  });

  test("a dense stage: read, applied, refused when its weights do not fit", async () => {
    const folder = modelFolder("bert-features");
    addStages(folder, [["Pooling", POOLING], ["Dense", { in_features: 16, out_features: 3, bias: true, activation_function: "torch.nn.modules.activation.Tanh" }]]);
    const weight = hostArray(Float32Array.from({ length: 48 }, (_, i) => Math.sin(i)), [3, 16]);
    const bias = hostArray(Float32Array.of(0.1, 0.2, -0.3), [3]);
    writeFileSync(join(folder, "2_Dense", "model.safetensors"), encodeSafetensors(new Map([["linear.weight", weight], ["linear.bias", bias]])));
    const { data } = await (await fromPretrained(folder)).embed(["the cat"]);
    rmSync(join(folder, "modules.json"));
    const mean = (await (await fromPretrained(folder)).embed(["the cat"])).data as Float32Array;
    const expected = [0, 1, 2].map((row) => Math.tanh(mean.reduce((sum, x, k) => sum + x * (weight.data[16 * row + k] as number), bias.data[row] as number)));
    expected.forEach((value, i) => expect(data[i]).toBeCloseTo(value, 4));
    const message = await refusal((other) => {
      addStages(other, [["Pooling", POOLING], ["Dense", { in_features: 16, out_features: 4, bias: true }]]);
      writeFileSync(join(other, "2_Dense", "model.safetensors"), encodeSafetensors(new Map([["linear.weight", weight], ["linear.bias", bias]])));
    });
    const narrow = await refusal((other) => {
      addStages(other, [["Pooling", POOLING], ["Dense", { in_features: 3, out_features: 16, bias: false }]]);
      writeFileSync(join(other, "2_Dense", "model.safetensors"), encodeSafetensors(new Map([["linear.weight", hostArray(weight.data, [16, 3])]])));
    });
    expect(narrow).toMatch(/modules\.json: module 2: its in_features are 3, what comes before it gives 16/);
    expect(message).toMatch(/dense\.0\.weight expects float32\[4, 16\], found float32\[3, 16\]/);
  });
});
