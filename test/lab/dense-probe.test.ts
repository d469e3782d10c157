import { expect, test } from "vitest";
import { hostArray, RandomStream } from "../../src/engine/index.ts";
import type { HostArray } from "../../src/engine/index.ts";
import { depthProbe, linearRegression, meanDepthError, regressionProbe, segmentationProbe } from "../../src/lab/dense-probe.ts";
import type { LabelledTokens } from "../../src/lab/dense-probe.ts";

/** Tokens [40, 8, 3] of independent uniform values. */
function tokens(seed: number): HostArray {
  const random = RandomStream.of(seed);
  return hostArray(Float32Array.from({ length: 40 * 8 * 3 }, () => random.uniform(-1, 1)), [40, 8, 3]);
}

const labelled = (seed: number, label: (x: number, y: number, z: number) => number, dtype: "float32" | "int32"): LabelledTokens => {
  const array = tokens(seed);
  const values = Array.from({ length: 320 }, (_, i) => label(...(Array.from(array.data.subarray(3 * i, 3 * i + 3) as Float32Array) as [number, number, number])));
  return { tokens: array, labels: hostArray(dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values), [40, 8]) };
};

test("depth whose logarithm is linear in the tokens is read off; depth that they do not know is not", async () => {
  const depth = (x: number, y: number): number => Math.exp(1 + 0.5 * x - 0.25 * y);
  const data = { train: labelled(1, depth, "float32"), test: labelled(2, depth, "float32") };
  const floor = meanDepthError(data.train.labels, data.test.labels);
  expect(floor).toBeGreaterThan(0.2); // depths spread over e^0.25 .. e^1.75
  expect(await depthProbe(data)).toBeLessThan(0.02);
  const ignorant = { train: { ...data.train, tokens: tokens(3) }, test: { ...data.test, tokens: tokens(4) } };
  expect(await depthProbe(ignorant)).toBeGreaterThan(0.8 * floor);
});

test("the error of the mean, by hand", () => {
  // mean 2; |2 - 1| / 1 and |2 - 4| / 4
  expect(meanDepthError(hostArray(Float32Array.of(1, 3), [1, 2]), hostArray(Float32Array.of(1, 4), [1, 2]))).toBeCloseTo(0.75, 6);
});

test("classes cut by a plane are read off each token", async () => {
  const side = (x: number, y: number): number => (x + y > 0 ? 2 : 1);
  const data = { train: labelled(1, side, "int32"), test: labelled(2, side, "int32") };
  expect(await segmentationProbe(data, 3)).toBeGreaterThan(0.9);
  const parity = (x: number, y: number): number => (x * y > 0 ? 1 : 0); // no plane cuts this
  expect(await segmentationProbe({ train: labelled(1, parity, "int32"), test: labelled(2, parity, "int32") }, 2)).toBeLessThan(0.5);
});

test("linear regression answers in the scale of its targets", async () => {
  const features = { train: hostArray(Float32Array.from({ length: 50 }, (_, i) => i / 10), [50, 1]), test: hostArray(Float32Array.of(1, 2), [2, 1]) };
  const targets = hostArray(Float32Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 300 + 20 * Math.floor(i / 2) : -(Math.floor(i / 2) / 10))), [50, 2]); // 300 + 200 x, -x
  const { data } = await linearRegression(features, targets);
  [500, -1, 700, -2].forEach((expected, i) => expect(Math.abs(Number(data[i]) / expected - 1)).toBeLessThan(0.02));
  const truth = { train: hostArray(Float32Array.from({ length: 50 }, (_, i) => 2 * i), [50]), test: hostArray(Float32Array.of(20, 50), [2]) }; // 20 x, asked for 20 x and 20 x + 10
  expect(await regressionProbe(features, truth)).toBeCloseTo(5, 0);
});
