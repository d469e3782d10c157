import { expect, test } from "vitest";
import { compile, hostArray } from "../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../src/engine/index.ts";
import { denormalizePatches, normalizePatches } from "../../src/objectives/index.ts";

/** One patch of two pixels with three channels. */
const patch = hostArray(Float32Array.of(1, 10, 5, 3, 20, 5), [1, 6]);
const values = async (run: (patches: Tensor) => Tensor): Promise<number[]> => Array.from((await compile(run)(patch)).data as Float32Array);

test("each channel is standardised by itself: two values lie 1 / sqrt 2 unbiased deviations from their mean, equal ones become 0", async () => {
  const root = Math.SQRT1_2;
  const found = await values((patches) => normalizePatches(patches, { normalize: "channel" }));
  [-root, -root, 0, root, root, 0].forEach((expected, i) => expect(found[i]).toBeCloseTo(expected, 5));
});

test.each(["none", "patch", "channel"] as const)("standardised values go back to where they were: %s", async (normalize) => {
  const back = await values((patches) => denormalizePatches(normalizePatches(patches, { normalize }), patches, { normalize }));
  Array.from(patch.data as Float32Array).forEach((expected, i) => expect(back[i]).toBeCloseTo(expected, 4));
});

test("values take the mean and deviation of other patches", async () => {
  const ones: HostArray = hostArray(new Float32Array(6).fill(1), [1, 6]);
  const { data } = await compile((v: Tensor, patches: Tensor) => denormalizePatches(v, patches, { normalize: "channel" }))(ones, patch);
  // means 2, 15, 5 and unbiased deviations sqrt 2, sqrt 50, 0
  [2 + Math.SQRT2, 15 + Math.sqrt(50), 5].forEach((expected, i) => expect(Number(data[i])).toBeCloseTo(expected, 4));
});
