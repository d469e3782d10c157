/** FLOPs and memory of configurations, against sums worked out by hand and against graphs that were traced whole. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile, costOf, grad, GraphRandom, keptBytes, keyFromSeed, RandomStream } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { assemble, explain, parseConfig, sampleBatch } from "../../../src/train/assemble/index.ts";
import type { AssembledCost } from "../../../src/train/assemble/index.ts";

const published = (name: string): { cost: AssembledCost; parameters: number } => {
  const { cost, parameters } = explain(parseConfig(JSON.parse(readFileSync(new URL(`../../../docs/examples/assemble/${name}.json`, import.meta.url), "utf8"))));
  if (cost === null || parameters === null) throw new Error(`${name} cannot be built`);
  return { cost, parameters };
};

/** A layer of n tokens: four maps of d to d, two of d and f, and n x n scores that are made and used, a multiply-add being two. */
const layer = (n: number, d: number, f: number): number => 2 * n * (4 * d * d + 2 * d * f) + 2 * (2 * n * n * d);

test("BERT-base: twice the weights a token meets, scores of 512 tokens, and heads on 77 words and one pair", () => {
  const [n, d, f, words, hidden] = [512, 768, 3072, 30_522, 77]; // 15% of the 510 between [CLS] and [SEP]
  const products = 12 * layer(n, d, f) + hidden * (2 * d * d + 2 * d * words) + (2 * d * d + 2 * d * 2);
  const biases = 12 * n * (4 * d + f + d) + hidden * (d + words) + (d + 2); // added where the product is made, once
  const { cost, parameters } = published("bert-base");
  expect(cost.row).toEqual([{ of: "row", tokens: n }]);
  expect(cost.flops.forward).toBe(products + biases);
  expect(cost.flops.training).toBe(3 * products + biases); // a product each for the gradients of both factors
  expect(cost.flops.forwardPerToken).toBe((products + biases) / n);
  expect(cost.memory).toMatchObject({ weights: 4 * parameters, gradients: 4 * parameters, optimizer: 8 * parameters });
  expect(cost.memory.step).toBe(28 * parameters + cost.memory.activations);
});

test("GPT-2: the rule of two FLOPs a weight, the scores and a head on all words but the last", () => {
  const [n, d, f, words] = [1024, 768, 3072, 50_257];
  const products = 12 * layer(n, d, f) + (n - 1) * 2 * d * words;
  const biases = 12 * n * (4 * d + f + d);
  const { cost, parameters } = published("gpt2");
  expect(cost.flops.forward).toBe(products + biases);
  expect(cost.flops.training).toBe(3 * products + biases);
  // The rule: 2 N and 12 layers x 4 n d for scores, N without the table of positions; biases and norms are what is left.
  const rule = 2 * (parameters - n * d) + 12 * 4 * n * d;
  expect(cost.flops.forwardPerToken / rule).toBeCloseTo(1, 2);
  expect(cost.flops.trainingPerToken / cost.flops.forwardPerToken).toBeCloseTo(3, 2);
});

test("LLaMA-7B is explained without its weights: 28 GFLOPs forwards for rows of 2,048, 27 GB", () => {
  const [n, d, f, words] = [2048, 4096, 11_008, 32_000];
  const { cost } = published("llama-7b");
  expect(cost.flops.forward).toBe(32 * (2 * n * (4 * d * d + 3 * d * f) + 4 * n * n * d) + (n - 1) * 2 * d * words);
  expect(cost.memory.weights).toBe(4 * 6_738_415_616);
  expect(cost.counted).toBe("2 and 3 layers stand for the 32 of the encoder; three short rows stand for the long one");
});

test("pictures and speech are counted in patches and in tokens of four frames; a decoder's row has two lengths", () => {
  expect(published("vit-base-16").cost.row).toEqual([{ of: "row", tokens: 197 }]);
  expect(published("vilt-base").cost.row).toEqual([{ of: "row", tokens: 512 }]); // 462 words, 1 + 49 patches
  expect(published("clip-base-16").cost.row).toEqual([{ of: "stream_0", tokens: 77 }, { of: "stream_1", tokens: 197 }]);
  expect(published("s2t-small").cost.row).toEqual([{ of: "source", tokens: 512 }, { of: "target", tokens: 512 }]);
});

const SMALL = { version: 1, vocab_size: 50, emb_size: 8, hidden_size: 8, feedforward_size: 16, heads_num: 2, layers_num: 7, max_seq_length: 230 };
test.each([
  ["BERT's, with dropout", { embedding: ["word", "pos", "seg"], encoder: "transformer", target: ["mlm", "sp"], tie_weights: true }],
  ["LLaMA's", { embedding: ["word"], encoder: "transformer", mask: "causal", rotary_position_embedding: true, layernorm: "rms", feed_forward: "gated", hidden_act: "silu", layernorm_positioning: "pre", dropout: 0, target: ["lm"] }],
  ["T5's, of unequal depth", { embedding: ["word"], encoder: "transformer", tgt_embedding: ["word"], decoder: "transformer", decoder_layers_num: 6, relative_position_embedding: true, layernorm: "t5", layernorm_positioning: "pre", share_embedding: true, tie_weights: true, target: ["lm"] }],
  ["a shared layer's", { embedding: ["word", "pos"], encoder: "transformer", parameter_sharing: true, target: ["mlm"] }],
  ...["attn", "cnn", "crnn", "gatedcnn", "lstm", "rcnn", "bigru"].map((encoder) => [`${encoder}'s`, { embedding: ["word", "pos"], encoder, pooling: "mean", target: ["cls"], labels_num: 3 }] as const),
] as const)("what few layers and short rows tell is what the whole graph has: %s", (_, slots) => {
  const config = parseConfig({ ...SMALL, ...slots });
  const { cost } = explain(config);
  const model = assemble(config, { random: RandomStream.of(1) });
  const batch = sampleBatch(config, { random: RandomStream.of(1), batch: 1, length: 230, targetLength: 230, hidden: 34 });
  const random = new GraphRandom(keyFromSeed(1));
  const step = compile((fields: Readonly<Record<string, Tensor>>) => {
    const { loss } = model.forward(fields, { train: true, random });
    return [loss, ...grad(loss, [...model.parameters()])];
  });
  const graph = step.graph(batch);
  expect(cost?.flops.training).toBe(costOf(graph).flops.products);
  expect(cost?.flops.forward).toBe(compile((fields: Readonly<Record<string, Tensor>>) => model.forward(fields, { train: false }).loss).explain(batch).flops.products);
  expect(cost?.memory.activations).toBe(keptBytes(graph, graph.outputs[0] as Tensor));
  // The most that is alive at once holds them, and little more than them and the gradients.
  const { peakActivations } = costOf(graph).memory;
  expect(peakActivations).toBeGreaterThanOrEqual(cost?.memory.activations ?? NaN);
  expect(peakActivations).toBeLessThan(1.5 * ((cost?.memory.activations ?? NaN) + (cost?.memory.gradients ?? NaN)));
});
