import { expect, test } from "vitest";
import { hostArray, RandomStream } from "../../src/engine/index.ts";
import { linearProbe, nearestNeighbours } from "../../src/lab/probe.ts";
import type { LabelledFeatures } from "../../src/lab/probe.ts";

/** Three Gaussian clouds whose means differ along one of many axes, on very different scales. */
function clouds(count: number, seed: number): LabelledFeatures {
  const random = RandomStream.of(seed);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const features = Float32Array.from({ length: count * 4 }, (_, i) => {
    const label = labels[Math.floor(i / 4)]!;
    return [1000, 1, 0.001, 1][i % 4]! * random.normal(i % 4 === 2 ? 4 * label : 0, 1) + 7;
  });
  return { features: hostArray(features, [count, 4]), labels: hostArray(labels, [count]) };
}

const data = { train: clouds(300, 1), test: clouds(150, 2), classes: 3 };

test("a linear probe reads a label off features of any scale", async () => {
  // Neighbouring means are 4 deviations apart: the best classifier errs on about 2 * 2.3% / 1.5 = 3% of items.
  expect(await linearProbe(data)).toBeGreaterThan(0.93);
});

test("features that know nothing leave it at chance", async () => {
  const random = RandomStream.of(3);
  const noise = (item: LabelledFeatures): LabelledFeatures => ({ ...item, features: hostArray(Float32Array.from({ length: item.features.data.length }, () => random.normal()), item.features.shape) });
  const accuracy = await linearProbe({ ...data, train: noise(data.train), test: noise(data.test) });
  expect(Math.abs(accuracy - 1 / 3)).toBeLessThan(0.15); // binomial deviation of 150 tests: .038
});

test("nearest neighbours vote", async () => {
  const at = (x: number, y: number, label: number): [number[], number] => [[x, y], label];
  const train = [at(1, 0, 0), at(1, 0.1, 0), at(-1, 0, 1), at(-1, -0.1, 1)];
  const tests = [at(5, 0.2, 0), at(-3, -0.1, 1)];
  const pack = (items: [number[], number][]): LabelledFeatures => ({ features: hostArray(Float32Array.from(items.flatMap(([x]) => x)), [items.length, 2]), labels: hostArray(Int32Array.from(items.map(([, y]) => y)), [items.length]) });
  expect(await nearestNeighbours({ train: pack(train), test: pack(tests), classes: 2 }, 1)).toBe(1);
});
