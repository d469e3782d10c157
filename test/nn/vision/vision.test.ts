import { expect, test } from "vitest";
import { arange, compile, concat, grad, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { Tensor } from "../../../src/engine/index.ts";
import { EVALUATE, floorShare, gatherTokens, init, kernelToPatchWeight, Linear, MaeDecoder, patchify, PatchEmbed, scatterTokens, sinCos2d, stackFrames, TransformerEncoder, unpatchify, VisionTransformer } from "../../../src/nn/index.ts";
import { expectAllLearn, expectNear, expectSame, intTensor, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(21);
const ramp = (shape: readonly number[]): Tensor => arange(shape.reduce((a, b) => a * b, 1)).cast("float32").reshape(shape);

test("patch vectors list pixels in raster order, channels last", async () => {
  // 2 channels, 2 x 4 pixels, patches 2 x 2: channel 0 holds 0..7, channel 1 holds 8..15
  const patches = patchify(ramp([1, 2, 2, 4]), { height: 2, width: 2 });
  expectNear(await numbers(patches), [0, 8, 1, 9, 4, 12, 5, 13, 2, 10, 3, 11, 6, 14, 7, 15], 0);
});

test("patchify and back, for images and clips", async () => {
  const images = noise([2, 3, 4, 6]);
  const patch = { height: 2, width: 3 };
  await expectSame(unpatchify(patchify(images, patch), patch, { channels: 3, rows: 2, columns: 2 }), images, 0);
  const clips = noise([2, 4, 3, 4, 6]);
  const tubelet = { ...patch, frames: 2 };
  const cut = patchify(clips, tubelet);
  expect(cut.shape).toEqual([2, 8, 36]);
  await expectSame(unpatchify(cut, tubelet, { channels: 3, rows: 2, columns: 2, steps: 2 }), clips, 0);
  // the first half of a tubelet's vector is its first frame
  await expectSame(cut.slice([null, [0, 4], [0, 18]]), patchify(clips.select(1, 0), patch), 0);
  expect(() => patchify(images, { height: 3, width: 3 })).toThrow(/height 4 is not a multiple of the patch's 3/);
});

test("frames are stacked side by side", async () => {
  expectNear(await numbers(stackFrames(ramp([1, 4, 2]), 2)), [0, 1, 2, 3, 4, 5, 6, 7], 0);
  expect(stackFrames(ramp([1, 4, 2]), 2).shape).toEqual([1, 2, 4]);
});

test("a convolution kernel becomes the weight of the patch embedding", async () => {
  // kernel [1, 2, 1, 2]: channel 0 (1, 2), channel 1 (10, 20); pixel rows (a b) in both channels
  const embed = new PatchEmbed(1, { random, patch: { height: 1, width: 2 }, channels: 2 });
  embed.projection.weight.set(kernelToPatchWeight(hostArray(Float32Array.of(1, 2, 10, 20), [1, 2, 1, 2])));
  expectNear(await numbers(embed.forward(tensor([[[[1, 2]], [[3, 4]]]]))), [1 + 4 + 30 + 80], 0);
});

test("tokens are gathered by example and scattered back, the fill elsewhere", async () => {
  const x = ramp([2, 3, 2]);
  const ids = intTensor([2, 0, 1, 2], [2, 2]);
  expectNear(await numbers(gatherTokens(x, ids)), [4, 5, 0, 1, 8, 9, 10, 11], 0);
  const back = scatterTokens(gatherTokens(x, ids), ids, 3, tensor([-1, -2]));
  expectNear(await numbers(back), [0, 1, -1, -2, 4, 5, -1, -2, 8, 9, 10, 11], 0);
  const mask = tensor([0.5, 0.25]);
  const [g] = grad(scatterTokens(gatherTokens(x, ids), ids, 3, mask).mul(ramp([2, 3, 2])).sum(), [mask]) as [Tensor];
  expectNear(await numbers(g), [2 + 6, 3 + 7], 0); // coefficients of the two filled places
});

test("a share of tokens is rounded down, safe against rates a hair too low", () => {
  expect(floorShare(1 - 0.9, 10)).toBe(1);
  expect(196 - floorShare(0.9, 196)).toBe(20);
});

const base = { random, width: 768, depth: 12, heads: 12, image: 224, patch: 16 };

test("published vision transformers have the published numbers of parameters", () => {
  const encoder = new VisionTransformer({ ...base, finalNorm: false });
  expect(encoder.parameterCount()).toBe(85_645_824);
  const decoder = { random, width: 512, heads: 16, memoryWidth: 768, outputs: 768, positions: sinCos2d(14, 14, 512) };
  const mae = new MaeDecoder({ ...decoder, depth: 8 });
  expect(new VisionTransformer(base).parameterCount() + mae.parameterCount()).toBe(111_655_680);
  // CrossMAE without its 12 x 13 map weights and 12 norms of the mixed maps
  const cross = new MaeDecoder({ ...decoder, depth: 12, attention: "cross" });
  expect(cross.parameterCount() + 12 * 13 + 12 * 2 * 768).toBe(41_388_444);
  const uta = new VisionTransformer({ ...base, positions: "learned", rotary: {}, bias: { key: false }, feedForward: { hidden: 2048, gated: true, activation: "silu", innerNorm: "layer" } });
  expect(uta.parameterCount() + new Linear(768, 1024, { random }).parameterCount()).toBe(86_638_336);
});

const tiny = { random, width: 8, depth: 2, heads: 2, image: 8, patch: 4, channels: 3, init: init.xavierUniform };

test("every parameter of a vision transformer learns", async () => {
  for (const variant of [tiny, { ...tiny, positions: "learned" as const, rotary: { pairs: "interleaved" as const } }]) {
    const model = new VisionTransformer(variant);
    // rotation makes the bias of keys matter
    await expectAllLearn(model, irregularLoss(model.forward(noise([2, 3, 8, 8]), EVALUATE).output), "rotary" in variant ? [] : ["key.bias"]);
  }
});

test("all patches kept by id equal no subset; a subset carries the codes and angles of its places", async () => {
  const model = new VisionTransformer({ ...tiny, positions: "learned", rotary: {} });
  const pixels = noise([2, 3, 8, 8]);
  const plain = model.forward(pixels, EVALUATE);
  await expectSame(model.forward(pixels, EVALUATE, { keptIds: intTensor([0, 1, 2, 3, 0, 1, 2, 3], [2, 4]) }).output, plain.output, 1e-6);
  const reordered = model.forward(pixels, EVALUATE, { keptIds: intTensor([3, 1, 0, 2, 3, 1, 0, 2], [2, 4]) }).output;
  await expectSame(gatherTokens(reordered.sliceAxis(1, 1, 5), intTensor([2, 1, 3, 0, 2, 1, 3, 0], [2, 4])), plain.output.sliceAxis(1, 1, 5));
});

test("clips are cut into tubelets with codes of the flattened index", () => {
  const model = new VisionTransformer({ ...tiny, image: { height: 8, width: 8, frames: 4 }, patch: { height: 4, width: 4, frames: 2 }, classToken: false });
  expect(model.patches).toBe(8);
  expect(model.forward(noise([1, 4, 3, 8, 8]), EVALUATE).output.shape).toEqual([1, 8, 8]);
  expect(() => model.forward(noise([1, 2, 3, 8, 8]), EVALUATE)).toThrow(/built for 8 patches, the input has 4/);
});

const decoderOptions = { random, width: 8, depth: 2, heads: 2, memoryWidth: 6, outputs: 5, positions: sinCos2d(2, 3, 8) };
const encoded = noise([2, 3, 6], 5); // class token and two visible tokens
const keptIds = intTensor([1, 4, 0, 5], [2, 2]);
const hiddenIds = intTensor([0, 2, 3, 5, 1, 2, 3, 4], [2, 4]);

test("the MAE decoder equals the published one, which restores raster order first", async () => {
  const decoder = new MaeDecoder(decoderOptions);
  const tokens = decoder.embed!.forward(encoded);
  const restored = scatterTokens(tokens.sliceAxis(1, 1, 3), keptIds, 6, decoder.maskToken.reshape([8])).add(tensor(sinCos2d(2, 3, 8)));
  const sequence = concat([tokens.sliceAxis(1, 0, 1), restored], 1);
  const all = decoder.head.forward((decoder.body as TransformerEncoder).forward(sequence, EVALUATE).output);
  await expectSame(decoder.forward(encoded, EVALUATE, { keptIds, predictedIds: hiddenIds }), gatherTokens(all.sliceAxis(1, 1, 7), hiddenIds));
});

test("with cross-attention only, a prediction does not depend on which others are asked; with self-attention it does", async () => {
  const fewer = hiddenIds.sliceAxis(1, 1, 3);
  for (const attention of ["cross", "both", "self"] as const) {
    const decoder = new MaeDecoder({ ...decoderOptions, attention });
    const all = decoder.forward(encoded, EVALUATE, { keptIds, predictedIds: hiddenIds }).sliceAxis(1, 1, 3);
    const some = decoder.forward(encoded, EVALUATE, { keptIds, predictedIds: fewer });
    if (attention === "cross") await expectSame(some, all);
    else await expect(expectSame(some, all)).rejects.toThrow();
  }
});

test("every parameter of the predictors learns", async () => {
  for (const attention of ["self", "cross", "both"] as const) {
    const decoder = new MaeDecoder({ ...decoderOptions, attention });
    await expectAllLearn(decoder, irregularLoss(decoder.forward(encoded, EVALUATE, { keptIds, predictedIds: hiddenIds })));
  }
});

test("attention lowers to few operators: one product of queries and keys without transpose or scale", () => {
  const model = new VisionTransformer({ ...tiny, depth: 1, classToken: false });
  const run = compile((pixels: Tensor) => model.forward(pixels, EVALUATE).output);
  const { operators } = run.explain(hostArray(new Float32Array(2 * 3 * 64), [2, 3, 8, 8]));
  expect(operators).toMatchObject({ gemm: 7, matmul: 2, softmax: 1, layerNorm: 3, gelu: 1, add: 3 });
  expect(operators.transpose).toBe(1 + 3 + 1); // patches, three splits into heads, one merge
  expect(operators.mul).toBeUndefined();
  expect(operators.where).toBeUndefined();
});
