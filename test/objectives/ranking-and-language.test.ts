import { expect, test } from "vitest";
import { evaluate, GraphRandom, grad, hostArray, Parameter, RandomStream, tensor } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { LmHead } from "../../src/nn/index.ts";
import { activationFlops, bagOfWords, binaryCrossEntropy, causalLmLoss, codebookDiversity, crossEntropy, distill, distillMargins, entropy, listNet, listwiseSoftmax, maskedLm, matchingLoss, meanNonZero, pairSoftmax, pairwiseRanking, pairWeights, replacedTokenDetection, replaceTokens, seq2seqLoss, shiftRight, uniformity } from "../../src/objectives/index.ts";

const value = async (x: Tensor): Promise<number> => (await evaluate([x]))[0]!.item();
const numbers = async (x: Tensor): Promise<number[]> => Array.from((await x.array()).data, Number);
const ids = (values: readonly number[], shape: readonly number[] = [values.length]): Tensor => tensor(hostArray(Int32Array.from(values), shape));
const flags = (values: readonly number[], shape: readonly number[]): Tensor => tensor(hostArray(Uint8Array.from(values), shape, "bool"));
const [L2, L3] = [Math.log(2), Math.log(3)];

test("binary cross-entropy: ln 2 at 0, soft targets at their entropy, positives weighted", async () => {
  const zero = tensor([0, 0]);
  expect(await value(binaryCrossEntropy(zero, tensor([1, 0])).loss)).toBeCloseTo(L2, 6);
  expect(await value(binaryCrossEntropy(zero, tensor([0.5, 0.5])).loss)).toBeCloseTo(0.6931, 4);
  // sigmoid(ln 3) = 3/4
  expect(await value(binaryCrossEntropy(tensor([L3]), tensor([1]), { positiveWeight: 5 }).loss)).toBeCloseTo(5 * Math.log(4 / 3), 6);
  expect(await value(binaryCrossEntropy(tensor([L3]), tensor([0.75])).loss)).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 6);
  const { accuracy } = binaryCrossEntropy(tensor([2, -1, 3]), tensor([1, 1, 0]), { weights: tensor([1, 1, 2]) });
  expect(await value(accuracy)).toBe(0.25);
  const logit = new Parameter([1], hostArray(Float32Array.of(Math.log(0.3 / 0.7)), [1]));
  expect((await numbers(grad(binaryCrossEntropy(logit, tensor([0.3])).loss, [logit])[0]!))[0]).toBeCloseTo(0, 6);
});

test("masked language modelling looks at the hidden places only, or at those before them", async () => {
  const head = new LmHead({ random: RandomStream.of(1), width: 2, vocabulary: 2 });
  head.loadStateDict(new Map([["weight", hostArray(Float32Array.of(1, 0, 0, 1), [2, 2])]])); // states are logits
  const states = tensor([[[0, 0], [0, L3], [5, 1]]]);
  const targets = { ids: ids([1], [1, 1]), labels: ids([1], [1, 1]) };
  expect(await value(maskedLm(head, states, targets).loss)).toBeCloseTo(Math.log(4 / 3), 6);
  expect(await value(maskedLm(head, states, targets, { shift: 1 }).loss)).toBeCloseTo(L2, 6);
  expect(await value(maskedLm(head, states, { ids: ids([1, 0], [1, 2]), labels: ids([1, 0], [1, 2]) }, { weights: tensor([[1, 0]]) }).loss)).toBeCloseTo(Math.log(4 / 3), 6);
});

test("the next token is predicted from each place but the last; padding and prompts do not count", async () => {
  const logits = tensor([[[0, L3], [0, 0], [9, 9]]]); // p(1) = 3/4, then 1/2
  const tokens = ids([0, 1, 0], [1, 3]);
  expect(await value(causalLmLoss(logits, tokens).loss)).toBeCloseTo((Math.log(4 / 3) + L2) / 2, 6);
  expect(await value(causalLmLoss(logits, tokens, { weights: tensor([[5, 0, 1]]) }).loss)).toBeCloseTo(L2, 6);
  expect(await value(causalLmLoss(logits, tokens, { ahead: 2 }).loss)).toBeCloseTo(Math.log(4), 6);
  // log Z is ln 4 and ln 2
  expect(await value(causalLmLoss(logits, tokens, { zLoss: 0.1 }).loss)).toBeCloseTo((Math.log(4 / 3) + L2) / 2 + 0.1 * (Math.log(4) ** 2 + L2 ** 2) / 2, 6);
  expect(() => causalLmLoss(logits, tokens, { ahead: 3 })).toThrow("ahead: expected a whole number from 1 to 2, got 3");
});

test("teacher forcing shifts the targets to the right of the start token", async () => {
  expect(await numbers(shiftRight(ids([7, 8, 9, 4, 5, 6], [2, 3]), 1))).toEqual([1, 7, 8, 1, 4, 5]);
  expect(await value(seq2seqLoss(tensor([[[0, L3], [0, 0]]]), ids([1, 0], [1, 2]), { weights: tensor([[1, 0]]) }).loss)).toBeCloseTo(Math.log(4 / 3), 6);
});

test("bag of words: the published hand case, and the maximum over positions", async () => {
  // V = 3, u = 0, text "a a b": -(2/3 + 1/3) ln(1/3)
  expect(await value(bagOfWords(tensor([[[0, 0, 0], [0, 0, 0]]]), ids([0, 0, 1], [1, 3])).loss)).toBeCloseTo(1.0986, 4);
  // u = max over the valid positions = (0, ln 3): p = (1/4, 3/4); the hidden place would give (9, ..)
  const logits = tensor([[[0, -1], [-2, L3], [9, 0]]]);
  const loss = bagOfWords(logits, ids([0, 1, 1], [1, 3]), { valid: flags([1, 1, 0], [1, 3]), weights: tensor([[1, 1, 0]]) }).loss;
  expect(await value(loss)).toBeCloseTo((Math.log(4) + Math.log(4 / 3)) / 2, 6);
});

test("replaced tokens: a sample that hits the original is not replaced, and sampling passes no gradient", async () => {
  const certain = new Parameter([1, 2, 3], hostArray(Float32Array.of(99, 0, 0, 0, 0, 99), [1, 2, 3]));
  const { tokens, replaced } = replaceTokens(certain, ids([1, 3], [1, 2]), ids([2, 0, 1, 1], [1, 4]), GraphRandom.of(1));
  expect(await numbers(tokens)).toEqual([2, 0, 1, 2]);
  expect(await numbers(replaced)).toEqual([0, 0, 0, 1]);
  const result = replacedTokenDetection(tensor(2), tensor([[0, 0, 0, 0]]), replaced, { factor: 50 });
  expect(await value(result.loss)).toBeCloseTo(2 + 50 * L2, 5);
  expect(() => grad(replaced.sum(), [certain])).toThrow("does not depend on");
});

test("samples follow the generator's probabilities", async () => {
  const [B, k] = [100, 8];
  const logits = tensor(Array.from({ length: B }, () => Array.from({ length: k }, () => [0, L3])));
  const { tokens } = replaceTokens(logits, ids(Array.from({ length: B * k }, (_, i) => i % k), [B, k]), ids(new Array<number>(B * k).fill(0), [B, k]), GraphRandom.of(2));
  const share = (await numbers(tokens)).reduce((a, b) => a + b, 0) / (B * k);
  expect(Math.abs(share - 0.75)).toBeLessThan(0.05);
});

test("listwise softmax with absent candidates, and the distance to the scores the list came with", async () => {
  const scores = tensor([[L3, 0, 50]]);
  const candidates = flags([1, 1, 0], [1, 3]);
  const { loss, accuracy } = listwiseSoftmax(scores, ids([0]), { candidates });
  expect(await value(loss)).toBeCloseTo(Math.log(4 / 3), 6);
  expect(await value(accuracy)).toBe(1);
  const near = { scores: tensor([[L3 - 3, 4, 0]]), weight: 2 };
  expect(await value(listwiseSoftmax(scores, ids([0]), { candidates, near }).loss)).toBeCloseTo(Math.log(4 / 3) + 2 * 5, 5);
  expect(await value(listwiseSoftmax(scores, ids([0]), { candidates, near: { scores, weight: 1 } }).loss)).toBeCloseTo(Math.log(4 / 3), 6);
});

test("ListNet is the cross-entropy between top-one probabilities", async () => {
  const { loss } = listNet(tensor([[0, 0]]), tensor([[L3, 0]]));
  expect(await value(loss)).toBeCloseTo(L2, 6);
  expect(await value(listNet(tensor([[L3, 0, 9]]), tensor([[L3, 0, 7]]), { candidates: flags([1, 1, 0], [1, 3]) }).loss)).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 6);
});

test("a pair at equal scores: ln 2, and exactly 1/2 when bounded", async () => {
  expect(await value(pairSoftmax(tensor([1, L3]), tensor([1, 0])).loss)).toBeCloseTo((L2 + Math.log(4 / 3)) / 2, 6);
  expect(await value(pairSoftmax(tensor([2]), tensor([2]), { bounded: true }).loss)).toBe(0.5);
  expect(await value(pairSoftmax(tensor([L3]), tensor([0]), { bounded: true }).loss)).toBeCloseTo(0.25, 6);
});

test("pairwise losses over the pairs in which one is more relevant", async () => {
  const [scores, relevance] = [tensor([[L3, 0, 0]]), tensor([[1, 0, 1]])]; // pairs (0, 1) and (2, 1)
  expect(await value(pairwiseRanking(scores, relevance).loss)).toBeCloseTo((Math.log(4 / 3) + L2) / 2, 6);
  expect(await value(pairwiseRanking(scores, relevance, { kind: { kind: "hinge", margin: 2 } }).loss)).toBeCloseTo((2 - L3 + 2) / 2, 6);
  expect(await value(pairwiseRanking(scores, relevance, { candidates: flags([0, 1, 1], [1, 3]) }).loss)).toBeCloseTo(L2, 6);
  expect(await value(pairwiseRanking(scores, tensor([[1, 1, 1]])).loss)).toBe(0);
});

test("LambdaRank weighs a pair by what exchanging it changes in nDCG", async () => {
  const scores = tensor([[0.5, 2, 1]]); // places 3, 1, 2
  const relevance = tensor([[2, 0, 1]]); // gains 3, 0, 1
  const discount = (rank: number): number => 1 / Math.log2(1 + rank);
  const ideal = 3 * discount(1) + 1 * discount(2);
  const pair = (gap: number, ahead: number, a: number, b: number): number => (gap * Math.abs(discount(a) - discount(b)) * Math.log(1 + Math.exp(-ahead))) / ideal;
  const expected = (pair(3, 0.5 - 2, 3, 1) + pair(2, 0.5 - 1, 3, 2) + pair(1, 1 - 2, 2, 1)) / 3;
  expect(await value(pairwiseRanking(scores, relevance, { kind: { kind: "lambda" } }).loss)).toBeCloseTo(expected, 6);
  // an absent candidate changes neither places nor gains of the others
  const four = pairwiseRanking(tensor([[0.5, 2, 1, 9]]), tensor([[2, 0, 1, 3]]), { kind: { kind: "lambda" }, candidates: flags([1, 1, 1, 0], [1, 4]) }).loss;
  expect(await value(four)).toBeCloseTo(expected, 6);
});

test("distillation on logits with the weights of the published hand check, and of margins", async () => {
  const weights = pairWeights(4, 1 / 4);
  expect((await numbers(weights)).reduce((a, b) => a + b, 0)).toBe(7);
  const [student, teacher] = [tensor([[1, 2], [3, 4]]), tensor([[0, 2], [3, 2]])];
  // squared differences 1 and 4, both on the diagonal
  expect(await value(distill(student, teacher, { kind: "mse", weights: pairWeights(2, 0.5), reduction: "sum" }).loss)).toBeCloseTo(5, 6);
  expect(await value(distillMargins(tensor([[3, 1, 0]]), tensor([[5, 1, 4]])).loss)).toBeCloseTo(((2 - 4) ** 2 + (3 - 1) ** 2) / 2, 6);
});

test("matching is a class among two", async () => {
  expect(await value(matchingLoss(tensor([[0, L3], [0, 0]]), ids([1, 0])).loss)).toBeCloseTo((Math.log(4 / 3) + L2) / 2, 6);
});

test("regularizers by hand", async () => {
  expect(await value(activationFlops(tensor([[1, 0], [1, 2]])))).toBe(2);
  expect(await value(meanNonZero(tensor([[1, 0], [1, 2]])))).toBe(1.5);
  // unit vectors at right angles and opposite: squared distances 2, 4, 2
  expect(await value(uniformity(tensor([[1, 0], [0, 1], [-1, 0]])))).toBeCloseTo(Math.log((2 * Math.exp(-4) + Math.exp(-8)) / 3), 5);
  expect(await value(codebookDiversity(tensor([[[0.5, 0.5], [1, 0]]])))).toBeCloseTo((4 - 2 - 1) / 4, 6);
  expect(await value(entropy(tensor([[0.5, 0.5], [1, 0]])))).toBeCloseTo(L2 / 2, 6);
});

test("gradients are finite at extreme scores", async () => {
  const scores = new Parameter([2, 3], hostArray(Float32Array.of(80, -80, 0, 0, 0, 0), [2, 3]));
  const relevance = tensor([[0, 2, 1], [0, 0, 0]]);
  const losses = [
    ...(["logistic", "lambda"] as const).map((kind) => pairwiseRanking(scores, relevance, { kind: { kind } }).loss),
    pairwiseRanking(scores, relevance, { kind: { kind: "hinge", margin: 1 } }).loss,
    listNet(scores, relevance).loss,
    listwiseSoftmax(scores, ids([1, 0]), { near: { scores: tensor([[80, -80, 0], [0, 0, 0]]), weight: 1 } }).loss,
    pairSoftmax(scores.select(1, 1), scores.select(1, 0)).loss,
    binaryCrossEntropy(scores, relevance.minimum(1)).loss,
    distillMargins(scores, relevance).loss,
    bagOfWords(scores.unsqueeze(0), ids([1, 2], [1, 2])).loss,
    codebookDiversity(scores.softmax().unsqueeze(1)),
    activationFlops(scores.relu()),
    crossEntropy(scores, ids([1, 2])).loss,
  ];
  for (const gradient of await evaluate(losses.flatMap((loss) => grad(loss, [scores])))) expect(Array.from(gradient.data as Float32Array).every(Number.isFinite)).toBe(true);
});
