/** Exact checks of the specification; counts and ratios are worked out from the released configuration, not from this code. */
import { describe, expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EVALUATE, idRows } from "../../../src/nn/index.ts";
import { VisionTower } from "../../../src/lab/index.ts";
import { keptOf } from "../../../src/systems/masked/uta.ts";
import { alignment, buildStudent, classAndPatches, fullAlignment, maskedPrediction, MaskTokenStudent, unmaskedAlignment } from "../../../src/systems/masked/uta-student.ts";

const random = RandomStream.of(1);
const B16 = { image: 224, patch: 16, width: 768, depth: 12, heads: 12, joint: 1024 };
const tiny = { image: 32, patch: 8, width: 24, depth: 2, heads: 2, joint: 8 };
const draw = RandomStream.of(2);
const pixels = hostArray(Float32Array.from({ length: 2 * 3 * 32 * 32 }, () => draw.uniform()), [2, 3, 32, 32]);
const seen = [[0, 1, 4, 5], [10, 11, 14, 15]];
const unseen = seen.map((ids) => Array.from({ length: 16 }, (_, id) => id).filter((id) => !ids.includes(id)));
const kept = idRows(seen);
const hidden = idRows(unseen);
const teacher = new VisionTower({ ...tiny, random: RandomStream.of(3) });
const values = ({ data }: HostArray): number[] => Array.from(data as Float32Array);

test("the released B/16 tower has 86,638,336 parameters", () => {
  expect(buildStudent(random, B16).parameterCount()).toBe(86_638_336);
});

test("blocks at 98 + 1 of 196 + 1 tokens cost .492 of the full sequence: .503 in maps, .253 in attention products", () => {
  const student = buildStudent(random, B16);
  student.namedParameters();
  const cost = (count: number): { readonly maps: number; readonly products: number } => {
    const run = compile((images: Tensor, ids: Tensor) => student.tokens(images, EVALUATE, { keptIds: ids }));
    const graph = run.graph(hostArray(new Float32Array(3 * 224 * 224), [1, 3, 224, 224]), hostArray(Int32Array.from({ length: count }, (_, i) => i), [1, count]));
    let [maps, products] = [0, 0];
    for (const node of graph.nodes) {
      if (!["matmul", "gemm"].includes(node.primitive.name) || !node.scope.startsWith("vision.encoder.blocks")) continue;
      const output = node.outputs[0] as Tensor;
      const flops = node.primitive.flops(node.inputs, node.outputs, node.attributes) - (node.primitive.name === "gemm" ? output.size : 0);
      if (output.rank === 4) products += flops;
      else maps += flops;
    }
    return { maps, products };
  };
  const [half, full] = [cost(98), cost(196)];
  // One token in one block: 4 maps of 768 x 768 and 3 of 768 x 2048, two FLOPs for each multiply-add.
  expect(full.maps).toBe(12 * 197 * 2 * (4 * 768 * 768 + 3 * 768 * 2048));
  expect(half.maps / full.maps).toBeCloseTo(99 / 197, 10);
  expect(half.products / full.products).toBeCloseTo((99 / 197) ** 2, 10);
  expect((half.maps + half.products) / (full.maps + full.products)).toBeCloseTo(0.492, 3);
});

test("a student with the teacher's weights that sees everything has loss -1; one of other weights has not", async () => {
  const twin = new VisionTower({ ...tiny, random: RandomStream.of(4) });
  const run = compile((images: Tensor) => fullAlignment(twin, teacher, images, EVALUATE));
  expect((await run(pixels)).item()).toBeGreaterThan(-0.9);
  twin.loadStateDict(teacher.stateDict());
  expect((await run(pixels)).item()).toBeCloseTo(-1, 5);
  const all = idRows([0, 1].map(() => Array.from({ length: 16 }, (_, id) => id)));
  const chosen = compile((images: Tensor, ids: Tensor) => unmaskedAlignment(twin, teacher, images, EVALUATE, ids));
  expect((await chosen(pixels, all)).item()).toBeCloseTo(-1, 5);
});

test("the loss is minus the mean cosine, whatever the length of the student's tokens", async () => {
  const s = hostArray(Float32Array.of(3, 4, 0, 2), [1, 2, 2]);
  const t = hostArray(Float32Array.of(1, 0, 0, -5), [1, 2, 2]);
  const run = compile((student: Tensor, target: Tensor) => [alignment(student, target), alignment(student.mul(7), target)]);
  // cos((3, 4), (1, 0)) = .6 and cos((0, 2), (0, -5)) = -1, whose mean is -.2
  for (const loss of await run(s, t)) expect(loss.item()).toBeCloseTo(0.2, 6);
});

test("no gradient reaches the teacher, and one reaches every weight of the student", async () => {
  const student = buildStudent(RandomStream.of(5), tiny);
  const run = compile((images: Tensor, ids: Tensor) => {
    const loss = unmaskedAlignment(student, teacher, images, EVALUATE, ids);
    return { teacher: grad(loss, teacher.parameters(), { unused: "zero" }), student: grad(loss, student.parameters()) };
  });
  const result = await run(pixels, kept);
  expect(Math.max(...result.teacher.flatMap(values).map(Math.abs))).toBe(0);
  for (const gradient of result.student) expect(values(gradient).some((value) => value !== 0)).toBe(true);
});

describe("what a student sees", () => {
  /** The pictures with the pixels of patch 7 (row 1, column 3) changed: hidden in the first picture and the second. */
  const changed = hostArray((pixels.data as Float32Array).map((value, i) => {
    const [x, y] = [i % 32, Math.floor(i / 32) % 32];
    return x >= 24 && y >= 8 && y < 16 ? 1 - value : value;
  }), [2, 3, 32, 32]);

  test("kept patches only: a hidden patch changes none of its tokens, though the teacher's", async () => {
    const student = buildStudent(RandomStream.of(5), tiny);
    const run = compile((images: Tensor, ids: Tensor) => [student.tokens(images, EVALUATE, { keptIds: ids }), classAndPatches(teacher.tokens(images, EVALUATE), ids)]);
    const [before, after] = [await run(pixels, kept), await run(changed, kept)];
    expect(values(after[0]!)).toEqual(values(before[0]!));
    expect(values(after[1]!)).not.toEqual(values(before[1]!));
  });

  test("with mask tokens neither; without masking it does", async () => {
    const masked = new MaskTokenStudent(RandomStream.of(5), tiny);
    const run = compile((images: Tensor, ids: Tensor) => [masked.tokens(images, EVALUATE, ids), masked.tower.tokens(images, EVALUATE)]);
    const [before, after] = [await run(pixels, hidden), await run(changed, hidden)];
    expect(before[0]!.shape).toEqual([2, 17, 8]);
    values(before[0]!).forEach((value, i) => expect(values(after[0]!)[i]).toBeCloseTo(value, 5));
    expect(Math.max(...values(before[1]!).map((value, i) => Math.abs(value - values(after[1]!)[i]!)))).toBeGreaterThan(1e-3);
  });

  test("a kept patch carries the position and the angles of its place: all patches in order equal no choice at all", async () => {
    const student = buildStudent(RandomStream.of(5), tiny);
    const order = [3, 1, 2, 0, 15, 14, 13, 12, 4, 5, 6, 7, 8, 9, 10, 11];
    const run = compile((images: Tensor, ids: Tensor) => [student.tokens(images, EVALUATE, { keptIds: ids }), classAndPatches(student.tokens(images, EVALUATE), ids)]);
    const [chosen, whole] = await run(pixels, idRows([order, order]));
    values(chosen!).forEach((value, i) => expect(value).toBeCloseTo(values(whole!)[i]!, 4));
  });
});

test("masked prediction is scored at hidden patches and the class token", async () => {
  const masked = new MaskTokenStudent(RandomStream.of(5), tiny);
  const run = compile((images: Tensor, ids: Tensor) => [maskedPrediction(masked, teacher, images, EVALUATE, ids), masked.tokens(images, EVALUATE, ids), teacher.tokens(images, EVALUATE)]);
  const [loss, student, target] = await run(pixels, hidden);
  const cosine = (row: number, token: number): number => {
    const at = (array: HostArray): number[] => values(array).slice((row * 17 + token) * 8, (row * 17 + token + 1) * 8);
    const [a, b] = [at(student!), at(target!)];
    return a.reduce((sum, value, d) => sum + value * b[d]!, 0) / Math.hypot(...a) / Math.hypot(...b);
  };
  const scored = unseen.flatMap((ids, row) => [0, ...ids.map((id) => id + 1)].map((token) => cosine(row, token)));
  expect(scored).toHaveLength(26);
  expect(loss!.item()).toBeCloseTo(-scored.reduce((a, b) => a + b, 0) / 26, 5);
});

test.each(["reversed blocks", "blocks", "random"] as const)("%s keep exactly the patches asked for, ascending; blocks of either kind lie together", (masking) => {
  let neighbours = 0;
  for (let i = 0; i < 100; i++) {
    const ids = Array.from(keptOf(RandomStream.of(i), masking, 32));
    expect(ids).toHaveLength(32);
    expect([...new Set(ids)].sort((a, b) => a - b)).toEqual(ids);
    expect(ids[31]).toBeLessThan(64);
    neighbours += ids.filter((id) => id % 8 < 7 && ids.includes(id + 1)).length;
  }
  // A uniform half holds both of a horizontal pair with probability 32/64 * 31/63: 56 pairs x .246 = 13.8 a draw.
  if (masking === "random") expect(Math.abs(neighbours / 100 - 13.8)).toBeLessThan(1);
  else expect(neighbours / 100).toBeGreaterThan(16);
});
