/** Exact checks of xMEN; expected numbers are worked out by hand from the definitions. */
import { expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream } from "../../../src/engine/index.ts";
import { tensor } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { trainBytePairs } from "../../../src/data/index.ts";
import type { BiEncoder, NamedConcept, NameMention } from "../../../src/lab/text/index.ts";
import { aliasesOf, DenseGenerator, ensemble, NgramGenerator } from "../../../src/systems/retrieval/xmen-candidates.ts";
import type { Concept } from "../../../src/systems/retrieval/xmen-candidates.ts";
import { dictionariesOf, englishItems, recallAt, scoreLinks, synonymLoss, synonymsOf, targetItems } from "../../../src/systems/retrieval/xmen-lab.ts";
import { candidateList, LinkRows, listBatches, listRows, marksOf, rankedLoss } from "../../../src/systems/retrieval/xmen-reranker.ts";
import { xmenTextRecipe } from "../../../src/systems/retrieval/xmen-recipe.ts";

const constant = (values: readonly number[]): Tensor => tensor(hostArray(Float32Array.from(values), [values.length]));
const vector = (values: readonly number[], shape: readonly number[] = [values.length]): HostArray => hostArray(Float32Array.from(values), [...shape]);

test("the ensemble takes the largest score of a concept and says who found it", () => {
  const fused = ensemble({ first: [{ id: "A", score: 0.9 }, { id: "B", score: 0.4 }], second: [{ id: "B", score: 0.7 }] });
  expect(fused.map(({ id, score, from }) => [id, score, Object.keys(from)])).toEqual([["A", 0.9, ["first"]], ["B", 0.7, ["first", "second"]]]);
});

test("weights, thresholds and k of a generator decide what it brings", () => {
  const rankings = { first: [{ id: "A", score: 0.9 }, { id: "B", score: 0.4 }], second: [{ id: "B", score: 0.7 }, { id: "C", score: 0.6 }] };
  const ids = (members: Parameters<typeof ensemble>[1]) => ensemble(rankings, members).map(({ id, score }) => [id, Number(score.toFixed(3))]);
  expect(ids({ first: { weight: 0.5 } })).toEqual([["B", 0.7], ["C", 0.6], ["A", 0.45]]);
  expect(ids({ first: { threshold: 0.5 }, second: { threshold: 0.65 } })).toEqual([["A", 0.9], ["B", 0.7]]);
  expect(ids({ second: { k: 1 } })).toEqual([["A", 0.9], ["B", 0.7]]);
});

const lossOf = async (lambda: number, logits: readonly number[], scores: readonly number[], gold: number): Promise<{ loss: number; gradient: number[] }> => {
  const run = compile((l: Tensor, s: Tensor, g: Tensor) => {
    const { loss } = rankedLoss(l, g, s, lambda);
    return { loss, gradient: grad(loss, [l])[0] as Tensor };
  });
  const { loss, gradient } = await run(vector(logits, [1, logits.length]), vector(scores, [1, scores.length]), hostArray(Int32Array.of(gold), [1]));
  await run.release();
  return { loss: loss.item(), gradient: Array.from(gradient.data as Float32Array) };
};

test("without the distance the loss is the cross-entropy over the list; the distance is that of the logits from the scores", async () => {
  const logits = [2, 0, -1];
  const entropy = Math.log(Math.exp(2) + 1 + Math.exp(-1)) - 2;
  expect((await lossOf(0, logits, [0.9, 0.4, 0], 0)).loss).toBeCloseTo(entropy, 5);
  // Differences 1.5, 0, -2: a distance of 2.5.
  expect((await lossOf(1, logits, [0.5, 0, 1], 0)).loss).toBeCloseTo(entropy + 2.5, 5);
  expect((await lossOf(0.5, logits, [0.5, 0, 1], 0)).loss).toBeCloseTo(entropy + 1.25, 5);
});

test("logits equal to the scores add nothing, and the gradient stays finite there", async () => {
  const scores = [0.7, 0.2, 0];
  const { loss, gradient } = await lossOf(1, scores, scores, 0);
  const powers = scores.map(Math.exp);
  expect(loss).toBeCloseTo(Math.log(powers.reduce((sum, power) => sum + power, 0)) - 0.7, 5);
  expect(gradient.every(Number.isFinite)).toBe(true);
});

const concepts: readonly Concept[] = [
  { id: "country/DEU", name: "Germany", aliases: ["Deutschland", "Federal Republic of Germany"], types: ["country"] },
  { id: "country/ARG", name: "Argentina", aliases: ["Argentine Republic"], types: ["country"] },
  { id: "language/deu", name: "German", aliases: [], types: ["language"] },
];
const aliases = aliasesOf(concepts);

test("equal names have a 3-gram cosine of 1, names of one concept count once, and hidden names are not found", async () => {
  const generator = new NgramGenerator(aliases);
  const [found, foreign, hidden] = await generator.find([{ text: "germany" }, { text: "Argentinien" }, { text: "Germany", except: [aliases.findIndex(({ text }) => text === "Germany")] }], 3);
  expect(found?.[0]?.id).toBe("country/DEU");
  expect(found?.[0]?.score).toBeCloseTo(1, 10);
  expect(found?.filter(({ id }) => id === "country/DEU")).toHaveLength(1);
  expect(foreign?.[0]?.id).toBe("country/ARG");
  expect(hidden?.[0]?.score).toBeLessThan(0.99);
  expect(hidden?.map(({ id }) => id)).toContain("country/DEU"); // by its long name
});

test("a concept scores as its best vector does, and hidden names are passed over", async () => {
  const vectors = vector([1, 0, 0.6, 0.8, 0, 1], [3, 2]);
  const named = [{ concept: "A", text: "a" }, { concept: "A", text: "a2" }, { concept: "B", text: "b" }];
  const generator = new DenseGenerator({ aliases: named, vectors, encode: (texts) => Promise.resolve(vector(texts.flatMap(() => [0.8, 0.6]), [texts.length, 2])) });
  const [plain, hidden] = await generator.find([{ text: "x" }, { text: "x", except: [1] }], 2);
  const rounded = (hits: typeof plain) => hits?.map(({ id, score }) => [id, Number(score.toFixed(4))]);
  expect(rounded(plain)).toEqual([["A", 0.96], ["B", 0.6]]); // (0.8, 0.6) . (0.6, 0.8)
  expect(rounded(hidden)).toEqual([["A", 0.8], ["B", 0.6]]);
  await generator.release();
});

test("recall never falls with k, and counts what the dictionary knows only", () => {
  const items = [{ gold: "A" }, { gold: "B" }, { gold: null }, { gold: "C" }];
  const hits = [["A", "B"], ["A", "C", "B"], ["A"], ["A", "B"]].map((ids) => ids.map((id, i) => ({ id, score: 1 - i })));
  const recalls = [1, 2, 3].map((k) => recallAt(items, hits, k));
  expect(recalls).toEqual([1 / 3, 1 / 3, 2 / 3]);
});

test("accuracy counts what is said to be missing, F1 what is answered", () => {
  // Right: A, and the missing one. Two answers given, three wanted, one right: F1 = 2 / 5.
  const { accuracy, f1, byItem } = scoreLinks([{ gold: "A" }, { gold: "B" }, { gold: null }, { gold: "C" }], ["A", "C", null, null]);
  expect([accuracy, f1, byItem]).toEqual([0.5, 0.4, [1, 0, 1, 0]]);
});

test("[NIL] takes the place of the last candidate, and is right exactly where no candidate is", () => {
  const hits = [{ id: "A", score: 0.9 }, { id: "B", score: 0.4 }, { id: "C", score: 0.1 }];
  expect(candidateList(hits, 3, "B")).toEqual({ concepts: ["A", "B"], answer: 1, scores: [0.9, 0.4, 0] });
  expect(candidateList(hits, 3, "C")).toEqual({ concepts: ["A", "B"], answer: 2, scores: [0.9, 0.4, 1] }); // replaced
  expect(candidateList(hits, 3, null).answer).toBe(2);
  expect(() => candidateList(hits, 5, "A")).toThrow("a list of 5 needs 4 candidates, got 3");
});

const tokenizer = trainBytePairs(["Germany is here. The Republic of Germany; Argentina, Argentine Republic, country, language"], { size: 320, reserved: 32 });

test("rows: types, title and further names with their marks; the name stands marked in its sentence", () => {
  const rows = new LinkRows(tokenizer, { mention: 40, candidate: 60 });
  const text = (ids: Int32Array): string => tokenizer.decode(ids, { keepSpecial: true });
  expect(text(rows.mention({ left: "Here is ", text: "Germany", right: "." }))).toBe("Here is [unused0]Germany[unused1].");
  expect(text(rows.candidate(concepts[0] as Concept))).toBe("country[unused3]Germany[unused2]Deutschland[SEP]Federal Republic of Germany");
  expect(text(rows.candidate(concepts[0] as Concept, "Germany"))).toBe("country[unused3]Deutschland[unused2]Federal Republic of Germany");
  const { ids, segments } = rows.row(rows.mention({ left: "", text: "Germany", right: "" }), null);
  expect(text(ids)).toBe("[CLS][unused0]Germany[unused1][SEP][unused4][SEP]");
  expect([...segments].filter((segment) => segment === 1)).toHaveLength(2);
});

test("a long sentence is cut on the far sides, the name is kept", () => {
  const rows = new LinkRows(tokenizer, { mention: 12, candidate: 8 });
  const ids = rows.mention({ left: "The Republic is far away and then ", text: "Germany", right: " is here and stays" });
  const { start, end } = marksOf(tokenizer);
  expect(ids).toHaveLength(12);
  const [from, to] = [ids.indexOf(start), ids.indexOf(end)];
  expect(tokenizer.decode(ids.subarray(from + 1, to))).toBe("Germany");
  expect("The Republic is far away and then ".endsWith(tokenizer.decode(ids.subarray(0, from)))).toBe(true);
  expect(" is here and stays".startsWith(tokenizer.decode(ids.subarray(to + 1)))).toBe(true);
  expect(rows.candidate(concepts[0] as Concept)).toHaveLength(8);
});

test("a batch holds whole lists with their scores, and the hidden name is nowhere in its concept's row", async () => {
  const rows = new LinkRows(tokenizer, { mention: 20, candidate: 30 });
  const byId = new Map(concepts.map((concept) => [concept.id, concept]));
  const hits = [{ id: "country/DEU", score: 0.8 }, { id: "country/ARG", score: 0.3 }, { id: "language/deu", score: 0.2 }];
  const mention = { left: "", text: "Deutschland", right: "", concepts: byId };
  const made = listRows(rows, [{ ...mention, list: candidateList(hits, 3, "country/DEU"), hiddenIn: "country/DEU" }, { ...mention, text: "Xyz", list: candidateList(hits, 3, null) }]);
  const second = (row: number): string => tokenizer.decode((made.rows.rows[row] as { ids: Int32Array; segments: Int32Array }).ids.filter((_, i) => made.rows.rows[row]?.segments[i] === 1), { keepSpecial: true });
  expect([0, 1, 2].map(second)).toEqual(["country[unused3]Germany[unused2]Federal Republic of Germany[SEP]", "country[unused3]Argentina[unused2]Argentine Republic[SEP]", "[unused4][SEP]"]);
  expect(second(3)).toContain("Deutschland");
  const batch = await listBatches(made, { length: rows.longest, batch: 2, seed: 1 }).next();
  expect(batch.ids.shape).toEqual([6, rows.longest]);
  const order = batch.answers.data[0] === 0 ? [0, 1] : [1, 0];
  const scores = [[0.8, 0.3, 0], [0.8, 0.3, 1]].map((list) => list.map(Math.fround));
  expect(Array.from(batch.scores.data as Float32Array)).toEqual(order.flatMap((i) => scores[i] as number[]));
});

const names = (english: readonly string[], german: readonly string[] = []): NamedConcept["names"] => ({ en: english, de: german, es: [], fr: [], ru: [], tr: [] });
const kb: readonly NamedConcept[] = [
  { id: "country/DEU", kind: "country", names: names(["Germany", "Federal Republic of Germany"], ["Deutschland"]) },
  { id: "currency/ALL", kind: "currency", names: names(["Lek"]) },
  { id: "emoji/1F34B", kind: "emoji", names: names(["lemon"], ["Zitrone"]) },
];
const mention = (text: string, concept: string, language: NameMention["language"] = "en", known = true): NameMention => ({ left: "", text, right: "", language, concept, known });

test("dictionaries hold English names and those of their language; one of the language alone holds no English", () => {
  const { de, fr } = dictionariesOf(kb);
  expect(de.aliases.map(({ text }) => text)).toEqual(["Germany", "Federal Republic of Germany", "Deutschland", "Lek", "lemon", "Zitrone"]);
  expect(de.own.map(({ text }) => text)).toEqual(["Deutschland", "Zitrone"]);
  expect(fr.aliases.map(({ text }) => text)).toEqual(["Germany", "Federal Republic of Germany", "Lek", "lemon"]);
});

test("English mentions are looked for where their concept has another name, their own hidden; the rest as they are", () => {
  const dictionaries = dictionariesOf(kb);
  const [lemon, lek] = englishItems([mention("lemon", "emoji/1F34B"), mention("Lek", "currency/ALL")], dictionaries, RandomStream.of(1));
  expect(lemon).toMatchObject({ language: "de", hiddenIn: "emoji/1F34B", query: { except: [4] }, gold: "emoji/1F34B" });
  expect(lek?.hiddenIn).toBeUndefined();
  expect(lek?.query).toEqual({ text: "Lek" });
  expect(targetItems([mention("Limone", "emoji/1F34B", "de"), mention("Kwacha", "currency/ZMW", "de", false)]).map(({ gold }) => gold)).toEqual(["emoji/1F34B", null]);
});

test("synonyms are all pairs of a concept's names; its names are never each other's negatives", async () => {
  const { texts, pairs, concepts: numbers } = synonymsOf(kb);
  expect(pairs.map(([a, b]) => [texts[a], texts[b]])).toEqual([["Germany", "Federal Republic of Germany"], ["Germany", "Deutschland"], ["Federal Republic of Germany", "Deutschland"], ["lemon", "Zitrone"]]);
  expect([...numbers]).toEqual([0, 0, 0, 2]);
  // Vectors stand for encoded rows: ids [B, 1] select one of two axes.
  const axes = (ids: Tensor): Tensor => ids.cast("float32").mul(vectorOf).add(base);
  const [vectorOf, base] = [constant([-1, 1]), constant([1, 0])];
  const model = { forward: ({ query, passage }: { query: { ids: Tensor }; passage: { ids: Tensor } }) => ({ query: axes(query.ids), passage: axes(passage.ids), scale: constant([2]).squeeze(0) }) } as unknown as BiEncoder;
  const side = (name: string, ids: readonly number[]) => ({ [`${name}Ids`]: hostArray(Int32Array.from(ids), [ids.length, 1]), [`${name}Segments`]: hostArray(new Int32Array(ids.length), [ids.length, 1]), [`${name}Valid`]: hostArray(new Uint8Array(ids.length).fill(1), [ids.length, 1], "bool") });
  const run = compile((batch: Record<string, Tensor>) => synonymLoss(model, batch as Parameters<typeof synonymLoss>[1], EVALUATE).loss);
  const lossFor = async (same: boolean): Promise<number> => (await run({ ...side("query", [0, 0, 1]), ...side("document", [0, 0, 1]), concepts: hostArray(Int32Array.from(same ? [7, 7, 8] : [7, 9, 8]), [3]) })).item();
  // Logits 2 on equal axes, else 0. One concept: both its names are positives. Two concepts: the twin is a negative.
  const [right, stranger] = [Math.exp(2), 1];
  const alone = Math.log((right + 2 * stranger) / right);
  expect(await lossFor(true)).toBeCloseTo((2 * Math.log((2 * right + stranger) / (2 * right)) + alone) / 3, 5);
  expect(await lossFor(false)).toBeCloseTo((2 * Math.log((2 * right + stranger) / right) + alone) / 3, 5);
  await run.release();
});

test("training on pairs: the names most like a mention, [NIL] last and right where its own name is not among them", () => {
  const { examples } = xmenTextRecipe.objectives["near-ranking"] as (typeof xmenTextRecipe.objectives)[string];
  const context = { settings: { negatives: 1, scale: 20 }, random: RandomStream.of(1), labels: [] };
  const made = examples([{ query: "Argentinien", positive: "Argentina", negatives: [] }, { query: "Deutschland", positive: "Germany", negatives: [] }, { query: "x", positive: "Land of Deutschen", negatives: [] }] as never, context);
  // Lists of two names. The first mention finds its name; the second shares characters with another, and none with its own.
  expect(made[0]?.texts.filter((_, i) => i !== 1)).toEqual([["Argentinien", "Argentina"], ["Argentinien", "[NIL]"]]);
  expect([made[0]?.targets[0], made[0]?.targets.at(-1)]).toEqual([0, 0]);
  expect(made[1]?.texts).toEqual([["Deutschland", "Land of Deutschen"], ["Deutschland", "Argentina"], ["Deutschland", "[NIL]"]]);
  expect([made[1]?.targets[0], made[1]?.targets.at(-1)]).toEqual([2, 1]);
  const [given] = examples([{ query: "Deutschland", positive: "Germany", negatives: ["German"] }, { query: "x", positive: "y", negatives: [] }] as never, context);
  expect(given?.texts.slice(0, 2).map(([, name]) => name).sort()).toEqual(["German", "Germany"]); // its own negatives, and its name with them
  expect(given?.texts[given.targets[0] as number]).toEqual(["Deutschland", "Germany"]);
});
