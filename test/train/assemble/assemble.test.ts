/** Slots that fit, slots that do not, and what models built from them compute. */
import { expect, test } from "vitest";
import { evaluate, grad, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { assemble, checkConfig, explain, fieldNames, listParts, parseConfig, sentence, viewsOf } from "../../../src/train/assemble/index.ts";
import { sampleBatch } from "../../../src/train/assemble/sample-batch.ts";

const random = RandomStream.of(3);
const TINY = { version: 1, vocab_size: 20, emb_size: 8, hidden_size: 8, feedforward_size: 16, heads_num: 2, layers_num: 2, max_seq_length: 12, dropout: 0, labels_num: 3 };
const problemsOf = (config: object): string[] => checkConfig(parseConfig({ ...TINY, ...config })).map(sentence);

const tensors = (batch: Readonly<Record<string, HostArray>>): Record<string, Tensor> => Object.fromEntries(Object.entries(batch).map(([name, value]) => [name, tensor(value)]));
const values = async (x: Tensor): Promise<number[]> => [...((await evaluate([x]))[0] as HostArray).data].map(Number);

/** Hidden states of a tiny model for words of one row. */
async function states(config: object, words: readonly number[], segments: readonly number[] = words.map(() => 1)): Promise<number[]> {
  const model = assemble({ ...TINY, ...config }, { random });
  const row = (data: readonly number[]): HostArray => hostArray(Int32Array.from(data), [1, data.length]);
  return values(model.encode(tensors({ tokens: row(words), segments: row(segments) }), EVALUATE).x);
}

const token = (hidden: readonly number[], t: number, from = 0, to = 8): number[] => hidden.slice(8 * t + from, 8 * t + to);

test("names of a prototype are no parts, and a model without objective is explained without costs", () => {
  const slots = { emb_size: 16, heads_num: 4, layers_num: 1, vocab_size: 50 };
  for (const name of ["constructor", "toString", "__proto__"]) {
    for (const slot of [{ encoder: name }, { embedding: [name] }, { target: [name] }]) expect(explain(parseConfig({ ...slots, ...slot })).problems[0]?.message, JSON.stringify(slot)).toBe(`there is no "${name}"`);
  }
  const bare = parseConfig({ ...slots, target: [] });
  expect(explain(bare)).toMatchObject({ problems: [], cost: null });
  expect(() => assemble(bare, { random: RandomStream.of(1) }).forward({}, { train: false })).toThrow('assemble: target: the model has no objective and so no loss; name one, such as "mlm"');
});

test("an unknown key is refused with the nearest one, and every problem of a file is listed", () => {
  expect(() => parseConfig({ hiden_size: 3, dropout: 2 }, "a.json")).toThrow(/a\.json: .*dropout: .*unknown key "hiden_size" \(did you mean "hidden_size"\?\)/);
  expect(() => parseConfig({ embedding: ["dual"], encoder: "lstm" })).toThrow(/says "dual" in both/);
  expect(() => parseConfig({ version: 2 })).toThrow(/version/);
});

test("slots that clash are refused with both fields, the shapes, and a fix", () => {
  expect(problemsOf({ embedding: ["word"], encoder: "lstm", target: ["bilm"] })).toEqual(["target and encoder: bilm needs a state whose halves each saw one side; lstm's does not; use birnn, bilstm or bigru"]);
  expect(problemsOf({ encoder: "transformer", mask: "fully_visible", target: ["lm"] })[0]).toMatch(/^target and encoder and mask: .*see the word they should predict; set mask to "causal"/);
  expect(problemsOf({ emb_size: 4 })[0]).toMatch(/^emb_size and hidden_size: embeddings \[L, 4\] meet layers \[L, 8\]; set emb_size to 8/);
  expect(problemsOf({ decoder: "transformer", target: ["lm"] })[0]).toMatch(/^decoder and tgt_embedding/);
  expect(problemsOf({ target: ["clr"] })[0]).toMatch(/compares two streams/);
  expect(problemsOf({ embedding: ["speech"], audio_feature_size: 6, conv_channels: [16, 16], target: ["mlm"] })[0]).toMatch(/^target and embedding: frames of speech have no labels/);
  expect(problemsOf({ factorized_embedding_parameterization: true })[0]).toMatch(/saves nothing/);
  expect(problemsOf({ encoder: "lstm", emb_size: 4, tie_weights: true, target: ["lm"] })[0]).toMatch(/the output map takes \[8\], the word table holds \[4\]/);
  expect(problemsOf({ encoder: "lstm", target: ["cls"] })[0]).toMatch(/pools the first token, which under lstm has seen itself alone; set pooling/);
  expect(problemsOf({ embedding: ["pos", "word"] })[0]).toMatch(/put "word" first/);
  expect(problemsOf({ embedding: ["word", "patch"] })[0]).toMatch(/use "word_patch"/);
  expect(problemsOf({ encoder: "gatedcnn", mask: "fully_visible", target: ["mlm"] })[0]).toMatch(/obeys no mask/);
  expect(problemsOf({ encoder: "transfomer" })[0]).toMatch(/did you mean "transformer"/);
  expect(problemsOf({ encoder: "bilstm", hidden_size: 9, target: ["bilm"] })[0]).toMatch(/two ways share hidden_size 9/);
  expect(() => assemble({ ...TINY, vocab_size: undefined, encoder: "bilstm", target: ["lm"] }, { random, where: "b.json" })).toThrow(/b\.json: 2 things do not fit/);
});

test("each objective chooses its mask and words, and a mask of the configuration holds for all", () => {
  expect(viewsOf(parseConfig({ ...TINY, target: ["mlm", "lm", "cls"] }))).toEqual([
    { objective: "mlm", mask: "fully_visible", words: "masked" },
    { objective: "lm", mask: "causal", words: "tokens" },
    { objective: "cls", mask: "fully_visible", words: "masked" },
  ]);
  expect(viewsOf(parseConfig({ ...TINY, mask: "causal", target: ["lm"] }))[0]?.mask).toBe("causal");
  expect(fieldNames(parseConfig({ ...TINY, target: ["mlm", "lm"] }))).toEqual(["labels", "masked", "places", "segments", "tokens", "weights"]);
});

test("bilstm keeps directions apart, and gpt, lstm and gatedcnn do not see ahead", async () => {
  const words = [1, 2, 3, 4, 5];
  const bilstm = { encoder: "bilstm", target: ["bilm"] };
  const [plain, last, first] = await Promise.all([states(bilstm, words), states(bilstm, [1, 2, 3, 4, 9]), states(bilstm, [9, 2, 3, 4, 5])]);
  for (let t = 0; t < 4; t++) {
    expect(token(last, t, 0, 4)).toEqual(token(plain, t, 0, 4)); // forward halves before the last
    expect(token(first, t + 1, 4)).toEqual(token(plain, t + 1, 4)); // backward halves after the first
    expect(token(last, t, 4)).not.toEqual(token(plain, t, 4));
    expect(token(first, t + 1, 0, 4)).not.toEqual(token(plain, t + 1, 0, 4));
  }
  for (const encoder of [{ encoder: "gpt" }, { encoder: "lstm" }, { encoder: "gatedcnn", layers_num: 3 }]) {
    const [before, after] = await Promise.all([states({ ...encoder, target: ["lm"] }, words), states({ ...encoder, target: ["lm"] }, [1, 2, 3, 4, 9])]);
    expect(after.slice(0, 32)).toEqual(before.slice(0, 32));
    expect(after.slice(32)).not.toEqual(before.slice(32));
  }
  const [cnn, changed] = await Promise.all([states({ encoder: "cnn" }, words), states({ encoder: "cnn" }, [1, 2, 3, 4, 9])]);
  expect(token(changed, 3)).not.toEqual(token(cnn, 3)); // the control: centred windows do
});

test("the prefix mask is fully_visible over segment 1 and causal over segment 2", async () => {
  const words = [1, 2, 3, 4];
  const run = (mask: string, segment: number): Promise<number[]> => states({ mask, target: [], encoder: "transformer", embedding: ["word", "pos"] }, words, words.map(() => segment));
  const configs = { prefix: "causal_with_prefix", full: "fully_visible", causal: "causal" };
  const [ones, full, twos, causal] = await Promise.all([run(configs.prefix, 1), run(configs.full, 1), run(configs.prefix, 2), run(configs.causal, 2)]);
  expect(ones).toEqual(full);
  expect(twos).toEqual(causal);
  expect(ones).not.toEqual(twos);
});

test("one shared layer is the same model, and N shared layers sum the gradients of N equal ones", async () => {
  const base = { ...TINY, embedding: ["word", "pos"], target: ["mlm"] };
  const batch = sampleBatch(parseConfig(base), { random });
  const single = assemble({ ...base, layers_num: 1 }, { random });
  const shared = assemble({ ...base, layers_num: 1, parameter_sharing: true }, { random });
  expect(await values(single.forward(tensors(batch), EVALUATE).loss)).toEqual(await values(shared.forward(tensors(batch), EVALUATE).loss));

  const three = assemble({ ...base, layers_num: 3, parameter_sharing: true }, { random });
  const apart = assemble({ ...base, layers_num: 3 }, { random });
  const layer = (name: string): string => name.replace(/blocks\.\d+\./, "blocks.0.");
  const source = three.stateDict();
  apart.loadStateDict(new Map([...apart.namedParameters().keys()].map((name) => [name, source.get(layer(name)) as HostArray])));
  const weight = "streams.0.encoder.encoder.blocks.0.feedForward.up.weight";
  const gradient = async (model: typeof three, names: readonly string[]): Promise<number[][]> => {
    const parameters = names.map((name) => model.namedParameters().get(name) as Tensor);
    return Promise.all(grad(model.forward(tensors(batch), EVALUATE).loss, parameters).map(values));
  };
  const [one] = await gradient(three, [weight]) as [number[]];
  const parts = await gradient(apart, [0, 1, 2].map((i) => weight.replace("blocks.0", `blocks.${i}`)));
  one.forEach((value, i) => expect(value).toBeCloseTo(parts.reduce((sum, part) => sum + (part[i] as number), 0), 5));
});

test("residual attention adds the scores of a layer to those of the next, bias and all", async () => {
  const slots = { embedding: ["word"], remove_embedding_layernorm: true, remove_transformer_bias: true, encoder: "transformer", layers_num: 2, heads_num: 1, alibi_position_embedding: true, mask: "causal", target: ["lm"] };
  const words = [1, 2, 3, 4];
  const model = assemble({ ...TINY, ...slots, has_residual_attention: true }, { random });
  for (const parameter of model.parameters()) if (parameter.shape.length === 2) parameter.set(hostArray(Float32Array.from(parameter.value().data as Float32Array, (value) => 5 * value), parameter.shape)); // scores that matter
  const row = (data: readonly number[]): Tensor => tensor(hostArray(Int32Array.from(data), [1, data.length]));
  const found = await values(model.encode({ tokens: row(words), segments: row(words.map(() => 1)) }, EVALUATE).x);

  // By hand: rows of numbers, one head, scores S2 = q2 k2 / sqrt(8) + slope + S1, S1 = q1 k1 / sqrt(8) + slope.
  const state = model.stateDict();
  const matrix = (name: string): number[][] => {
    const { data, shape: [rows = 0, columns = 0] } = state.get(`streams.0.${name}`) as HostArray;
    return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => Number(data[i * columns + j])));
  };
  const times = (x: number[][], w: number[][]): number[][] => x.map((line) => w.map((weights) => weights.reduce((sum, weight, k) => sum + weight * (line[k] as number), 0)));
  const norm = (x: number[][]): number[][] => x.map((line) => {
    const mean = line.reduce((a, b) => a + b, 0) / line.length;
    const variance = line.reduce((a, b) => a + (b - mean) ** 2, 0) / line.length;
    return line.map((value) => (value - mean) / Math.sqrt(variance + 1e-6));
  });
  const plus = (a: number[][], b: number[][]): number[][] => a.map((line, i) => line.map((value, j) => value + ((b[i] as number[])[j] as number)));
  const erf = (x: number): number => { // Abramowitz and Stegun 7.1.26, to 1.5e-7
    const t = 1 / (1 + 0.3275911 * Math.abs(x));
    return Math.sign(x) * (1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x));
  };
  const slope = 2 ** -8; // of one head
  let scores = words.map(() => words.map(() => 0));
  let x = words.map((word) => matrix("embedding.parts.word.table.weight")[word] as number[]);
  for (const layer of [0, 1]) {
    const at = `encoder.encoder.blocks.${layer}`;
    const [q, k, v] = ["query", "key", "value"].map((part) => times(x, matrix(`${at}.attention.${part}.weight`))) as [number[][], number[][], number[][]];
    scores = scores.map((line, i) => line.map((before, j) => before + (q[i] as number[]).reduce((sum, value, c) => sum + value * ((k[j] as number[])[c] as number), 0) / Math.sqrt(8) - slope * Math.abs(i - j)));
    const mixed = scores.map((line, i) => {
      const powers = line.map((score, j) => (j <= i ? Math.exp(score) : 0));
      const total = powers.reduce((a, b) => a + b, 0);
      return (v[0] as number[]).map((_, c) => powers.reduce((sum, power, j) => sum + (power / total) * ((v[j] as number[])[c] as number), 0));
    });
    x = norm(plus(x, times(mixed, matrix(`${at}.attention.output.weight`))));
    const raised = times(x, matrix(`${at}.feedForward.up.weight`)).map((line) => line.map((value) => 0.5 * value * (1 + erf(value / Math.SQRT2))));
    x = norm(plus(x, times(raised, matrix(`${at}.feedForward.down.weight`))));
  }
  x.flat().forEach((value, i) => expect(found[i]).toBeCloseTo(value, 4));
  const plain = assemble({ ...TINY, ...slots }, { random });
  plain.loadStateDict(state);
  const without = await values(plain.encode({ tokens: row(words), segments: row(words.map(() => 1)) }, EVALUATE).x);
  expect(Math.max(...without.map((value, i) => Math.abs(value - (found[i] as number))))).toBeGreaterThan(0.01);
});

test("the number of a layer scales nothing in single precision, and is refused where scores are not scaled", async () => {
  const slots = { embedding: ["word", "pos"], encoder: "transformer", target: ["mlm"] };
  expect(await states({ ...slots, layer_number_scale: true }, [1, 2, 3])).toEqual(await states(slots, [1, 2, 3]));
  expect(problemsOf({ ...slots, layer_number_scale: true, remove_attention_scale: true })[0]).toMatch(/^layer_number_scale and remove_attention_scale: scores that are not scaled would grow/);
});

test("clr is 0 for one pair and ln B where all vectors are equal", async () => {
  const text = { embedding: ["word"], encoder: "transformer", pooling: "mean" };
  const config = { ...TINY, embedding: ["dual"], encoder: "dual", stream_0: text, stream_1: text, target: ["clr"], projection: true, feature_size: 4 };
  const model = assemble(config, { random });
  const same = (batch: number): Record<string, Tensor> => tensors(Object.fromEntries([0, 1].flatMap((i) => [[`tokens_${i}`, hostArray(new Int32Array(batch * 3).fill(5), [batch, 3])], [`segments_${i}`, hostArray(new Int32Array(batch * 3).fill(1), [batch, 3])]])));
  expect((await values(model.forward(same(1), EVALUATE).loss))[0]).toBeCloseTo(0, 6);
  expect((await values(model.forward(same(5), EVALUATE).loss))[0]).toBeCloseTo(Math.log(5), 5);
});

test("padding changes no state, and segments of 2 count as much as those of 1 in a mean", async () => {
  const config = { embedding: ["word", "pos"], encoder: "transformer", mask: "fully_visible" };
  const [bare, padded] = await Promise.all([states(config, [1, 2, 3]), states(config, [1, 2, 3, 7, 7], [1, 1, 1, 0, 0])]);
  padded.slice(0, 24).forEach((value, i) => expect(value).toBeCloseTo(bare[i] as number, 5));
  const model = assemble({ ...TINY, target: ["cls"], pooling: "mean", embedding: ["word"] }, { random });
  const rows = (segments: readonly number[]): Record<string, Tensor> => tensors({ tokens: hostArray(Int32Array.of(1, 2, 3), [1, 3]), segments: hostArray(Int32Array.from(segments), [1, 3]), classes: hostArray(Int32Array.of(1), [1]) });
  expect(await values(model.forward(rows([1, 1, 1]), EVALUATE).loss)).toEqual(await values(model.forward(rows([1, 2, 2]), EVALUATE).loss));
});

test("a subencoder adds what it reads from a word's characters, wherever padding stands", async () => {
  const row = (data: readonly number[], shape: readonly number[]): HostArray => hostArray(Int32Array.from(data), shape);
  for (const subencoder of ["avg", "lstm", "gru", "cnn"]) {
    const model = assemble({ ...TINY, embedding: ["word"], remove_embedding_layernorm: true, encoder: "lstm", subencoder, sub_vocab_size: 9, target: ["lm"] }, { random });
    const embed = (characters: readonly number[], width: number): Promise<number[]> => {
      const fields = tensors({ tokens: row([4], [1, 1]), segments: row([1], [1, 1]), characters: row(characters, [1, 1, width]) });
      return values((model.streams[0]?.embedding.forward({ get: (name) => fields[name] as Tensor, has: (name) => name in fields }, "tokens", EVALUATE) as { x: Tensor }).x);
    };
    const [short, padded, other] = [await embed([1, 2], 2), await embed([1, 2, 0, 0], 4), await embed([1, 3], 2)];
    padded.forEach((value, i) => expect(value).toBeCloseTo(short[i] as number, 5));
    expect(other).not.toEqual(short);
  }
});

test("speech is a quarter as long, and frames after the end change nothing that counts", async () => {
  const config = parseConfig({ ...TINY, embedding: ["speech", "sinusoidalpos"], audio_feature_size: 6, conv_channels: [8, 16], pooling: "mean", target: ["cls"] });
  const model = assemble(config, { random });
  const batch = sampleBatch(config, { random, batch: 2, frames: 18 });
  const lengths = hostArray(Int32Array.of(18, 7), [2]);
  const { x, segments } = model.encode(tensors({ ...batch, frameLengths: lengths }), EVALUATE);
  expect(x.shape).toEqual([2, 5, 8]); // 18 -> 9 -> 5
  expect(await values(segments)).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0, 0]); // 7 -> 4 -> 2
});

test("a part is listed under the name of its file, and explaining allocates nothing", () => {
  const parts = listParts();
  expect(new Set(parts.map(({ slot, name }) => `${slot}/${name}`)).size).toBe(parts.length);
  expect(parts.filter(({ slot }) => slot === "encoder").map(({ name }) => name)).toEqual(["attn", "bigru", "bilstm", "birnn", "cnn", "crnn", "gatedcnn", "gru", "lstm", "rcnn", "rnn", "transformer"]);
  const refused = explain(parseConfig({ ...TINY, encoder: "lstm", target: ["bilm"] }));
  expect([refused.parameters, refused.problems.length, refused.slots.map(({ slot }) => slot)]).toEqual([null, 1, ["embedding", "encoder", "target"]]);
});
