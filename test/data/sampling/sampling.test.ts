import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { fewShot } from "../../../src/data/sampling/few-shot.ts";
import { kernelDensity, keepProbability, tabulated } from "../../../src/data/sampling/density.ts";
import { hardNegatives } from "../../../src/data/sampling/hard-negatives.ts";
import { KnownPairs, lexicalNeighbours, neighbourPairs, randomPairs } from "../../../src/data/sampling/text-pairs.ts";

test("a draw has k items of each class, development apart, the same for the same seed", () => {
  const labels = Array.from({ length: 60 }, (_, i) => i % 3);
  const draw = fewShot(labels, { perClass: 4, seed: 1 });
  for (const part of [draw.train, draw.development]) for (const label of [0, 1, 2]) expect([...part].filter((i) => labels[i] === label).length).toBe(4);
  expect(new Set([...draw.train, ...draw.development]).size).toBe(24);
  expect(fewShot(labels, { perClass: 4, seed: 1 })).toEqual(draw);
  expect(fewShot(labels, { perClass: 4, seed: 1, draw: 1 }).train).not.toEqual(draw.train);
  expect(() => fewShot([0, 0, 1], { perClass: 1, seed: 1 })).toThrow("2 items of each class are needed; class 1 has 1");
});

const ranking = [["own", 10], ["right", 8], ["twin of right", 8], ["w1", 7], ["w1 copy", 7], ["w2", 6], ["w3", 5], ["w4", 1]].map(([id, score]) => ({ id: id as string, score: score as number }));
const keys: Record<string, string> = { "twin of right": "right", "w1 copy": "w1" };
const keyOf = (id: string | number): string => keys[id] ?? String(id);
const options = { count: 2, random: RandomStream.of(1), keyOf };

test("negatives are neither relevant nor repeated, and the hardest come first", () => {
  expect(hardNegatives([ranking], [["own", "right"]], options)).toEqual([["w1", "w2"]]);
  expect(hardNegatives([ranking], [["own", "right"]], { ...options, skip: 1 })).toEqual([["w2", "w3"]]);
  expect(hardNegatives([ranking], [["own", "right"]], { ...options, count: 9 })).toEqual([["w1", "w2", "w3", "w4"]]);
  // at most 0.7 of the best relevant score, 10
  expect(hardNegatives([ranking], [["own", "right"]], { ...options, belowShareOfPositive: 0.65 })).toEqual([["w2", "w3"]]);
});

test("a quantile of 0 is the hardest, of 1 the easiest end", () => {
  const at = (quantile: number): unknown => hardNegatives([ranking], [["own", "right"]], { ...options, choice: { kind: "quantile", quantile } })[0];
  expect(at(0)).toEqual(["w1", "w2"]);
  expect(at(0.5)).toEqual(["w2", "w3"]);
  expect(at(1)).toEqual(["w3", "w4"]);
});

test("softmax draws follow the scores", () => {
  const hits = [{ id: "a", score: Math.log(3) }, { id: "b", score: 0 }];
  const draws = Array.from({ length: 2000 }, (_, seed) => hardNegatives([hits], [[]], { count: 1, random: RandomStream.of(seed, "draw"), choice: { kind: "softmax", temperature: 1 } })[0]![0]);
  const share = draws.filter((id) => id === "a").length / draws.length;
  expect(Math.abs(share - 0.75)).toBeLessThan(0.03);
  expect(hardNegatives([ranking], [["own", "right"]], { ...options, choice: { kind: "uniform" }, depth: 2 })[0]!.sort()).toEqual(["w1", "w2"]);
});

test("the density of two values is the mean of two bells, and its bandwidth Silverman's", () => {
  const bell = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  expect(kernelDensity([0, 2], 1)(0.5)).toBeCloseTo((bell(0.5) + bell(1.5)) / 2, 12);
  // 0, 1, 2, 3, 4: deviation sqrt(2.5), quartiles 1 and 3
  const h = 0.9 * (2 / 1.34) * 5 ** -0.2;
  expect(kernelDensity([0, 1, 2, 3, 4])(2)).toBeCloseTo((bell(0) + 2 * bell(1 / h) + 2 * bell(2 / h)) / (5 * h), 12);
  expect(() => kernelDensity([1, 1])).toThrow("values that differ");
});

test("what is kept is moved towards the wanted distribution without overshooting", () => {
  // two bins: wanted (0.5, 0.5), given (0.9, 0.1) -> keep 0.556 and 1
  const bins = (first: number, second: number) => (x: number): number => (x < 0.5 ? first : second);
  const keep = keepProbability(bins(0.5, 0.5), bins(0.9, 0.1));
  expect(keep(0)).toBeCloseTo(0.556, 3);
  expect(keep(1)).toBe(1);
  expect(keepProbability(bins(0.3, 0.7), bins(0.3, 0.7))(0)).toBe(1);
});

test("a table stands for a function between its ends, exact at its points and straight between them", () => {
  const square = tabulated((x) => x * x, { low: 0, high: 2, points: 3 });
  expect([square(0), square(1), square(2)]).toEqual([0, 1, 4]);
  expect(square(1.5)).toBeCloseTo(2.5, 12); // half way from 1 to 4
  expect([square(-1), square(5)]).toEqual([0, 4]);
});

test("random pairs are all different, without the known ones, until there are no more", () => {
  const known = new KnownPairs([[1, 0], [2, 3]]);
  expect([known.has([0, 1]), known.has([0, 2]), known.add([1, 1]), known.add([3, 2]), known.size]).toEqual([true, false, false, false, 2]);
  const pairs = randomPairs(4, 10, known, RandomStream.of(1));
  expect(pairs.map((pair) => [...pair].sort().join()).sort()).toEqual(["0,2", "0,3", "1,2", "1,3"]);
  expect(randomPairs(1, 3, new KnownPairs(), RandomStream.of(1))).toEqual([]);
});

test("neighbours come rank by rank: every place's first before anyone's second", () => {
  const rankings = [[1, 2], [0, 2], [3, 0], [2]];
  const pairs = neighbourPairs(rankings, 9, new KnownPairs([[2, 3]]), RandomStream.of(1)).map((pair) => [...pair].sort().join());
  expect(pairs[0]).toBe("0,1"); // 2 and 3 are known to each other; 0 and 1 name one pair
  expect(pairs.slice(1).sort()).toEqual(["0,2", "1,2"]);
  expect(neighbourPairs(rankings, 2, new KnownPairs(), RandomStream.of(2)).map((pair) => [...pair].sort().join()).sort()).toEqual(["0,1", "2,3"]);
});

test("lexical neighbours share words, the rarest first, and never are the text itself", () => {
  expect(lexicalNeighbours(["red stone bridge", "red house", "stone bridge over water", "green leaf"], 2)).toEqual([[2, 1], [0], [0], []]);
});
