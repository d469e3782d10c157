/** The multi-label probe, on labels that can and cannot be read off. */
import { expect, test } from "vitest";
import { hostArray, RandomStream } from "../../src/engine/index.ts";
import type { LabelledFeatures } from "../../src/lab/index.ts";
import { areaUnderCurve, multiLabelProbe } from "../../src/lab/multi-label-probe.ts";

test("the area under the curve counts the pairs in the right order, ties half", () => {
  // Positives score 3 and 1, negatives 2, 1 and 0: of six pairs 3>2, 3>1, 3>0 and 1>0 are right, 1=1 is half.
  expect(areaUnderCurve([1, 0, 1, 0, 0], [3, 2, 1, 1, 0])).toBeCloseTo(4.5 / 6, 12);
  expect(() => areaUnderCurve([1, 1], [0, 1])).toThrow("2 positive ones of 2");
});

test("a label that is a feature's sign is found, one that is a coin is not", async () => {
  const draw = RandomStream.of(3);
  const items = (count: number): LabelledFeatures => {
    const features = Float32Array.from({ length: count * 3 }, () => draw.normal());
    const labels = Float32Array.from({ length: count * 2 }, (_, i) => (i % 2 === 0 ? Number((features[(i / 2) * 3] as number) > 0) : Number(draw.bernoulli(0.5))));
    return { features: hostArray(features, [count, 3]), labels: hostArray(labels, [count, 2]) };
  };
  const area = await multiLabelProbe({ train: items(200), test: items(200) });
  // One label near 1, the other near 1/2.
  expect(area).toBeGreaterThan(0.7);
  expect(area).toBeLessThan(0.8);
});
