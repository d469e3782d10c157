/** The exported graph of every single-stack architecture, run by onnxruntime alone: the numbers of the PyTorch reference. */
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { hostArray } from "../../../src/engine/index.ts";
import type { HostArray } from "../../../src/engine/index.ts";
import { exportTextOnnx, fromPretrained } from "../../../src/tasks/index.ts";
import { fixtureNames, largestDifference, readFixture } from "../../nn/pretrained/fixture.ts";
import { modelFolder } from "./folders.ts";

const single = fixtureNames().filter((name) => !name.endsWith("-seq2seq"));

/** The first texts, cut to a length that holds the first of them whole or in part. */
const rows = ({ data, shape }: HostArray, count: number): HostArray => hostArray(data.slice(0, (data.length / (shape[0] as number)) * count), [count, ...shape.slice(1)], "int64");

describe.each(single)("%s", (name) => {
  test("has open axes and gives the reference for the whole batch and for a batch of one", async () => {
    const { inputs, outputs } = readFixture(name);
    const model = await fromPretrained(modelFolder(name));
    const session = await InferenceSession.create(exportTextOnnx(model));
    const given: Record<string, HostArray> = { input_ids: inputs["ids"] as HostArray, attention_mask: inputs["mask"] as HostArray, ...(session.inputNames.includes("token_type_ids") ? { token_type_ids: inputs["segments"] as HostArray } : {}) };
    expect(session.inputNames.toSorted()).toEqual(Object.keys(given).sort());
    const output = session.outputNames[0] as string;
    const expected = outputs[output === "logits" ? "logits" : "last"] as HostArray;
    for (const count of [expected.shape[0] as number, 1]) {
      const feeds = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, new OrtTensor("int64", rows(value, count).data as BigInt64Array, [count, ...value.shape.slice(1)])]));
      const found = (await session.run(feeds))[output] as OrtTensor;
      const part = hostArray(expected.data.slice(0, (expected.data.length / (expected.shape[0] as number)) * count), [count, ...expected.shape.slice(1)]);
      expect(largestDifference(hostArray(found.data as Float32Array, found.dims), part)).toBeLessThan(2e-5);
    }
    await session.release();
  });
});
