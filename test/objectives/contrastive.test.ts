import { expect, test } from "vitest";
import { evaluate, GraphRandom, grad, hostArray, Parameter, tensor } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { coSent, cosineRegression, differentItems, infoNceOfSimilarities, infoNce, marginLoss, notAbovePositive, pairDistanceLoss, sameGroup, sampleHardNegatives, tripletLoss, uniformity } from "../../src/objectives/index.ts";

const value = async (x: Tensor): Promise<number> => (await evaluate([x]))[0]!.item();
const numbers = async (x: Tensor): Promise<number[]> => Array.from((await x.array()).data, Number);
const ids = (values: readonly number[]): Tensor => tensor(hostArray(Int32Array.from(values), [values.length]));
const logs = (rows: readonly (readonly number[])[]): Tensor => tensor(rows.map((row) => row.map(Math.log)));

// exp(similarity) of each pair: rows are anchors
const E = [[4, 1], [2, 3]];
const at = (options: Parameters<typeof infoNceOfSimilarities>[1]): Promise<number> => value(infoNceOfSimilarities(logs(E), { scale: 1, ...options }).loss);

test("one pooled denominator: row and column of the anchor, the positive once, twice or not at all", async () => {
  // anchor 0: row 4 + 1, column 4 + 2; anchor 1: row 2 + 3, column 1 + 3
  const mean = (a: number, b: number): number => -(Math.log(a) + Math.log(b)) / 2;
  expect(await at({ denominator: "rowAndColumn", positive: "twice" })).toBeCloseTo(mean(4 / 11, 3 / 9), 6);
  expect(await at({ denominator: "rowAndColumn" })).toBeCloseTo(mean(4 / 7, 3 / 6), 6);
  expect(await at({ denominator: "rowAndColumn", positive: "excluded" })).toBeCloseTo(mean(4 / 3, 3 / 3), 6);
});

test("the positive left out of separate denominators", async () => {
  expect(await at({ positive: "excluded", directions: { rows: 1, columns: 0 } })).toBeCloseTo(-(Math.log(4 / 1) + Math.log(3 / 2)) / 2, 6);
  expect(await at({ positive: "excluded", directions: { rows: 0, columns: 1 } })).toBeCloseTo(-(Math.log(4 / 2) + Math.log(3 / 1)) / 2, 6);
});

test("only the hardest negatives count, and further ones only where they may", async () => {
  const rows = { rows: 1, columns: 0 };
  const three = logs([[5, 1, 2], [1, 5, 3], [4, 1, 5]]);
  const loss = await value(infoNceOfSimilarities(three, { scale: 1, directions: rows, hardest: 1 }).loss);
  expect(loss).toBeCloseTo(-(Math.log(5 / 7) + Math.log(5 / 8) + Math.log(5 / 9)) / 3, 6);
  const negativeCandidates = tensor(hostArray(Uint8Array.of(1, 0, 0, 0), [2, 2], "bool"));
  const extra = logs([[7, 9], [9, 9]]);
  expect(await value(infoNceOfSimilarities(logs(E), { scale: 1, directions: rows, negativeCandidates }, extra).loss)).toBeCloseTo(-(Math.log(4 / 12) + Math.log(3 / 5)) / 2, 6);
});

test("contradictory options are refused", () => {
  expect(() => infoNceOfSimilarities(logs(E), { positive: "twice" })).toThrow('needs {denominator: "rowAndColumn"}');
  expect(() => infoNceOfSimilarities(logs(E), { denominator: "rowAndColumn" }, logs([[1], [1]]))).toThrow("no further negatives");
  expect(() => infoNceOfSimilarities(logs(E), { hardest: 0 })).toThrow("hardest: expected a whole number above 0");
});

test("with equal embeddings and a hard negative for each of B = 4, both directions summed give ln 8 + ln 4", async () => {
  const same = tensor(Array.from({ length: 4 }, () => [0.6, 0.8]));
  const { loss } = infoNce(same, same, { directions: { rows: 1, columns: 1 }, negatives: same });
  expect(await value(loss)).toBeCloseTo(Math.log(8) + Math.log(4), 5);
  expect(Math.log(8) + Math.log(4)).toBeCloseTo(3.4657, 4);
});

test("candidate matrices: one group, different items, and not above the positive", async () => {
  expect(await numbers(sameGroup(ids([1, 2]), ids([1, 1, 2])))).toEqual([1, 1, 0, 0, 0, 1]);
  expect(await numbers(differentItems(ids([5, 6]), ids([5, 5, 6])))).toEqual([0, 0, 1, 1, 1, 0]);
  expect(await numbers(notAbovePositive(tensor([[0.5, 0.6], [0.2, 0.3]]), 0.05))).toEqual([1, 0, 1, 1]);
});

test("max-margin ranking over the off-diagonal pairs", async () => {
  const similarities = tensor([[0.9, 0.8], [0.1, 0.3]]);
  // rows: relu(0.2 - 0.9 + 0.8) = 0.1, relu(0.2 - 0.3 + 0.1) = 0; columns: relu(0.2 - 0.9 + 0.1) = 0, relu(0.2 - 0.3 + 0.8) = 0.7
  expect(await value(marginLoss(similarities, { margin: 0.2 }).loss)).toBeCloseTo((0.1 / 2 + 0.7 / 2) / 2, 6);
  expect(await value(marginLoss(similarities, { margin: 0.2, pairWeights: tensor([[9, 1], [3, 9]]) }).loss)).toBeCloseTo((0.1 / 4 + 0.7 / 4) / 2, 6);
});

test("triplets and pairs by their distances 5 and 3", async () => {
  const [origin, far, near] = [tensor([[0, 0]]), tensor([[3, 4]]), tensor([[3, 0]])];
  expect(await value(tripletLoss(origin, far, near, { margin: 1 }).loss)).toBeCloseTo(3, 5);
  expect(await value(tripletLoss(origin, near, far, { margin: 1 }).loss)).toBe(0);
  expect(await value(tripletLoss(origin, far, near, { margin: 1, squared: true }).loss)).toBeCloseTo(17, 4);
  expect(await value(pairDistanceLoss(origin, far, tensor([1]), { margin: 1 }).loss)).toBeCloseTo(25, 4);
  expect(await value(pairDistanceLoss(origin, near, tensor([0]), { margin: 5 }).loss)).toBeCloseTo(2, 5);
  expect(await value(pairDistanceLoss(origin, near, tensor([0]), { margin: 5, squared: true }).loss)).toBeCloseTo(4, 4);
});

test("hard negatives are never the own column, and follow the softmax of similarities", async () => {
  const random = GraphRandom.of(4, "negatives");
  const similarities = tensor([[9, Math.log(3), 0], [0, 9, 0], [0, 0, 9]]);
  const draws = await evaluate(Array.from({ length: 400 }, () => sampleHardNegatives(similarities, random)));
  const first = draws.map(({ data }) => Number(data[0]));
  draws.forEach(({ data }) => Array.from(data as Int32Array).forEach((column, row) => expect(column).not.toBe(row)));
  expect(Math.abs(first.filter((column) => column === 1).length / 400 - 0.75)).toBeLessThan(0.08);
});

test("cosine regression and CoSENT of two pairs with cosines 0.6 and 1", async () => {
  const [a, b] = [tensor([[1, 0], [2, 0]]), tensor([[3, 4], [5, 0]])];
  expect(await value(cosineRegression(a, b, tensor([1, 1])).loss)).toBeCloseTo(0.16 / 2, 6);
  // the pair judged higher has the lower cosine: log(1 + exp(2 (1 - 0.6)))
  expect(await value(coSent(a, b, tensor([1, 0]), { scale: 2 }).loss)).toBeCloseTo(Math.log(1 + Math.exp(0.8)), 6);
  expect(await value(coSent(a, b, tensor([0, 1]), { scale: 2 }).loss)).toBeCloseTo(Math.log(1 + Math.exp(-0.8)), 6);
  expect(await value(coSent(a, b, tensor([1, 1])).loss)).toBeCloseTo(0, 6);
});

test("gradients stay finite where vectors coincide, are zero apart, or the pair is hopeless", async () => {
  const vectors = new Parameter([3, 2], hostArray(Float32Array.of(1, 0, 1, 0, 0, 1), [3, 2]));
  const others = tensor([[1, 0], [-1, 0], [0, 1]]);
  const losses = [
    infoNce(vectors, others, { scale: 100, positive: "excluded" }).loss,
    infoNce(vectors, others, { scale: 100, denominator: "rowAndColumn", hardest: 1 }).loss,
    tripletLoss(vectors, others, others, { margin: 1 }).loss,
    pairDistanceLoss(vectors, others, tensor([0, 1, 0]), { margin: 1, squared: true }).loss,
    coSent(vectors, others, tensor([1, 2, 3]), { scale: 100 }).loss,
    cosineRegression(vectors, others, tensor([1, 1, 0])).loss,
    marginLoss(vectors.matmul(others, { transB: true }), { margin: 1 }).loss,
    uniformity(vectors),
  ];
  for (const gradient of await evaluate(losses.flatMap((loss) => grad(loss, [vectors])))) expect(Array.from(gradient.data as Float32Array).every(Number.isFinite)).toBe(true);
});
