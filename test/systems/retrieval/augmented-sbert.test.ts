/** Exact checks of Augmented SBERT. */
import { expect, test } from "vitest";
import { compile, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { keepProbability, lexicalNeighbours } from "../../../src/data/index.ts";
import type { PlacePair } from "../../../src/data/index.ts";
import { EVALUATE } from "../../../src/nn/index.ts";
import { Bert, biEncoderOf, cosineError, crossEncoderOf, rankAgreement, rowFlops, scoreRows } from "../../../src/lab/text/index.ts";
import { keptByDensity, silverPairs, STRATEGIES } from "../../../src/systems/retrieval/augmented-sbert-silver.ts";
import type { SilverOptions } from "../../../src/systems/retrieval/augmented-sbert-silver.ts";
import { paraphrased, replaceWords, synonymsOf } from "../../../src/systems/retrieval/augmented-sbert-synonyms.ts";

const sizes = { width: 16, depth: 2, heads: 2, positions: 32 };
const bert = (seed: number) => ({ model: new Bert({ random: RandomStream.of(seed), vocabulary: 30, ...sizes }), sizes });

test("with the same scores on both sides the density rule keeps every pair", () => {
  const scores = Float32Array.from({ length: 200 }, (_, i) => ((i * 37) % 101) / 100);
  expect(keptByDensity(scores, scores, RandomStream.of(1))).toEqual(Array.from(scores.keys()));
});

test("of bins (0.9, 0.1) kept for (0.5, 0.5) the shares 0.556 and 1 remain, 5 to 1", () => {
  const bins = (low: number, high: number) => (score: number): number => (score < 0.5 ? low : high);
  const keep = keepProbability(bins(0.5, 0.5), bins(0.9, 0.1));
  expect(keep(0.2)).toBeCloseTo(0.5 / 0.9, 12);
  expect(keep(0.8)).toBe(1);
  expect((0.9 * keep(0.2)) / (0.1 * keep(0.8))).toBeCloseTo(5, 12);
});

test("the densities are of both sets: rare high scores stay, too many low ones go", () => {
  const draw = RandomStream.of(2);
  const gold = Float32Array.from({ length: 4000 }, () => draw.uniform());
  const silver = Float32Array.from({ length: 4000 }, (_, i) => (i % 10 === 0 ? draw.uniform(0.7, 1) : draw.uniform(0, 0.3)));
  const kept = keptByDensity(gold, silver, RandomStream.of(3));
  const share = (low: number, high: number): number => kept.filter((i) => silver[i]! > low && silver[i]! < high).length / silver.filter((score) => score > low && score < high).length;
  // low scores have density 0.9 / 0.3 = 3 where gold has 1; high ones 0.1 / 0.3 < 1
  expect(Math.abs(share(0.08, 0.22) - 1 / 3)).toBeLessThan(0.08); // of both sets the density is an estimate
  expect(share(0.78, 0.92)).toBe(1);
});

async function sides(model: ReturnType<typeof biEncoderOf>, query: readonly number[][], document: readonly number[][], labels: readonly number[]): Promise<number> {
  const rows = (side: string, ids: readonly number[][]): Record<string, HostArray> => {
    const shape = [ids.length, ids[0]!.length];
    return { [`${side}Ids`]: hostArray(Int32Array.from(ids.flat()), shape), [`${side}Segments`]: hostArray(new Int32Array(ids.flat().length), shape), [`${side}Valid`]: hostArray(new Uint8Array(ids.flat().length).fill(1), shape, "bool") };
  };
  const loss = compile((batch: Record<string, Tensor>) => cosineError(model, batch as Parameters<typeof cosineError>[1], EVALUATE).loss);
  const value = (await loss({ ...rows("query", query), ...rows("document", document), labels: hostArray(Float32Array.from(labels), [labels.length]) })).item();
  await loss.release();
  return value;
}

test("equal texts with label 1 cost nothing, with label 0 one", async () => {
  const model = biEncoderOf(bert(4), { random: RandomStream.of(4) });
  const texts = [[1, 5, 6, 2], [1, 9, 3, 2]];
  expect(await sides(model, texts, texts, [1, 1])).toBeLessThan(1e-10);
  expect(await sides(model, texts, texts, [0, 0])).toBeCloseTo(1, 5);
  expect(await sides(model, texts, [texts[1]!, texts[0]!], [1, 1])).toBeGreaterThan(1e-4);
});

const TEXTS = ["red round fruit", "red round thing", "green leaf of a tree", "old green tree", "stone bridge", "bridge of stone over water", "deep water", "cold deep water", "a fruit tree"];
const GOLD: readonly PlacePair[] = [[0, 1], [5, 4], [2, 3]];

/** Labels by a rule, and how often it was asked. */
function options(strategy: SilverOptions["strategy"], count: number): SilverOptions & { asked(): number } {
  let asked = 0;
  return {
    strategy, count, texts: TEXTS.length, known: GOLD, goldScores: [0.2, 0.5, 0.9], candidates: 20, random: RandomStream.of(6),
    label: (pairs) => {
      asked += pairs.length;
      return Promise.resolve(Float32Array.from(pairs, ([a, b]) => ((7 * (a + b)) % 10) / 10));
    },
    neighbours: { lexical: () => lexicalNeighbours(TEXTS, 3), semantic: () => Promise.resolve(TEXTS.map((_, i) => [(i + 4) % 9, (i + 1) % 9])) },
    asked: () => asked,
  };
}

test.each(STRATEGIES)("%s: no gold pair, no pair twice in either order, and a label costs a pass", async (strategy) => {
  const given = options(strategy, 6);
  const { pairs, scores, labelled } = await silverPairs(given);
  const keys = pairs.map(([a, b]) => [a, b].sort().join());
  expect(new Set(keys).size).toBe(pairs.length);
  for (const [a, b] of GOLD) expect(keys).not.toContain([a, b].sort().join());
  expect(pairs.every(([a, b]) => a !== b && Math.max(a, b) < 9)).toBe(true);
  expect(pairs.length).toBeGreaterThan(0);
  expect(pairs.length).toBeLessThanOrEqual(6);
  expect([given.asked(), labelled]).toEqual(strategy === "kde" ? [20, 20] : [pairs.length, pairs.length]);
  expect([...scores]).toEqual(pairs.map(([a, b]) => Math.fround(((7 * (a + b)) % 10) / 10)));
});

test("lexical pairs share words; asking for more pairs than there are gives those there are", async () => {
  const words = (place: number): string[] => TEXTS[place]!.split(" ");
  const { pairs } = await silverPairs(options("bm25", 5));
  for (const [a, b] of pairs) expect(words(a).some((word) => words(b).includes(word))).toBe(true);
  // 9 texts make 36 pairs, 3 of them gold
  expect((await silverPairs(options("random", 500))).pairs).toHaveLength(33);
});

test("a label costs a pass over both texts in one row; the student's cost does not depend on what it learnt from", () => {
  const rowsOf = (seed: number): number => {
    const model = biEncoderOf(bert(seed), { random: RandomStream.of(7) });
    return rowFlops((rows) => model.encodeQuery(rows, EVALUATE), 8);
  };
  expect(rowsOf(1)).toBe(rowsOf(2));
  const cross = crossEncoderOf(bert(1), { random: RandomStream.of(7), pooler: false });
  const [pair, text] = [rowFlops((rows) => scoreRows(cross, rows, EVALUATE), 16), rowsOf(1)];
  // A layer: L (12 d^2 + 2 L d) multiply-adds and 9 L d additions of biases. Mean pooling is one more product of L d, the score of d.
  const layers = (length: number): number => 2 * length * (2 * (12 * 16 * 16 + 2 * length * 16) + 9 * 16);
  expect(text).toBe(layers(8) + 2 * 8 * 16);
  expect(pair).toBe(layers(16) + 2 * 16 + 1);
});

test("synonyms are other words of one synset, and replacing keeps everything else", () => {
  const synsets = [{ lemmas: ["car", "auto", "motor vehicle"] }, { lemmas: ["car", "carriage"] }, { lemmas: ["Paris"] }].map((synset, i) => ({ id: `n${i}`, pos: "n" as const, gloss: "", examples: [], pointers: [], ...synset }));
  const synonyms = synonymsOf({ synsets });
  expect([...synonyms]).toEqual([["car", ["auto", "carriage"]], ["auto", ["car"]], ["carriage", ["car"]]]);
  expect(["the auto, (1990) in Paris", "the carriage, (1990) in Paris"]).toContain(replaceWords("the car, (1990) in Paris", synonyms, RandomStream.of(1)));
  expect(replaceWords("no such word", synonyms, RandomStream.of(1))).toBe("no such word");
  const pairs = paraphrased([{ a: "car", b: "stone", score: 0.25 }, { a: "auto", b: "auto", score: 1 }], synonyms, 5, RandomStream.of(2));
  expect(pairs.map(({ score }) => score)).toEqual([0.25, 1, 0.25, 1, 0.25]);
  expect(pairs[1]).toEqual({ a: "car", b: "car", score: 1 });
});

test("agreement is Spearman's rho and the mean over items", () => {
  // ranks 1 2 3 4 against 1 3 2 4: rho = 1 - 6 (0 + 1 + 1 + 0) / (4 * 15) = 0.8
  const { spearman, byItem } = rankAgreement([0.1, 0.2, 0.3, 0.9], [1, 30, 20, 400]);
  expect(spearman).toBeCloseTo(0.8, 12);
  expect(byItem.reduce((a, b) => a + b, 0) / 4).toBeCloseTo(0.8, 12);
  expect(rankAgreement([1, 1, 1], [1, 2, 3]).spearman).toBe(0);
});
