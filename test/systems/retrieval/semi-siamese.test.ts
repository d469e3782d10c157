/** Exact checks of semi-siamese tuning; numbers are worked out from BERT base and from the definitions. */
import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE, lateInteraction, Lora, SidedLora } from "../../../src/nn/index.ts";
import { pairSoftmax } from "../../../src/objectives/index.ts";
import { trainWordPiece } from "../../../src/data/index.ts";
import { AdamW, compileTrainStep, freeze } from "../../../src/train/index.ts";
import { Bert, encodeRows } from "../../../src/lab/text/index.ts";
import type { TokenRows } from "../../../src/lab/text/index.ts";
import { BACKBONE, documentRows, keywordsOf, queryRows, settings, tunings } from "../../../src/systems/retrieval/semi-siamese-arms.ts";
import { ColbertHead, PairRanker, punctuation, SidedEncoder, TwinHead } from "../../../src/systems/retrieval/semi-siamese-model.ts";
import type { Side } from "../../../src/lab/index.ts";
import type { PairRows, Tuning } from "../../../src/systems/retrieval/semi-siamese-model.ts";

const WIDTH = 16;
const bert = (): Bert => new Bert({ random: RandomStream.of(1), vocabulary: 30, width: WIDTH, depth: 2, heads: 2, positions: 24 });
const small = tunings({ lora: { rank: 2, alpha: 4 }, prefix: { seeds: 2, hidden: 4 } });
const sided = (tuning?: Tuning): SidedEncoder => new SidedEncoder({ random: RandomStream.of(2), encoder: bert().encoder, width: WIDTH, tuning });

interface Rows {
  readonly ids: HostArray;
  readonly segments: HostArray;
  readonly valid: HostArray;
}
const rows = (ids: readonly (readonly number[])[], real = ids[0]!.length): Rows => {
  const shape = [ids.length, ids[0]!.length];
  return { ids: hostArray(Int32Array.from(ids.flat()), shape), segments: hostArray(new Int32Array(shape[0]! * shape[1]!), shape), valid: hostArray(Uint8Array.from({ length: shape[0]! * shape[1]! }, (_, i) => Number(i % shape[1]! < real)), shape, "bool") };
};
const text = rows([[1, 7, 8, 9, 2], [1, 10, 11, 12, 2]]);

async function states(encoder: SidedEncoder, side: Side): Promise<number[]> {
  const run = compile((batch: TokenRows) => encoder.forward(side, batch, EVALUATE));
  const { data } = await run(text);
  await run.release();
  return Array.from(data, Number);
}

async function plain(): Promise<number[]> {
  const { encoder } = bert();
  const run = compile((batch: TokenRows) => encodeRows(encoder, batch, EVALUATE).output);
  const { data } = await run(text);
  await run.release();
  return Array.from(data, Number);
}

const differ = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

test.each(["lora", "ssLora", "hqLora", "separateLora"] as const)("%s gives the frozen encoder exactly at its start, on both sides", async (name) => {
  const expected = await plain();
  const encoder = sided(small[name]);
  for (const side of ["query", "document"] as const) expect(await states(encoder, side)).toEqual(expected);
});

test("an empty prefix gives the frozen encoder exactly, another one does not", async () => {
  const expected = await plain();
  expect(await states(sided({ prefix: { sharing: "added", seeds: 0, hidden: 4 } }), "query")).toEqual(expected);
  expect(differ(await states(sided(small.ssPrefix), "query"), expected)).toBeGreaterThan(1e-3);
});

/** Whether the changes of queries and of values are shared or apart. */
test.each([
  ["lora", "shared", "shared"],
  ["ssLora", "shared", "apart"],
  ["hqLora", "apart", "shared"],
  ["separateLora", "apart", "apart"],
] as const)("%s: the change of queries is %s, that of values %s", (name, queries, values) => {
  const { attention } = sided(small[name]).encoder.encoder.blocks[1] as unknown as { readonly attention: Record<"query" | "key" | "value" | "output", { readonly change: unknown }> };
  const kinds = { shared: Lora, apart: SidedLora };
  expect(attention.query.change).toBeInstanceOf(kinds[queries]);
  expect(attention.value.change).toBeInstanceOf(kinds[values]);
  expect(attention.key.change).toBeNull();
  expect(attention.output.change).toBeNull();
});

test("a change of one side's values never moves the other side; the shared change of queries moves both", async () => {
  const encoder = sided(small.ssLora);
  const names = encoder.namedParameters();
  const start = await plain();
  for (const [name, parameter] of names) if (/value\.change\.changes\.document\.up/.test(name)) parameter.set(hostArray(new Float32Array(parameter.size).fill(0.3), parameter.shape));
  expect(await states(encoder, "query")).toEqual(start);
  const moved = await states(encoder, "document");
  expect(differ(moved, start)).toBeGreaterThan(1e-3);
  for (const [name, parameter] of names) if (/query\.change\.up/.test(name)) parameter.set(hostArray(new Float32Array(parameter.size).fill(0.3), parameter.shape));
  expect(differ(await states(encoder, "query"), start)).toBeGreaterThan(1e-4);
  expect(differ(await states(encoder, "document"), moved)).toBeGreaterThan(1e-4);
});

test("changes of rank 16 at BERT base: 589,824 shared, 884,736 with values apart, 1,179,648 with both apart", () => {
  // A change of a map 768 x 768 has 2 * 768 * 16 = 24,576 weights; 12 layers.
  const each = new Lora(768, 768, { random: RandomStream.of(3), rank: settings.lora.rank }).parameterCount();
  const copies = { lora: 2, ssLora: 3, hqLora: 3, separateLora: 4 };
  expect(12 * each * copies.lora).toBe(589_824);
  expect(12 * each * copies.ssLora).toBe(884_736);
  for (const [name, count] of Object.entries(copies)) {
    const changes = [...sided(small[name as keyof typeof copies]).namedParameters()].filter(([path]) => path.includes(".change."));
    expect(changes.reduce((sum, [, { size }]) => sum + size, 0), name).toBe(2 * count * (2 * WIDTH * 2)); // two layers, rank 2
  }
});

test("MaxSim by hand: query e1, e2 against e1, (e1 + e2) / sqrt 2 is 1 + 0.7071", async () => {
  const half = Math.SQRT1_2;
  const run = compile((q: Tensor, d: Tensor) => lateInteraction(q, d, { combine: "sum" }).query);
  const score = await run(hostArray(Float32Array.of(1, 0, 0, 1), [1, 2, 2]), hostArray(Float32Array.of(1, 0, half, half), [1, 2, 2]));
  await run.release();
  expect(score.item()).toBeCloseTo(1 + half, 5);
});

test("ColBERT's head scores each query with its own document, without padding and punctuation", async () => {
  const skipped = new Uint8Array(30);
  skipped[20] = 1;
  const model = new PairRanker(sided(), new ColbertHead(WIDTH, 4, skipped, RandomStream.of(4)));
  const score = async (query: Rows, document: Rows): Promise<number[]> => {
    const run = compile((batch: PairRows) => model.forward(batch, EVALUATE));
    const { data } = await run({ query, document });
    await run.release();
    return Array.from(data, Number);
  };
  const [q, d] = [[[1, 7, 2], [1, 8, 2]], [[1, 9, 10, 2], [1, 11, 12, 2]]];
  const both = await score(rows(q), rows(d));
  expect(both[1]).toBeCloseTo((await score(rows([q[1]!]), rows([d[1]!])))[0]!, 4);
  expect((await score(rows([q[0]!]), rows([[...d[0]!, 0, 0]], 4)))[0]).toBeCloseTo(both[0]!, 4); // padding counts nothing
  // Every token of a document but [CLS] is punctuation: each query token's best is its cosine with [CLS].
  const head = model.head as ColbertHead;
  const run = compile((batch: PairRows) => {
    const unit = (side: Side): Tensor => head.map.forward(model.encoder.forward(side, batch[side], EVALUATE)).l2Normalize();
    return unit("query").mul(unit("document").sliceAxis(1, 0, 1)).sum();
  });
  const [one, other] = [rows([q[0]!]), rows([[1, 20, 20]])];
  const expected = (await run({ query: one, document: other })).item();
  await run.release();
  expect((await score(one, other))[0]).toBeCloseTo(expected, 4);
  expect(Math.abs(both[0]!)).toBeLessThanOrEqual(3.0001); // three query tokens, cosines
});

test("TwinBERT's head is the residual map of the larger of two means", async () => {
  const head = new TwinHead(2, RandomStream.of(5));
  head.residual.weight.set(hostArray(Float32Array.of(1, 0, 0, 2), [2, 2]));
  head.score.weight.set(hostArray(Float32Array.of(1, 10), [1, 2]));
  const run = compile((q: Tensor, d: Tensor, batch: PairRows) => head.forward(q, d, batch));
  // Means (2, 0) without the padded 9s, and (1, 3): the larger are (2, 3); x + W x = (2 + 2, 3 + 6).
  const score = await run(hostArray(Float32Array.of(1, 1, 3, -1, 9, 9), [1, 3, 2]), hostArray(Float32Array.of(1, 3), [1, 1, 2]), { query: rows([[1, 2, 0]], 2), document: rows([[1]]) });
  await run.release();
  expect(score.item()).toBeCloseTo(4 + 90, 4);
});

test("the pair loss is 1 - softmax: 0.5 at equal scores, bounded by 1, the logarithm is not", async () => {
  const run = compile((a: Tensor, b: Tensor) => ({ bounded: pairSoftmax(a, b, { bounded: true }).loss, logarithm: pairSoftmax(a, b).loss }));
  const at = async (a: number, b: number) => {
    const { bounded, logarithm } = await run(hostArray(Float32Array.of(a), [1]), hostArray(Float32Array.of(b), [1]));
    return [bounded.item(), logarithm.item()];
  };
  expect((await at(3, 3))[0]).toBe(0.5);
  expect((await at(Math.log(3), 0))[0]).toBeCloseTo(0.25, 6);
  const [bounded, logarithm] = await at(-30, 30);
  expect(bounded).toBeLessThanOrEqual(1);
  expect(logarithm).toBeCloseTo(60, 3);
  await run.release();
});

test.each(["ssLora", "ssPrefix", "hybrid"] as const)("training with %s moves what was put in and no weight of the encoder; a step without freezing does", async (name) => {
  const train = async (frozen: boolean) => {
    const model = new PairRanker(sided(small[name]), new TwinHead(WIDTH, RandomStream.of(6)));
    const fixed = freeze(model, [BACKBONE]);
    const optimizer = new AdamW(model, { learningRate: 1e-2, groups: frozen ? fixed.groups : [] });
    const step = compileTrainStep({ optimizer, unused: "zero", loss: (batch: Record<string, Tensor>) => ({ loss: pairSoftmax(...([0, 1].map((i) => model.forward({ query: { ids: batch["ids"]!, segments: batch["segments"]!, valid: batch["valid"]! }, document: { ids: batch["ids"]!.add(i + 1), segments: batch["segments"]!, valid: batch["valid"]! } }, EVALUATE)) as [Tensor, Tensor]), { bounded: true }).loss }) });
    const before = model.stateDict();
    for (let i = 0; i < 2; i++) await step({ ...text }, "only");
    await step.release();
    const moved = [...model.stateDict()].filter(([path, { data }]) => data.some((value, i) => value !== before.get(path)!.data[i])).map(([path]) => path);
    return { moved, fixed };
  };
  const { moved, fixed } = await train(true);
  await fixed.verify();
  expect(moved.length).toBeGreaterThan(0);
  expect(moved.filter((path) => BACKBONE.test(path))).toEqual([]);
  await expect((await train(false)).fixed.verify()).rejects.toThrow("frozen tensors changed");
});

test("two encoders share nothing", async () => {
  const [one, two] = [bert().encoder, bert().encoder];
  const encoder = new SidedEncoder({ random: RandomStream.of(7), encoder: one, documents: two, width: WIDTH });
  const start = await plain();
  const word = two.embedding.word.weight;
  word.set(hostArray(new Float32Array(word.size).fill(0.1), word.shape));
  expect(await states(encoder, "query")).toEqual(start);
  expect(differ(await states(encoder, "document"), start)).toBeGreaterThan(1e-2);
});

const tokenizer = trainWordPiece(["red green blue one two three , ; ! red green blue one two three , ; !"], { size: 80, reserved: 10 });

test("queries and documents carry their marks; ColBERT's queries are filled up with [MASK]", () => {
  const spell = ({ rows: [row] }: { readonly rows: readonly { readonly ids: Int32Array }[] }): string => [...row!.ids].map((id) => tokenizer.tokenOf(id)).join(" ");
  expect(spell(queryRows(tokenizer, ["red green"], 8, false))).toBe("[CLS] [unused3] red green [SEP]");
  expect(spell(queryRows(tokenizer, ["red green"], 8, true))).toBe("[CLS] [unused3] red green [SEP] [MASK] [MASK] [MASK]");
  expect(spell(queryRows(tokenizer, ["red green blue one two"], 6, true))).toBe("[CLS] [unused3] red green blue [SEP]");
  expect(spell(documentRows(tokenizer, ["one two"], 8))).toBe("[CLS] [unused4] one two [SEP]");
});

test("punctuation is what has no letter or digit, and no special token", () => {
  const skipped = punctuation(tokenizer);
  const named = (token: string): number | undefined => skipped[tokenizer.idOf(token)!];
  expect([",", ";", "!"].map(named)).toEqual([1, 1, 1]);
  expect(["red", "one", "[CLS]", "[MASK]", "[unused4]"].map(named)).toEqual([0, 0, 0, 0, 0]);
});

test("keywords are the rarest words of a text in its order", () => {
  const rarity: Readonly<Record<string, number>> = { a: 0, library: 1, parsing: 5, for: 0.1, json: 4, fast: 3 };
  expect(keywordsOf("A fast library for parsing JSON", 3, (word) => rarity[word] ?? 9)).toBe("fast parsing json");
  expect(keywordsOf("json json", 4, () => 1)).toBe("json");
});
