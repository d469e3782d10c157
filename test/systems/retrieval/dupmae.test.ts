/** Exact checks of DupMAE; numbers are worked out from the definition of the losses and from BERT base. */
import { expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { bagOfWords, crossEntropy } from "../../../src/objectives/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import { Bert, bindItems, maskedModelOf, textRows } from "../../../src/lab/text/index.ts";
import { DupMae, dupmaeBatch, dupmaeLoss, visibleWords } from "../../../src/systems/retrieval/dupmae-model.ts";
import { duplexRetriever, heaviest } from "../../../src/systems/retrieval/dupmae-retriever.ts";

const TEXTS = bindItems("train", 6).map(({ context }) => context);
const tokenizer = trainBytePairs(TEXTS, { size: 320 });
const sizes = { width: 16, depth: 2, heads: 2, positions: 24 };
const build = (seed = 1): { readonly bert: Bert; readonly model: DupMae } => {
  const bert = new Bert({ random: RandomStream.of(seed), vocabulary: tokenizer.vocabularySize, ...sizes });
  return { bert, model: new DupMae(RandomStream.of(2), maskedModelOf({ model: bert, sizes })) };
};
const ROWS = textRows(tokenizer, TEXTS, 24).rows;
const BATCH = dupmaeBatch(RandomStream.of(3), ROWS, 24, tokenizer);
type Tensors = Parameters<typeof dupmaeLoss>[1];

test("pre-training adds one BERT layer and nothing else: 7,087,872 parameters at base", () => {
  const base = { width: 768, depth: 12, heads: 12, positions: 512 };
  const bert = new Bert({ random: RandomStream.of(1), vocabulary: 30_522, ...base });
  expect(new DupMae(RandomStream.of(2), maskedModelOf({ model: bert, sizes: base })).parameterCount() - bert.parameterCount()).toBe(7_087_872);
});

test("each row offers whole words up to half of the tokens, drawn anew, and every special token", () => {
  // Ids: 0 pad, 1 [CLS], 2 [SEP]; 10 and 20 begin words, 11 and 21 go on. Words: [1, 3), [3, 4), [4, 7); 6 tokens.
  const wordStarts = new Uint8Array(30);
  for (const id of [0, 1, 2, 10, 20]) wordStarts[id] = 1;
  const ids = Int32Array.of(1, 10, 11, 20, 10, 11, 11, 2);
  const words = [[1, 2], [3], [4, 5, 6]];
  const offered = visibleWords(RandomStream.of(5), ids, { wordStarts, specialIds: new Set([0, 1, 2]) }, 10, 0.5);
  const seen = new Set<string>();
  for (let row = 0; row < 8; row++) {
    const places = Array.from(offered.subarray(10 * row, 10 * row + 10).keys()).filter((place) => offered[10 * row + place] === 1);
    expect(places).toEqual(expect.arrayContaining([0, 7]));
    const shown = places.filter((place) => place > 0 && place < 7);
    expect(shown).toHaveLength(3); // {0, 1} and {2} both fill 3 of 6
    expect(words.every((word) => word.every((place) => shown.includes(place)) || word.every((place) => !shown.includes(place)))).toBe(true);
    seen.add(shown.join());
  }
  expect(seen.size).toBe(2);
  expect([...offered.subarray(80)]).toEqual(new Array<number>(20).fill(0)); // padding asks nothing
});

test("the state of a place does not change with its own clean token, those of others do", async () => {
  const { model } = build();
  const place = 3;
  const decode = compile(({ vector, clean, segments, valid, visible }: Record<string, Tensor>) => model.decode(vector as Tensor, { clean, segments, valid, visible } as Tensors, EVALUATE));
  const all = hostArray(new Uint8Array(BATCH.visible.data.length).fill(1), BATCH.visible.shape, "bool");
  const vector = hostArray(Float32Array.from({ length: 6 * 16 }, (_, i) => Math.sin(i)), [6, 16]);
  const other = Int32Array.from(BATCH.clean.data as Int32Array, (id, at) => (at % 24 === place ? (id === 140 ? 141 : 140) : id));
  const { segments, valid } = BATCH;
  const [before, after] = [await decode({ vector, clean: BATCH.clean, segments, valid, visible: all }), await decode({ vector, clean: hostArray(other, BATCH.clean.shape), segments, valid, visible: all })];
  const moved = (at: number): number => Math.max(...Array.from({ length: 16 }, (_, i) => Math.abs(Number(before.data[at * 16 + i]) - Number(after.data[at * 16 + i]))));
  expect(moved(place)).toBeLessThan(1e-6);
  expect(moved(place + 1)).toBeGreaterThan(1e-4);
  await decode.release();
});

test("the bag of words of `a a b` under equal logits costs ln 3", async () => {
  const logits = tensor(hostArray(new Float32Array(2 * 3), [1, 2, 3]));
  const { loss } = bagOfWords(logits, tensor(hostArray(Int32Array.of(0, 0, 1), [1, 3])));
  expect((await loss.array()).data[0]).toBeCloseTo(1.0986, 4); // -(2/3 + 1/3) ln 1/3
});

test("with everything visible and no first state the decoder's loss does not depend on the encoder's layers; with the first state it does", async () => {
  const { bert, model } = build();
  const layers = [...bert.encoder.encoder.namedParameters().values()].filter(({ trainable }) => trainable);
  const measure = async (withVector: boolean): Promise<number> => {
    const run = compile((batch: Tensors) => {
      const visible = batch.visible.logicalOr(batch.visible.logicalNot());
      const states = bert.encoder.forward(batch.ids, EVALUATE, { valid: batch.valid, ids: { segment: batch.segments } }).output;
      const decoded = model.decode(withVector ? states.select(1, 0) : states.select(1, 0).mul(0), { ...batch, visible }, EVALUATE);
      const { loss } = crossEntropy(bert.head.forward(decoded), batch.clean, { weights: batch.ordinary });
      return grad(loss, layers).map((gradient) => gradient.abs().max()).reduce((a, b) => a.maximum(b));
    });
    const largest = (await run(BATCH)).item();
    await run.release();
    return largest;
  };
  expect(await measure(false)).toBe(0);
  expect(await measure(true)).toBeGreaterThan(1e-6);
});

test("the loss is masked words + every word + a tenth of the bag; weight 0 leaves RetroMAE", async () => {
  const { model } = build();
  const run = compile((batch: Tensors) => ({ whole: dupmaeLoss(model, batch, EVALUATE), retro: dupmaeLoss(model, batch, EVALUATE, { bagWeight: 0 }) }));
  const { whole, retro } = await run(BATCH);
  const [masked, rebuilt, bag] = ["masked", "rebuilt", "bag"].map((name) => whole[name]?.item()) as [number, number, number];
  expect(whole.loss.item()).toBeCloseTo(masked + rebuilt + 0.1 * bag, 4);
  expect(retro.loss.item()).toBeCloseTo(masked + rebuilt, 4);
  expect(Object.keys(retro)).not.toContain("bag");
  await run.release();
});

test("special tokens are neither rebuilt nor in the bag", () => {
  ROWS.forEach(({ ids }, row) => {
    const weights = Array.from({ length: 24 }, (_, place) => Number(BATCH.ordinary.data[row * 24 + place]));
    expect(weights).toEqual(Array.from({ length: 24 }, (_, place) => (place > 0 && place < ids.length - 1 ? 1 : 0)));
  });
});

test("a document's score is the dense plus the sparse inner product over the words it kept", async () => {
  const kept = compile((x: Tensor) => heaviest(x, 2));
  expect([...(await kept(hostArray(Float32Array.of(1, 5, -2, 3), [1, 4]))).data]).toEqual([0, 5, 0, 3]);
  const { bert } = build();
  const model = duplexRetriever(maskedModelOf({ model: bert, sizes }), { random: RandomStream.of(4), kept: 8, width: 4 });
  const rows = { ids: BATCH.clean, segments: BATCH.segments, valid: BATCH.valid };
  const encode = compile((batch: { ids: Tensor; segments: Tensor; valid: Tensor }) => ({ query: model.encodeQuery(batch, EVALUATE), document: model.encodePassage(batch, EVALUATE) }));
  const { query, document } = await encode(rows);
  const V = tokenizer.vocabularySize;
  expect(query.shape).toEqual([6, 4 + V]);
  const row = (array: HostArray, i: number): number[] => Array.from(array.data as Float32Array).slice(i * (4 + V), (i + 1) * (4 + V));
  const [q, d] = [row(query, 0), row(document, 1)];
  const words = row(query, 1).slice(4); // the same text as a query keeps all
  const best = words.map((score, word) => ({ score, word })).sort((a, b) => b.score - a.score).slice(0, 8);
  expect(d.slice(4).filter((score) => score !== 0)).toHaveLength(8);
  const expected = q.slice(0, 4).reduce((sum, value, i) => sum + value * (d[i] as number), 0) + best.reduce((sum, { score, word }) => sum + score * (q[4 + word] as number), 0);
  expect(q.reduce((sum, value, i) => sum + value * (d[i] as number), 0)).toBeCloseTo(expected, 3);
  expect(model.parameterCount() - bert.parameterCount()).toBe(16 * 4); // one map for both sides
  await encode.release();
  await kept.release();
});
