/** The exact checks of position prediction; numbers are worked out by hand from the paper's definitions. */
import { describe, expect, test } from "vitest";
import { compile, grad, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import type { HostArray, Tensor } from "../../../src/engine/index.ts";
import { EncoderBlock, EVALUATE, VisionTransformer } from "../../../src/nn/index.ts";
import { jigsaw, shuffledTiles } from "../../../src/systems/masked/position-prediction-jigsaw.ts";
import { FrameEncoder, PositionPredictor, TransferEncoder } from "../../../src/systems/masked/position-prediction-model.ts";
import type { PositionPredictorOptions } from "../../../src/systems/masked/position-prediction-model.ts";

const SIDE = 32;
const TILES = 16; // of 8 x 8 pixels
const WIDTH = 16;
const PATCH = { height: 8, width: 8 };

const vision = (options: { readonly image?: number; readonly classToken?: boolean; readonly positions?: "none" | "sin-cos" } = {}): VisionTransformer =>
  new VisionTransformer({ random: RandomStream.of(5), width: WIDTH, depth: 3, heads: 2, image: SIDE, patch: 8, classToken: false, positions: "none", ...options });
const predictor = (options: Partial<PositionPredictorOptions> = {}): PositionPredictor =>
  new PositionPredictor({ random: RandomStream.of(6), encoder: vision(), width: WIDTH, places: TILES, ...options });

const images = (count: number, side = SIDE): HostArray => {
  const draw = RandomStream.of(2);
  return hostArray(Float32Array.from({ length: count * 3 * side * side }, () => draw.uniform()), [count, 3, side, side]);
};
const ids = (...rows: readonly (readonly number[])[]): HostArray => hostArray(Int32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);
const rowsOf = ({ data, shape }: HostArray): number[][] => {
  const width = shape.at(-1) as number;
  return Array.from({ length: data.length / width }, (_, i) => Array.from(data.subarray(i * width, (i + 1) * width), Number));
};
const farthest = (a: readonly number[][], b: readonly number[][]): number => Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - (b[i]?.[j] as number)))));

/** The picture whose place i shows tile order[i] of the given one. */
function permuted({ data }: HostArray, order: readonly number[]): HostArray {
  const result = new Float32Array(data.length);
  const at = (channel: number, tile: number, y: number, x: number): number => channel * SIDE * SIDE + (Math.floor(tile / 4) * 8 + y) * SIDE + (tile % 4) * 8 + x;
  for (let channel = 0; channel < 3; channel++) for (let i = 0; i < TILES; i++) for (let y = 0; y < 8; y++) for (let x = 0; x < 8; x++) result[at(channel, i, y, x)] = Number(data[at(channel, order[i] as number, y, x)]);
  return hostArray(result, [1, 3, SIDE, SIDE]);
}

describe.each(["evolving", "frozen"] as const)("order carries nothing (%s context)", (context) => {
  const order = Array.from(RandomStream.of(9).permutation(TILES));
  const chosen = [3, 7, 8, 14];
  const logits = async (model: PositionPredictor, pixels: HostArray, kept: readonly number[]): Promise<number[][]> => {
    const run = compile((x: Tensor, c: Tensor) => model.logits(x, EVALUATE, c));
    return rowsOf(await run(pixels, ids(kept)));
  };
  test("permuting the patches, and the context with them, permutes the logits", async () => {
    const model = predictor({ context });
    const plain = await logits(model, images(1), chosen);
    const turned = await logits(model, permuted(images(1), order), chosen.map((tile) => order.indexOf(tile)));
    expect(farthest(turned, order.map((tile) => plain[tile] as number[]))).toBeLessThan(1e-5);
  });
  test("control: with position codes it does not", async () => {
    const model = predictor({ context, encoder: vision({ positions: "sin-cos" }) });
    const plain = await logits(model, images(1), chosen);
    const turned = await logits(model, permuted(images(1), order), chosen.map((tile) => order.indexOf(tile)));
    expect(farthest(turned, order.map((tile) => plain[tile] as number[]))).toBeGreaterThan(1e-2);
  });
});

test("with every token in the context it is plain self-attention; a frozen context is not, beyond the first layer", async () => {
  const all = Array.from({ length: TILES }, (_, i) => i);
  const compare = async (model: PositionPredictor): Promise<number> => {
    const run = compile((x: Tensor, c: Tensor) => ({ kept: model.logits(x, EVALUATE, c), plain: model.logits(x, EVALUATE) }));
    const { kept, plain } = await run(images(1), ids(all));
    return farthest(rowsOf(kept), rowsOf(plain));
  };
  expect(await compare(predictor())).toBeLessThan(1e-6);
  expect(await compare(predictor({ context: "frozen" }))).toBeGreaterThan(1e-3);
});

test("the loss of a zero head is ln 64, over all tokens", async () => {
  const model = predictor({ encoder: vision({ image: 64 }), places: 64 });
  const state = model.stateDict();
  for (const name of ["head.weight", "head.bias"]) state.set(name, hostArray(new Float32Array(state.get(name)?.data.length ?? 0), state.get(name)?.shape ?? []));
  model.loadStateDict(state);
  const run = compile((x: Tensor, c: Tensor) => model.objective(x, EVALUATE, c).loss);
  expect((await run(images(2, 64), ids([1, 5], [2, 60]))).item()).toBeCloseTo(4.1589, 4);
});

test("a token outside the context gets no gradient from another token's logits; one inside does, and all do without a context", async () => {
  const model = predictor();
  // Size of the gradient that the logits of tile 0 send to each tile's embedding.
  const reach = (context: boolean) => (x: Tensor, c: Tensor): Tensor => {
    const embedded = model.encoder.embed(x);
    const encoded = model.encoder.encoder.forward(embedded, EVALUATE, context ? { keyIds: c } : {}).output;
    const [gradient] = grad(model.head.forward(encoded).sliceAxis(1, 0, 1).square().sum(), [embedded]);
    return (gradient as Tensor).abs().sum(-1);
  };
  const restricted = rowsOf(await compile(reach(true))(images(1), ids([3, 7, 8, 14])))[0] as number[];
  restricted.forEach((size, tile) => (tile === 0 || [3, 7, 8, 14].includes(tile) ? expect(size).toBeGreaterThan(1e-4) : expect(size).toBe(0)));
  const free = rowsOf(await compile(reach(false))(images(1), ids([3, 7, 8, 14])))[0] as number[];
  expect(Math.min(...free)).toBeGreaterThan(1e-5);
});

test("FLOPs of a block at 64 tokens of width 96: projections 0.875, scores 0.25, all 0.8125 of full attention", () => {
  const block = new EncoderBlock({ random: RandomStream.of(1), width: 96, heads: 4 });
  const x = hostArray(new Float32Array(64 * 96), [1, 64, 96]);
  const cost = (context: number): { readonly linear: number; readonly scores: number } => {
    const kept = ids(Array.from({ length: context }, (_, i) => i));
    const graph = compile((tokens: Tensor, keyIds: Tensor) => block.forward(tokens, EVALUATE, context === 64 ? {} : { keyIds })).graph(x, kept);
    const sums = { linear: 0, scores: 0 };
    for (const node of graph.nodes) {
      if (!["matmul", "gemm"].includes(node.primitive.name)) continue;
      const [output] = node.outputs as readonly [Tensor];
      const flops = node.primitive.flops(node.inputs, node.outputs, node.attributes) - (node.primitive.name === "gemm" ? output.size : 0);
      sums[output.rank === 4 ? "scores" : "linear"] += flops;
    }
    return sums;
  };
  const [full, quarter] = [cost(64), cost(16)];
  expect(full.linear).toBe(2 * 12 * 96 * 96 * 64); // 12 d^2 multiply-adds a token
  expect(quarter.linear / full.linear).toBeCloseTo(0.875, 6);
  expect(quarter.scores / full.scores).toBeCloseTo(0.25, 6);
  expect((quarter.linear + quarter.scores) / (full.linear + full.scores)).toBeCloseTo(0.8125, 6);
});

describe("speech frames", () => {
  const encoder = (): FrameEncoder => new FrameEncoder({ random: RandomStream.of(3), width: WIDTH, depth: 2, heads: 2, bands: 5, stack: 2 });
  const frames = (() => {
    const draw = RandomStream.of(4);
    return hostArray(Float32Array.from({ length: 2 * 12 * 5 }, () => draw.normal()), [2, 12, 5]);
  })();

  test("a zero head costs ln 6 with smoothed targets too", async () => {
    const model = new PositionPredictor({ random: RandomStream.of(6), encoder: encoder(), width: WIDTH, places: 6, smoothing: 2 });
    const state = model.stateDict();
    for (const name of ["head.weight", "head.bias"]) state.set(name, hostArray(new Float32Array(state.get(name)?.data.length ?? 0), state.get(name)?.shape ?? []));
    model.loadStateDict(state);
    expect((await compile((x: Tensor, c: Tensor) => model.objective(x, EVALUATE, c).loss)(frames, ids([0, 4], [1, 2]))).item()).toBeCloseTo(Math.log(6), 5);
  });

  test("the gradient of the bias shows the smoothed targets: e^(-1/4) of the right place one token away", async () => {
    const model = new PositionPredictor({ random: RandomStream.of(6), encoder: encoder(), width: WIDTH, places: 6, smoothing: 2 });
    // d loss / d logits = (softmax - q) / (B L) for each token.
    const run = compile((x: Tensor) => {
      const logits = model.logits(x, EVALUATE);
      const [gradient] = grad(model.objective(x, EVALUATE).loss, [model.head.bias as Tensor]);
      return { gradient: gradient as Tensor, softmax: logits.softmax().mean([0, 1]) };
    });
    const { gradient, softmax } = await run(frames);
    // The kernel sums over the six places: rows i of exp(-((i - j) / 2)^2), each brought to sum 1, then averaged over i.
    const kernel = [0, 1, 2, 3, 4, 5].map((i) => [0, 1, 2, 3, 4, 5].map((j) => Math.E ** (-((i - j) ** 2) / 4)));
    const column = [0, 1, 2, 3, 4, 5].map((j) => kernel.reduce((total, row) => total + (row[j] as number) / row.reduce((a, b) => a + b), 0) / 6);
    expect(kernel[0]?.[1]).toBeCloseTo(0.7788, 4);
    column.forEach((q, j) => expect(Number(gradient.data[j])).toBeCloseTo(Number(softmax.data[j]) - q, 5));
  });
});

test("fine-tuning starts from the pre-trained function: zero positions change nothing, and the class token is left out of the mean", async () => {
  const encoder = vision();
  const plain = new TransferEncoder(encoder, WIDTH);
  const placed = new TransferEncoder(encoder, WIDTH, { positions: true });
  const withClass = vision({ classToken: true, positions: "sin-cos" });
  const run = compile((x: Tensor) => ({
    plain: plain.features(x, EVALUATE),
    placed: placed.features(x, EVALUATE),
    classed: new TransferEncoder(withClass, WIDTH).features(x, EVALUATE),
    patches: withClass.forward(x, EVALUATE).output.slice([null, [1, 17], null]).mean(1),
  }));
  const { plain: a, placed: b, classed, patches } = await run(images(2));
  expect(farthest(rowsOf(a), rowsOf(b))).toBeLessThan(1e-6);
  expect(farthest(rowsOf(classed), rowsOf(patches))).toBeLessThan(1e-6);
  expect(placed.parameterCount() - plain.parameterCount()).toBe(TILES * WIDTH);
});

test("a jigsaw is undone when the logits know the tiles, and every tile gets a place of its own when they do not", async () => {
  // Tiles of one brightness each; a model that reads brightness b / 16 as place b: logits_j = -(16 x - j)^2 up to a constant.
  const tiles = new Float32Array(3 * SIDE * SIDE);
  tiles.forEach((_, i) => (tiles[i] = (Math.floor((i % (SIDE * SIDE)) / (8 * SIDE)) * 4 + Math.floor((i % SIDE) / 8)) / 16));
  const picture = hostArray(tiles, [1, 3, SIDE, SIDE]);
  const shuffled = await shuffledTiles(picture, PATCH, RandomStream.of(8));
  expect(farthest(rowsOf(shuffled), rowsOf(picture))).toBeGreaterThan(0.3);
  const knowing = predictor();
  knowing.logits = (x) => {
    const brightness = x.reshape([1, 3, 4, 8, 4, 8]).mean([1, 3, 5]).reshape([1, TILES, 1]).mul(16);
    return brightness.sub(tensor(Array.from({ length: TILES }, (_, j) => j))).square().neg();
  };
  expect(farthest(rowsOf((await jigsaw(knowing, shuffled, PATCH)).solved), rowsOf(picture))).toBeLessThan(1e-6);
  const { places } = await jigsaw(predictor(), shuffled, PATCH);
  expect([...new Set(Array.from(places.data, Number))].sort((a, b) => a - b)).toEqual(Array.from({ length: TILES }, (_, i) => i));
});
