/** Disentangled attention: buckets by hand, positions that matter, gradients. Its numbers are checked in test/nn/pretrained. */
import { expect, test } from "vitest";
import { RandomStream } from "../../../src/engine/index.ts";
import { DisentangledAttention, EVALUATE, logBucket, mask, Module, RelativeVectors } from "../../../src/nn/index.ts";
import type { Mode } from "../../../src/nn/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { expectAllLearn, expectSame, irregularLoss, noise, numbers } from "../support.ts";

test("buckets: exact up to half, logarithmic beyond, the last at the longest distance", () => {
  expect([0, 1, -3, 4].map((distance) => logBucket(distance, 8, 40))).toEqual([0, 1, -3, 4]);
  // ceil(ln(d / 4) / ln(39 / 4) * 3) + 4 for d = 5, 8, 9, 39
  expect([5, 8, 9, 39].map((distance) => logBucket(distance, 8, 40))).toEqual([5, 5, 6, 7]);
  expect(logBucket(-39, 8, 40)).toBe(-7);
  expect([-30, 30].map((distance) => logBucket(distance, 40, 40))).toEqual([-30, 30]);
});

class Layer extends Module {
  readonly relative = new RelativeVectors({ random: RandomStream.of(1), width: 8, span: 4, longest: 12, norm: true });
  readonly attention: DisentangledAttention;

  constructor(kinds: { readonly contentToPosition: boolean; readonly positionToContent: boolean; readonly sharedProjections: boolean }) {
    super();
    this.attention = new DisentangledAttention(8, { random: RandomStream.of(2), heads: 2, ...kinds });
  }

  forward(x: Tensor, mode: Mode): Tensor {
    return this.attention.forward(x, this.relative.forward(x.dim(1)), mode);
  }
}

test.each([true, false])("every weight learns, projections shared: %s", async (sharedProjections) => {
  const layer = new Layer({ contentToPosition: true, positionToContent: true, sharedProjections });
  // Unlike in plain attention a bias of the keys matters: it meets the vector of each key's position. A bias of the
  // positions' keys of their own shifts all scores of a query alike.
  await expectAllLearn(layer, irregularLoss(layer.forward(noise([2, 7, 8]), EVALUATE)), sharedProjections ? [] : ["positionKey.bias"]);
});

test("without position scores the order of tokens does not matter, with them it does", async () => {
  const x = noise([1, 5, 8]);
  const blind = new Layer({ contentToPosition: false, positionToContent: false, sharedProjections: true });
  await expectSame(blind.forward(x.flip(1), EVALUATE).flip(1), blind.forward(x, EVALUATE));
  for (const kinds of [{ contentToPosition: true, positionToContent: false }, { contentToPosition: false, positionToContent: true }]) {
    const layer = new Layer({ ...kinds, sharedProjections: true });
    const [a, b] = [await numbers(layer.forward(x.flip(1), EVALUATE).flip(1)), await numbers(layer.forward(x, EVALUATE))];
    expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))))).toBeGreaterThan(1e-4);
  }
});

test("band is causal and window without a constant", async () => {
  const visible = async (spec: Parameters<typeof mask.visibleTensor>[0], queries = 5): Promise<number[]> => numbers(mask.visibleTensor(spec, { queries, keys: 5 }));
  expect(await visible(mask.band(Infinity, 0))).toEqual(await visible(mask.causal()));
  expect(await visible(mask.band(1, 1))).toEqual(await visible(mask.window(3)));
  expect(await visible(mask.band(2, 0))).toEqual(await visible(mask.window(3, "past")));
  expect(await visible(mask.band(Infinity, Infinity))).toEqual(await visible(mask.full()));
  expect(await visible(mask.band(Infinity, 0), 2)).toEqual(await visible(mask.causal(), 2));
});
