/** Exact checks of universal embedders; parameter counts are BLOOM's published ones. */
import { expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import { batchOfRows, bloom, bloomStates } from "../../../src/lab/text/index.ts";
import { buildCrossLingual } from "../../../src/lab/text/fixtures/cross-lingual.ts";
import { AdamW } from "../../../src/train/index.ts";
import { BITFIT, ClosingTokenTower, embed, embedderLoss, roleRows, universalEmbedder } from "../../../src/systems/retrieval/universal-embedders-model.ts";
import system from "../../../src/systems/retrieval/universal-embedders.ts";

const TEXTS = ["einen roten Kreis malen", "a red circle", "un cerchio rosso"];
const tokenizer = trainBytePairs(TEXTS, { size: 290 });
const sizes = { vocabulary: tokenizer.vocabularySize, width: 16, depth: 2, heads: 2, hidden: 32 };
const build = () => {
  const model = bloom(RandomStream.of(1), sizes);
  return { model, heads: 2, separator: 2 };
};
type Rows = { ids: Tensor; segments: Tensor; valid: Tensor };
const host = (rows: ReturnType<typeof roleRows>, length: number) => {
  const { ids, segments, valid } = batchOfRows(rows, [...rows.rows.keys()], length);
  return { ids, segments, valid };
};
const apart = (a: HostArray, b: HostArray): number => Math.max(...Array.from(a.data as Float32Array, (value, i) => Math.abs(value - Number(b.data[i]))));

test("BLOOM-560M has 559,214,592 parameters, 272,384 of them biases", () => {
  const model = bloom(RandomStream.of(1), { vocabulary: 250_880, width: 1024, depth: 24, heads: 16, hidden: 4096 });
  expect(model.parameterCount()).toBe(559_214_592);
  const biases = [...model.namedParameters()].filter(([name]) => name.endsWith(".bias"));
  expect(biases.reduce((sum, [, { size }]) => sum + size, 0)).toBe(272_384);
});

test("nothing placed after the closing token changes a vector, what stands before it does", async () => {
  const tower = new ClosingTokenTower(build());
  const run = compile((rows: Rows) => tower.forward(rows, EVALUATE));
  const rows = roleRows(tokenizer, TEXTS, "query", 12);
  const plain = host(rows, 14);
  const junk = (from: (length: number) => number): HostArray => hostArray(Int32Array.from(plain.ids.data as Int32Array, (id, i) => (i % 14 >= from(rows.rows[Math.floor(i / 14)]?.ids.length ?? 0) ? 40 : id)), [3, 14]);
  const vectors = await run(plain);
  expect(apart(vectors, await run({ ...plain, ids: junk((length) => length) }))).toBe(0);
  expect(apart(vectors, await run({ ...plain, ids: junk((length) => length - 2) }))).toBeGreaterThan(1e-4);
  await run.release();
});

test("without a step the vector is the language model's own state, with the separator in place of role tokens", async () => {
  const base = build();
  const tower = new ClosingTokenTower(base);
  const rows = roleRows(tokenizer, TEXTS, "document", 12);
  const run = compile((batch: Rows, plain: Tensor) => ({ own: tower.states(batch, EVALUATE), raw: bloomStates(base.model, base.model.embedding.word.forward(plain), 2, EVALUATE) }));
  const batch = host(rows, 12);
  const plain = hostArray(Int32Array.from(batch.ids.data as Int32Array, (id, i) => ((batch.segments.data[i] as number) > 0 ? 2 : id)), [3, 12]);
  const { own, raw } = await run(batch, plain);
  expect(apart(own, raw)).toBe(0);
  await run.release();
});

test("tuning the biases leaves every other parameter of the language model as it was, bit for bit", async () => {
  const { module, batch } = (await system.probe?.()) as { module: ReturnType<typeof universalEmbedder>; batch: Record<string, HostArray> };
  const before = module.stateDict();
  const optimizer = new AdamW(module, { learningRate: 1e-2, weightDecay: 0.1, groups: BITFIT });
  const step = compile((tensors: Record<string, Tensor>) => {
    const { loss } = embedderLoss(module, tensors as Parameters<typeof embedderLoss>[1], EVALUATE);
    optimizer.apply(grad(loss, optimizer.targets, { unused: "zero" }));
    return loss;
  });
  for (let i = 0; i < 2; i++) await step(batch);
  const after = module.stateDict();
  for (const [name, value] of before) {
    const moved = apart(value, after.get(name) as HostArray);
    if (/\.(bias|roles)$/.test(name) && !/key\.bias$/.test(name)) expect(moved, name).toBeGreaterThan(0);
    else if (!/key\.bias$/.test(name)) expect(moved, name).toBe(0);
  }
  expect([...before.keys()].filter((name) => /\.(bias|roles)$/.test(name)).length).toBeGreaterThan(5);
  await step.release();
});

test("a query's document stands among those of the batch and everybody's hard negatives: ln 2B where all vectors are equal", async () => {
  const model = universalEmbedder(build()); // role tokens begin alike, so that one text gives one vector
  const one = roleRows(tokenizer, ["a red circle", "a red circle", "a red circle"], "query", 8);
  const side = (name: string): Record<string, HostArray> => {
    const { ids, segments, valid } = host(one, 8);
    return { [`${name}Ids`]: ids, [`${name}Segments`]: segments, [`${name}Valid`]: valid };
  };
  const run = compile((batch: Record<string, Tensor>) => embedderLoss(model, batch as Parameters<typeof embedderLoss>[1], EVALUATE).loss);
  expect((await run({ ...side("query"), ...side("document"), ...side("negative") })).item()).toBeCloseTo(Math.log(6), 5);
  await run.release();
});

test("queries and documents stand between role tokens of their own, and cut texts keep their closing token", async () => {
  const [query, document] = (["query", "document"] as const).map((role) => roleRows(tokenizer, ["a red circle"], role, 5).rows[0]);
  expect([...(query?.segments ?? [])]).toEqual([1, 0, 0, 0, 2]);
  expect([...(document?.segments ?? [])]).toEqual([3, 0, 0, 0, 4]);
  const model = universalEmbedder(build());
  const tower = model.query as ClosingTokenTower;
  const roles = tower.roles.value();
  tower.roles.set(hostArray(Float32Array.from(roles.data as Float32Array, (value, i) => value + 0.1 * Math.sin(i * i)), roles.shape));
  const [asQuery, asDocument] = [await embed(model, tokenizer, TEXTS, { role: "query" }), await embed(model, tokenizer, TEXTS)];
  expect(asQuery.shape).toEqual([3, 16]);
  expect(Math.hypot(...(asQuery.data as Float32Array).subarray(0, 16))).toBeCloseTo(1, 5);
  expect(apart(asQuery, asDocument)).toBeGreaterThan(1e-3);
});

test("every language seeks the same English descriptions; training pairs are English and of other packages", () => {
  const words = "a long description of what this one does with many words so that it is kept number";
  const record = (i: number) => ({ name: `tool${i}`, source: `tool${i}`, texts: { en: [`summary of tool${i}`, `${words} ${i}`], de: [`Kurzfassung ${i} von tool${i}`, "Text"], ...(i % 2 === 0 ? { es: [`resumen ${i}`, "texto"] } : {}) } });
  const records = Array.from({ length: 20 }, (_, i) => record(i));
  const splits = Uint8Array.from({ length: 20 }, (_, i) => (i < 10 ? 0 : 2));
  const provenance = { id: "x", version: 1, sha256: {} };
  const code = { records: [{ file: "a.py", name: "f", kind: "function" as const, summary: "Adds.", paragraphs: [] }, { file: "b.py", name: "g", kind: "function" as const, summary: "Left out.", paragraphs: [] }], splits: Uint8Array.of(2, 0), provenance };
  const { train, languages, code: functions } = buildCrossLingual({ records, splits, provenance }, code, { synsets: [], splits: new Uint8Array(0) } as unknown as Parameters<typeof buildCrossLingual>[2]);
  expect([...train.queries].sort()[0]).toBe("summary of [NAME]");
  expect(train.documents.every((text) => Number(text.split(" ").at(-1)) < 10)).toBe(true);
  expect([languages.de.queries.length, languages.es.queries.length, languages.en.documents.length]).toEqual([10, 5, 10]);
  languages.de.queries.forEach((query, i) => {
    const [place] = [...(languages.de.relevant[i] as ReadonlyMap<number, number>).keys()];
    expect(languages.de.documents[place as number]).toBe(`${words} ${/\d+/.exec(query)?.[0] ?? ""}`);
    expect(query).toContain("[NAME]");
  });
  expect(languages.es.documents).toBe(languages.en.documents);
  expect(functions).toMatchObject({ queries: ["Adds."], documents: ["function f in a.py"] });
});
