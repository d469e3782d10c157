import { expect, test } from "vitest";
import { evaluate, grad, hostArray, Parameter, tensor } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { crossEntropy, distill, distillSimilarities, infoNce, infoNceOfSimilarities, logitScale, patchReconstruction, regression, sumLosses } from "../../src/objectives/index.ts";

const value = async (x: Tensor): Promise<number> => (await evaluate([x]))[0]!.item();
const ids = (values: readonly number[]) => tensor(hostArray(Int32Array.from(values), [values.length]));
const flags = (rows: readonly (readonly number[])[]) => tensor(hostArray(Uint8Array.from(rows.flat()), [rows.length, rows[0]!.length], "bool"));

// softmax of (0, log 3) is (1/4, 3/4); of (0, 0) it is (1/2, 1/2)
const logits = tensor([[0, Math.log(3)], [0, 0]]);
const [L4, L43, L2] = [Math.log(4), Math.log(4 / 3), Math.log(2)];

test("cross-entropy of class ids, with accuracy", async () => {
  const { loss, accuracy } = crossEntropy(logits, ids([0, 0]));
  expect(await value(loss)).toBeCloseTo((L4 + L2) / 2, 6);
  expect(await value(accuracy)).toBe(0.5);
});

test("weights select, reductions differ, and a mean over nothing is 0", async () => {
  const at = async (weights: readonly number[], reduction: "mean" | "sum" | "perExample" = "mean") => await value(crossEntropy(logits, ids([0, 0]), { weights: tensor(weights), reduction }).loss);
  expect(await at([1, 0])).toBeCloseTo(L4, 6);
  expect(await at([0.5, 0.25])).toBeCloseTo((0.5 * L4 + 0.25 * L2) / 0.75, 6);
  expect(await at([0.5, 0.25], "sum")).toBeCloseTo(0.5 * L4 + 0.25 * L2, 6);
  expect(await at([0.5, 0], "perExample")).toBeCloseTo(L4, 6);
  expect(await at([0, 0])).toBe(0);
});

test("per-example means count every example once, however many tokens it scores", async () => {
  const twoByTwo = tensor([[[0, 0], [0, 0]], [[0, Math.log(3)], [0, 0]]]);
  const labels = tensor(hostArray(Int32Array.of(0, 0, 0, 0), [2, 2]));
  const weights = tensor([[1, 1], [1, 0]]);
  expect(await value(crossEntropy(twoByTwo, labels, { weights, reduction: "perExample" }).loss)).toBeCloseTo((L2 + L4) / 2, 6);
  expect(await value(crossEntropy(twoByTwo, labels, { weights }).loss)).toBeCloseTo((2 * L2 + L4) / 3, 6);
});

test("smoothing mixes in the uniform distribution, soft targets are distributions", async () => {
  const smoothed = 0.8 * L4 + 0.2 * ((L4 + L43) / 2);
  expect(await value(crossEntropy(logits.sliceAxis(0, 0, 1), ids([0]), { smoothing: 0.2 }).loss)).toBeCloseTo(smoothed, 6);
  expect(await value(crossEntropy(logits.sliceAxis(0, 0, 1), tensor([[0.9, 0.1]])).loss)).toBeCloseTo(0.9 * L4 + 0.1 * L43, 6);
  expect(await value(crossEntropy(logits.sliceAxis(0, 0, 1), tensor([[1, 0]]), { smoothing: 0.2 }).loss)).toBeCloseTo(smoothed, 6);
});

test("class weights divide by the sum of the weights used", async () => {
  const classWeights = tensor([3, 1]);
  expect(await value(crossEntropy(logits, ids([0, 1]), { classWeights }).loss)).toBeCloseTo((3 * L4 + 1 * L2) / 4, 6);
  expect(await value(crossEntropy(logits, tensor([[1, 0], [0, 1]]), { classWeights }).loss)).toBeCloseTo((3 * L4 + 1 * L2) / 4, 6);
});

test("shapes that do not fit are named", () => {
  expect(() => crossEntropy(logits, ids([0]))).toThrow("logits [2, 2] need class ids of shape [2], got [1]");
  expect(() => crossEntropy(logits, ids([0, 0]), { weights: tensor([1, 1, 1]) })).toThrow("weights [3] must be shaped as the losses [2] or as their leading axes");
});

test("regression errors by hand: differences 0.5 and -3", async () => {
  const [prediction, target] = [tensor([1.5, 0]), tensor([1, 3])];
  expect(await value(regression(prediction, target).loss)).toBeCloseTo((0.25 + 9) / 2, 6);
  expect(await value(regression(prediction, target, { kind: "l1" }).loss)).toBeCloseTo(3.5 / 2, 6);
  expect(await value(regression(prediction, target, { kind: "smoothL1", beta: 2 }).loss)).toBeCloseTo((0.25 / 4 + (3 - 1)) / 2, 6);
  expect(await value(regression(tensor([[3, 4]]), tensor([[1, 0]]), { kind: "cosine" }).loss)).toBeCloseTo(0.4, 6);
});

test("predicting 0 for a patch that is not flat costs (n - 1) / n", async () => {
  const patches = tensor([[1, 2, 3, 4, 5, 7]]);
  expect(await value(patchReconstruction(tensor([[0, 0, 0, 0, 0, 0]]), patches, { epsilon: 1e-12 }).loss)).toBeCloseTo(5 / 6, 6);
  // two channels of three pixels each: 2/3 for each channel
  expect(await value(patchReconstruction(tensor([[0, 0, 0, 0, 0, 0]]), patches, { normalize: "channel", channels: 2, epsilon: 1e-12 }).loss)).toBeCloseTo(2 / 3, 6);
  expect(await value(patchReconstruction(tensor([[1, 2, 3, 4, 5, 6]]), patches, { normalize: "none" }).loss)).toBeCloseTo(1 / 6, 6);
});

test("a flat patch costs the square of the prediction, and patch weights select patches", async () => {
  const patches = tensor([[5, 5, 5], [1, 2, 3]]);
  const prediction = tensor([[1, 1, 1], [0, 0, 0]]);
  expect(await value(patchReconstruction(prediction, patches, { weights: tensor([1, 0]) }).loss)).toBeCloseTo(1, 6);
  expect(await value(patchReconstruction(prediction, patches, { weights: tensor([0, 1]), epsilon: 1e-12 }).loss)).toBeCloseTo(2 / 3, 6);
});

test("contrastive loss of two pairs: similarities (1, 0; 0.6, 0.8) at scale 1", async () => {
  const rows = tensor([[1, 0], [3, 4]]);
  const columns = tensor([[2, 0], [0, 1]]);
  const row = (p: number, q: number) => Math.log(1 + Math.exp(q - p));
  const both = [(row(1, 0) + row(0.8, 0.6)) / 2, (row(1, 0.6) + row(0.8, 0)) / 2] as const;
  const result = infoNce(rows, columns, { scale: 1 });
  expect(await value(result.loss)).toBeCloseTo((both[0] + both[1]) / 2, 6);
  expect(await value(result.accuracy)).toBe(1);
  expect(await value(result.positiveSimilarity)).toBeCloseTo(0.9, 6);
  expect(await value(infoNce(rows, columns, { scale: 1, directions: { rows: 1, columns: 0 } }).loss)).toBeCloseTo(both[0], 6);
  expect(await value(infoNce(rows, columns, { scale: 1, directions: { rows: 0, columns: 1 } }).loss)).toBeCloseTo(both[1], 6);
});

test("extra negatives widen the denominator of rows, excluded pairs leave it, a margin lowers positives", async () => {
  const rows = tensor([[1, 0]]);
  const columns = tensor([[1, 0]]);
  const onlyRows = { scale: 1, directions: { rows: 1, columns: 0 } };
  expect(await value(infoNce(rows, columns, { ...onlyRows, negatives: tensor([[0, 1], [-1, 0]]) }).loss)).toBeCloseTo(Math.log((Math.E + 1 + 1 / Math.E) / Math.E), 6);
  const similarities = tensor([[2, 1, 0], [0, 1, 0], [0, 0, 1]]);
  const keep = flags([[1, 0, 1], [1, 1, 1], [1, 1, 1]]);
  const excluded = infoNceOfSimilarities(similarities, { ...onlyRows, candidates: keep, weights: tensor([1, 0, 0]), margin: 0.5 });
  expect(await value(excluded.loss)).toBeCloseTo(Math.log(1 + Math.exp(0 - 1.5)), 6);
});

test("several positives combine inside or outside the logarithm; anchors without any are left out", async () => {
  const similarities = tensor([[Math.log(2), 0, 0], [0, 0, 0]]);
  const positives = flags([[1, 1, 0], [0, 0, 0]]);
  const options = { scale: 1, positives, directions: { rows: 1, columns: 0 } };
  expect(await value(infoNceOfSimilarities(similarities, options).loss)).toBeCloseTo(Math.log(4 / 3), 6);
  expect(await value(infoNceOfSimilarities(similarities, { ...options, combine: "outside" }).loss)).toBeCloseTo((Math.log(4 / 2) + Math.log(4 / 1)) / 2, 6);
});

test("soft targets are brought to sum 1 in rows and in columns", async () => {
  const similarities = tensor([[Math.log(2), 0], [0, 0]]);
  const targets = tensor([[3, 1], [0, 2]]);
  const options = { scale: 1, targets };
  // rows: 3/4 log(3/2) + 1/4 log 3 and log 2; columns: log(3/2) and 1/3 log 2 + 2/3 log 2
  const rows = (0.75 * Math.log(1.5) + 0.25 * Math.log(3) + L2) / 2;
  const columns = (Math.log(1.5) + L2) / 2;
  expect(await value(infoNceOfSimilarities(similarities, options).loss)).toBeCloseTo((rows + columns) / 2, 6);
  expect(() => infoNceOfSimilarities(similarities, { ...options, positives: flags([[1, 0], [0, 1]]) })).toThrow("either {positives} or {targets}");
});

test("a learned scale stops at 100 without gradient", async () => {
  const logarithm = new Parameter([], () => Float32Array.of(5));
  const scale = logitScale(logarithm);
  expect(await value(scale)).toBe(100);
  expect(await value(grad(scale, [logarithm])[0]!)).toBe(0);
});

test("distillation: KL at temperature 2, logits, soft labels and similarities", async () => {
  const student = tensor([[0, 0]]);
  const teacher = tensor([[0, 2 * Math.log(3)]]);
  // at T = 2 the teacher is (1/4, 3/4), the student (1/2, 1/2)
  expect(await value(distill(student, teacher, { kind: "kl", temperature: 2 }).loss)).toBeCloseTo(4 * (0.25 * Math.log(0.5) + 0.75 * Math.log(1.5)), 5);
  expect(await value(distill(student, teacher, { kind: "mse" }).loss)).toBeCloseTo((2 * Math.log(3)) ** 2 / 2, 5);
  expect(await value(distill(tensor([0]), tensor([Math.log(3)]), { kind: "softBce" }).loss)).toBeCloseTo(L2, 6);
  expect(await value(distillSimilarities(tensor([[1, 0], [0, 1]]), tensor([[1], [1]])).loss)).toBeCloseTo((2 * 0.5) / 4, 6);
});

test("no gradient reaches the teacher", () => {
  const teacher = new Parameter([1, 2], () => new Float32Array(2), { name: "teacher" });
  const student = new Parameter([1, 2], () => new Float32Array(2), { name: "student" });
  expect(() => grad(distill(student, teacher, { kind: "kl" }).loss, [teacher])).toThrow(/does not depend on 1 of 1 targets: teacher/);
});

test("a sum of losses reports its terms and skips those without targets", async () => {
  const { loss, mlm } = sumLosses({ mlm: tensor(2), itc: { loss: tensor(3) }, itm: null }, { itc: 0.5 });
  expect(await value(loss)).toBe(3.5);
  expect(await value(mlm!)).toBe(2);
  expect(() => sumLosses({ mlm: tensor(2) }, { mml: 1 } as never)).toThrow("weights for mml, but the terms are mlm");
  expect(() => sumLosses({ mlm: null })).toThrow("all terms (mlm) are without targets");
});
