/** Assembled models under the names of Hugging Face and back: the same bits, and the same outputs from the module read there. */
import { describe, expect, test } from "vitest";
import { evaluate, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import type { LmHead } from "../../../src/nn/index.ts";
import { exportPretrained, importPretrained } from "../../../src/nn/pretrained/index.ts";
import type { Pretrained } from "../../../src/nn/pretrained/index.ts";
import { assemble, checkConfig, fromCounterpart, parseConfig, toCounterpart } from "../../../src/train/assemble/index.ts";
import type { Assembled } from "../../../src/train/assemble/index.ts";
import type { Classes } from "../../../src/train/assemble/parts/objective/cls.ts";
import type { Tags } from "../../../src/train/assemble/parts/objective/ner.ts";
import type { VectorHead } from "../../../src/train/assemble/vector-head.ts";
import { fingerprints, largestDifference, readFixture, sourceOf } from "../../nn/pretrained/fixture.ts";

const random = RandomStream.of(8);
const TINY = { version: 1, vocab_size: 24, emb_size: 16, feedforward_size: 24, heads_num: 2, layers_num: 2, max_seq_length: 12, dropout: 0.1, labels_num: 3, encoder: "transformer" };
const BERT = { ...TINY, embedding: ["word", "pos", "seg"], tie_weights: true };
const GPT = { ...TINY, embedding: ["word", "pos"], hidden_act: "gelu_fast", remove_embedding_layernorm: true, layernorm_positioning: "pre", target: ["lm"], tie_weights: true };
const LLAMA = { ...TINY, embedding: ["word"], remove_embedding_layernorm: true, layernorm: "rms", layernorm_positioning: "pre", feed_forward: "gated", hidden_act: "silu", rotary_position_embedding: true, remove_transformer_bias: true, target: ["lm"] };
const T5 = {
  ...TINY, embedding: ["word"], tgt_embedding: ["word"], decoder: "transformer", remove_embedding_layernorm: true, layernorm: "t5", layernorm_positioning: "pre", hidden_act: "relu", relative_position_embedding: true, remove_attention_scale: true, remove_transformer_bias: true,
  share_embedding: true, tie_weights: true, target: ["lm"], data_processor: "t5", decoder_layers_num: 1,
};
const BART = { ...TINY, embedding: ["word", "pos"], tgt_embedding: ["word", "pos"], decoder: "transformer", share_embedding: true, tie_weights: true, layernorm_eps: 1e-5, target: ["lm"] };

/** Each with the class it is written as. */
const CASES: Readonly<Record<string, readonly [config: object, className: string]>> = {
  "BERT, masked words": [{ ...BERT, target: ["mlm"] }, "BertForMaskedLM"],
  "BERT without segments": [{ ...BERT, embedding: ["word", "pos"], target: ["mlm"] }, "BertForMaskedLM"],
  "BERT, masked words and pairs": [{ ...BERT, target: ["mlm", "sp"] }, "BertForPreTraining"],
  "BERT, classes": [{ ...BERT, target: ["cls"] }, "BertForSequenceClassification"],
  "BERT, tags": [{ ...BERT, target: ["ner"] }, "BertForTokenClassification"],
  "BERT, features": [{ ...BERT, target: [] }, "BertModel"],
  ALBERT: [{ ...BERT, emb_size: 8, hidden_size: 16, factorized_embedding_parameterization: true, parameter_sharing: true, target: ["mlm", "sp"] }, "AlbertForPreTraining"],
  "ALBERT, a group for each layer": [{ ...BERT, emb_size: 8, hidden_size: 16, factorized_embedding_parameterization: true, tie_weights: false, target: ["mlm"] }, "AlbertForMaskedLM"],
  "GPT-2": [GPT, "GPT2LMHeadModel"],
  LLaMA: [LLAMA, "LlamaForCausalLM"],
  "LLaMA, shared keys and wide heads": [{ ...LLAMA, heads_num: 4, local_kv_heads_num: 2, attention_head_size: 6, tie_weights: true }, "LlamaForCausalLM"],
  T5: [T5, "T5ForConditionalGeneration"],
  "T5 v1.1": [{ ...T5, feed_forward: "gated", hidden_act: "gelu_fast", tie_weights: false, attention_head_size: 6 }, "T5ForConditionalGeneration"],
  BART: [{ ...BART, has_lmtarget_bias: true }, "BartForConditionalGeneration"],
  "BART without the bias of words": [BART, "BartForConditionalGeneration"],
  mBART: [{ ...BART, layernorm_positioning: "pre", has_lmtarget_bias: true }, "MBartForConditionalGeneration"],
};

/** A model whose weights are all random: fresh norms and biases would hide a swap. */
function randomModel(config: object): Assembled {
  const model = assemble(config, { random });
  for (const [name, parameter] of model.namedParameters()) {
    const stream = random.child(name);
    parameter.set(hostArray(Float32Array.from({ length: parameter.size }, () => stream.uniform() - 0.4), parameter.shape));
  }
  return model;
}

const exported = (model: Assembled): ReturnType<typeof exportPretrained> => exportPretrained(toCounterpart(model, { labels: ["a", "b", "c"] }));
const imported = ({ config, tensors }: ReturnType<typeof exportPretrained>): Promise<Pretrained> => importPretrained(config, sourceOf(tensors), { label: "model" });
const ints = (rows: readonly (readonly number[])[]): Tensor => tensor(hostArray(Int32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]));

/** Two rows, the second with padding behind two segments. */
const TOKENS = [[1, 7, 9, 11, 2], [1, 12, 2, 0, 0]];
const SEGMENTS = [[1, 1, 2, 2, 2], [1, 2, 2, 0, 0]];
const TARGET = [[1, 4, 5], [1, 6, 2]];

/** What the assembled model says of the rows: scores of words, classes, or states, and of pairs. */
function ourOutputs(model: Assembled): Tensor[] {
  const batch = { tokens: ints(TOKENS), masked: ints(TOKENS), segments: ints(SEGMENTS), target: ints(TARGET), targetSegments: ints(TARGET.map((row) => row.map(() => 1))) };
  if (model.config.target.length === 0) return [model.encode(batch, EVALUATE).x];
  return model.config.target.map((name) => {
    const { states, segments } = model.statesFor(name, batch, EVALUATE);
    if (name === "cls") return (model.objectives[name] as Classes).logits({ states, segments });
    if (name === "ner") return (model.objectives[name] as Tags).logits({ states }, EVALUATE);
    const { head } = model.objectives[name] as unknown as { head: LmHead | VectorHead };
    return name === "sp" ? (head as VectorHead).forward(states[0] as Tensor, segments[0] as Tensor) : (head as LmHead).forward(states[0] as Tensor);
  });
}

function theirOutputs({ module, task }: Pretrained): Tensor[] {
  const segments = SEGMENTS.map((row) => row.map((segment) => Math.max(0, segment - 1)));
  const { logits, pairs, lastHiddenState } = module.forward({ ids: ints(TOKENS), valid: ints(SEGMENTS).greater(0), segments: ints(segments), targetIds: ints(TARGET) }, EVALUATE);
  return task === "features" ? [lastHiddenState] : [logits as Tensor, ...(pairs === undefined ? [] : [pairs])];
}

/** Rows of real tokens: what stands at padding is nobody's. */
const real = ({ data, shape }: HostArray): HostArray => (shape.length === 3 && shape[1] === 5 ? hostArray((data as Float32Array).slice(0, 8 * (shape[2] as number)), [8, shape[2] as number]) : { data, shape, dtype: "float32" });

test.each(Object.entries(CASES))("%s goes out and comes back bit for bit, and gives the outputs of the module that its files make", async (_, [config, className]) => {
  const model = randomModel(config);
  const out = exported(model);
  expect(out.config["architectures"]).toEqual([className]);
  const other = await imported(out);
  const { keys, state } = fromCounterpart(other, "model");
  const again = assemble(keys, { random: random.child("again") });
  again.loadStateDict(state);
  const restored = again.stateDict();
  for (const [name, value] of model.stateDict()) expect([name, restored.get(name)]).toEqual([name, value]);
  // Out once more it is the same file.
  const twice = exported(again);
  expect(twice.config).toEqual(out.config);
  expect(fingerprints(twice.tensors)).toEqual(fingerprints(out.tensors));

  const [ours, theirs] = [await evaluate(ourOutputs(model)), await evaluate(theirOutputs(other))];
  expect(ours.length).toBe(theirs.length);
  ours.forEach((value, i) => {
    // Of pairs, there 0 means that texts belong together, here 1 does.
    const expected = i === 1 ? hostArray(Float32Array.from(value.data as Float32Array, (__, k) => Number(value.data[k ^ 1])), value.shape) : value;
    expect(largestDifference(real(theirs[i] as HostArray), real(expected))).toBeLessThan(1e-5);
  });
});

test("an output that T5 scales is read as one that needs no scale", async () => {
  const { config, tensors } = readFixture("t5-seq2seq"); // tied, so scaled
  const model = await importPretrained({ ...config, relative_attention_max_distance: 128 }, sourceOf(tensors), { label: "t5" });
  const { keys, state } = fromCounterpart(model, "t5");
  expect(keys).toMatchObject({ tie_weights: true, share_embedding: true, layernorm: "t5" });
  const own = assemble(keys, { random });
  own.loadStateDict(state);
  const [ours, theirs] = [await evaluate(ourOutputs(own)), await evaluate(theirOutputs(model))];
  expect(largestDifference(theirs[0] as HostArray, ours[0] as HostArray)).toBeLessThan(2e-5);
});

test.each(["bert-masked-lm", "bert-sequence-classification", "roberta-masked-lm", "gpt2-causal-lm", "llama-causal-lm"])("the checkpoint %s comes in and gives the numbers of its PyTorch reference", async (name) => {
  const fixture = readFixture(name);
  const { keys, state } = fromCounterpart(await importPretrained(fixture.config, sourceOf(fixture.tensors), { label: name }), name);
  const model = assemble(keys, { random });
  model.loadStateDict(state);
  const { ids, mask, segments, target } = fixture.inputs;
  const valid = (mask as HostArray).data;
  const counted = hostArray(Int32Array.from({ length: valid.length }, (_, i) => (Number(valid[i]) === 0 ? 0 : 1 + Number(segments?.data[i] ?? 0))), (ids as HostArray).shape);
  const given = (value: HostArray): Tensor => tensor(hostArray(Int32Array.from(value.data, Number), value.shape));
  const batch = { tokens: given(ids as HostArray), masked: given(ids as HostArray), segments: tensor(counted), ...(target === undefined ? {} : { target: given(target), targetSegments: tensor(hostArray(new Int32Array(target.data.length).fill(1), target.shape)) }) };
  const objective = model.config.target[0];
  const { states, segments: own } = objective === undefined ? { states: [model.encode(batch, EVALUATE).x], segments: [] } : model.statesFor(objective, batch, EVALUATE);
  const head = objective === undefined ? null : (model.objectives[objective] as unknown as { head: LmHead }).head;
  const output = objective === "cls" ? (model.objectives["cls"] as Classes).logits({ states, segments: own }) : head === null ? (states[0] as Tensor) : head.forward(states[0] as Tensor);
  const [found] = await evaluate([output]);
  const expected = (objective === undefined ? fixture.outputs["last"] : fixture.outputs["logits"]) as HostArray;
  // Rows of padding are not compared.
  const width = expected.shape.at(-1) as number;
  const perToken = expected.shape.length === 3 && target === undefined;
  const kept = (value: HostArray): HostArray => hostArray(Float32Array.from(value.data as Float32Array, (x, i) => (perToken && Number(valid[Math.floor(i / width)]) === 0 ? 0 : x)), value.shape);
  expect(largestDifference(kept(found as HostArray), kept(expected))).toBeLessThan(2e-5);
});

describe("what has no counterpart is refused by its slot", () => {
  const refusal = (config: object): string => {
    expect(checkConfig(parseConfig(config))).toEqual([]);
    try {
      toCounterpart(assemble(config, { random }));
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  test("encoders, embeddings and streams that no model there has; the message lists what can be exported", () => {
    expect(refusal({ ...TINY, embedding: ["word"], encoder: "lstm", target: ["lm"] })).toMatch(/^export: .*encoder: lstm has none.*What can be exported: BERT \(word \+ pos \[\+ seg\] \/ transformer, post \/ mlm, cls, ner, mlm \+ sp\); ALBERT .*; GPT-2 .*; LLaMA .*; T5 .*; BART .*; mBART/);
    expect(refusal({ ...TINY, embedding: ["word"], encoder: "bilstm", target: ["bilm"] })).toContain("encoder: bilstm has none");
    expect(refusal({ ...TINY, embedding: ["patch", "pos"], image_height: 8, image_width: 8, patch_size: 4, target: ["cls"] })).toContain("embedding: patch + pos has none");
  });

  test("switches, each with why and what to change", () => {
    expect(refusal({ ...BERT, layernorm: "uer", target: ["mlm"] })).toMatch(/the nearest is BERT\. layernorm: BERT has "normal", this model "uer": it divides by the unbiased deviation with eps outside the root, which no norm there does; set layernorm to "normal"/);
    expect(refusal({ ...BERT, layernorm_positioning: "pre", target: ["mlm"] })).toMatch(/layernorm_positioning: BERT has "post", this model "pre"/);
    expect(refusal({ ...BERT, target: ["cls"], pooling: "mean" })).toMatch(/pooling: BERT tells classes from the first token, this model from the mean of all; set pooling to "first"/);
    expect(refusal({ ...BERT, target: ["mlm", "cls"] })).toMatch(/target: there are classes of BERT for mlm, cls, ner, mlm \+ sp; this model has mlm \+ cls/);
    expect(refusal({ ...BERT, mask: "causal", target: ["mlm"] })).toMatch(/mask: BERT reads under fully_visible, mlm of this model under causal/);
    expect(refusal({ ...BART, layernorm_eps: 1e-6 })).toMatch(/layernorm_eps: BART has 0\.00001, this model 0\.000001/);
    expect(refusal({ ...T5, hidden_act: "silu" })).toMatch(/feed_forward and hidden_act: T5 has dense with relu, dense with gelu, gated with gelu_fast, gated with silu, this model dense with silu/);
    expect(refusal({ ...GPT, attention_head_size: 4 })).toMatch(/attention_head_size: heads of GPT-2 share hidden_size/);
  });

  test("settings and models of theirs that slots cannot say", async () => {
    const llama = readFixture("llama-causal-lm");
    const read = async (config: Record<string, unknown>) => fromCounterpart(await importPretrained(config, sourceOf(llama.tensors), { label: "llama" }), "llama");
    await expect(read({ ...llama.config, rope_theta: 500000 })).rejects.toThrow(/llama: rope_theta: only 10000 has a counterpart in slots, got 500000/);
    const bart = readFixture("bart-seq2seq");
    const uneven = await importPretrained(bart.config, sourceOf(bart.tensors), { label: "bart" });
    expect(() => fromCounterpart(uneven, "bart")).toThrow("bart: slots cannot say decoder_attention_heads 4 (only 2), decoder_ffn_dim 20 (only 24)");
    const albert = readFixture("albert-masked-lm-untied");
    const groups = await importPretrained(albert.config, sourceOf(albert.tensors), { label: "albert" });
    expect(() => fromCounterpart(groups, "albert")).toThrow("albert: num_hidden_groups: expected one layer for all, or one for each of the 4, got 2");
    const electra = readFixture("electra-masked-lm");
    const model = await importPretrained(electra.config, sourceOf(electra.tensors), { label: "electra" });
    expect(() => fromCounterpart(model, "electra")).toThrow(/model_type electra has no counterpart in slots; those that have: bert, albert, gpt2, llama, t5, bart, mbart, roberta, mt5/);
  });
});
