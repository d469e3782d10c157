import { expect, test } from "vitest";
import { GraphRandom, hostArray, RandomStream } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { BatchNorm, dropout, Linear, Module } from "../../src/nn/index.ts";
import type { Mode } from "../../src/nn/index.ts";
import { regression } from "../../src/objectives/index.ts";
import { AdamW, FeatureCache, freeze, MemoryCheckpoints, spreadLayers, Trainer, transplant } from "../../src/train/index.ts";
import { float16ToFloat32, float32ToFloat16 } from "../../src/train/half.ts";
import { toyData } from "./toy.ts";

class Trunk extends Module {
  readonly dense: Linear;
  readonly norm = new BatchNorm(8);

  constructor() {
    super();
    this.dense = new Linear(4, 8, { random: RandomStream.of(1, "dense") });
  }

  forward(x: Tensor, mode: Mode): Tensor {
    return dropout(this.norm.forward(this.dense.forward(x), mode), 0.5, mode);
  }
}

class Model extends Module {
  readonly trunk = new Trunk();
  readonly head: Linear;

  constructor() {
    super();
    this.head = new Linear(8, 2, { random: RandomStream.of(1, "head") });
  }

  forward(x: Tensor, mode: Mode): Tensor {
    return this.head.forward(this.trunk.forward(x, mode));
  }
}

const train = async (model: Model, groups: ConstructorParameters<typeof AdamW>[1]["groups"], steps = 4): Promise<void> => {
  const trainer = new Trainer({ model, data: toyData(), steps, optimizer: new AdamW(model, { learningRate: 0.05, weightDecay: 0.5, groups }), loss: (batch, mode) => regression(model.forward(batch.x, mode), batch.y), random: GraphRandom.of(1) });
  await trainer.run();
  await trainer.release();
};

test("a frozen part keeps every byte, running statistics included, while the rest trains", async () => {
  const model = new Model();
  const before = model.stateDict();
  const frozen = freeze(model, ["trunk.*"]);
  await train(model, frozen.groups);
  await frozen.verify();
  const after = model.stateDict();
  for (const [name, { data }] of after) {
    const same = Buffer.compare(Buffer.from(data.buffer), Buffer.from(before.get(name)!.data.buffer)) === 0;
    expect(same, name).toBe(name.startsWith("trunk."));
  }
});

test("a frozen part runs in evaluation mode even in training, until it is thawed", () => {
  const model = new Model();
  const frozen = freeze(model, ["trunk.*"]);
  const forward = (): Tensor => model.forward(model.trunk.dense.weight.sliceAxis(0, 0, 3), { train: true });
  expect(forward).not.toThrow(); // neither statistics to update nor dropout in need of random numbers
  frozen.thaw();
  expect(forward).toThrow("trunk.norm.running_mean: assign records an update");
});

test("what moved although it was frozen is named", async () => {
  const model = new Model();
  const frozen = freeze(model, ["trunk.dense.*", /norm/]);
  frozen.thaw();
  await train(model, [], 1);
  await expect(frozen.verify()).rejects.toThrow("trunk.dense.weight");
  expect(() => freeze(model, ["trnk.*"])).toThrow("trnk.* matches none of the");
});

const rows = (values: readonly number[][]) => hostArray(Float32Array.from(values.flat()), [values.length, values[0]!.length]);

class Stack extends Module {
  readonly table: Linear;
  readonly layers: Linear[];

  constructor(vocabulary: number, depth: number) {
    super();
    const random = RandomStream.of(9, "stack");
    this.table = new Linear(2, vocabulary, { random: random.child("table"), bias: false });
    this.layers = Array.from({ length: depth }, (_, i) => new Linear(2, 2, { random: random.child(i), bias: false }));
  }
}

const source = new Map([
  ["embeddings.weight", rows([[1, 1], [2, 2], [3, 3]])],
  ...Array.from({ length: 4 }, (_, i) => [`blocks.${i}.weight`, rows([[i, i], [i, i]])] as const),
  ["pooler.weight", rows([[9]])],
]);

test("a transplant renames, maps layers and rows, mixes, and reports every tensor", () => {
  const model = new Stack(4, 2);
  const initial = model.stateDict();
  const layers = spreadLayers(4, 2);
  expect(layers).toEqual([0, 3]);
  const report = transplant(model, source, [
    { target: "table.weight", from: "embeddings.weight", rows: [2, -1, 0, -1] },
    { target: /^layers\.(1)\./, from: "blocks.3.weight", share: 0.25 },
    { target: /^layers\.(\d+)\.(.*)$/, from: (_, [layer, rest]) => `blocks.${layers[Number(layer)]}.${rest}` },
  ]);
  const [table, old] = [model.table.weight.value().data, initial.get("table.weight")!.data];
  expect([...(table as Float32Array)]).toEqual([3, 3, old[2], old[3], 1, 1, old[6], old[7]]);
  expect([...(model.layers[0]!.weight.value().data as Float32Array)]).toEqual([0, 0, 0, 0]);
  const mixed = (model.layers[1]!.weight.value().data as Float32Array)[0]!;
  expect(mixed).toBeCloseTo(0.25 * 3 + 0.75 * Number(initial.get("layers.1.weight")!.data[0]), 6);
  expect(report.tensors).toEqual([
    { target: "table.weight", source: "embeddings.weight", rows: { copied: 2, of: 4 }, share: 1 },
    { target: "layers.0.weight", source: "blocks.0.weight", rows: null, share: 1 },
    { target: "layers.1.weight", source: "blocks.3.weight", rows: null, share: 0.25 },
  ]);
  expect(report.unused).toEqual(["blocks.1.weight", "blocks.2.weight", "pooler.weight"]);
});

test("a transplant that does not fit says all that is wrong and changes nothing", () => {
  const model = new Stack(4, 1);
  const before = [...(model.table.weight.value().data as Float32Array)];
  expect(() => transplant(model, source, [{ target: "table.weight", from: "embeddings.weight" }, { target: "tabel" }])).toThrow(/table.weight from embeddings.weight: expects \[4, 2\], found \[3, 2\].*layers.0.weight needs layers.0.weight, which is missing.*the rule for tabel matches no parameter/);
  expect([...(model.table.weight.value().data as Float32Array)]).toEqual(before);
  const report = transplant(model, source, [{ target: "table.weight", from: "embeddings.weight", rows: "leading" }, { target: /layers/, from: null }]);
  expect(report.tensors.map(({ rows: copied }) => copied)).toEqual([{ copied: 3, of: 4 }, null]);
});

test("features are computed once for the same weights, items and settings", async () => {
  const store = new MemoryCheckpoints();
  const cache = new FeatureCache(store);
  const model = new Model();
  const items = { ids: hostArray(Int32Array.of(1, 2, 3), [3]) };
  const features = hostArray(Float32Array.of(0.1, -2.5, 1 / 3), [3, 1]);
  const compute = () => Promise.resolve({ features, lengths: hostArray(Int32Array.of(4, 5, 6), [3]) });
  const first = await cache.obtain({ model, items, settings: { layer: 2 }, compute });
  expect(first).toEqual(await cache.obtain({ model, items, settings: { layer: 2 }, compute }));
  expect([...(first["features"]!.data as Float32Array)]).toEqual([...features.data as Float32Array]);
  expect(cache.calls).toBe(1);
  await cache.obtain({ model, items, settings: { layer: 3 }, compute });
  await cache.obtain({ model, items: { ids: hostArray(Int32Array.of(1, 2, 4), [3]) }, settings: { layer: 2 }, compute });
  model.head.weight.set(hostArray(new Float32Array(16), [2, 8]));
  await cache.obtain({ model, items, settings: { layer: 2 }, compute });
  expect(cache.calls).toBe(4);
  // a damaged entry is computed again
  for (const bytes of store.files.values()) bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  expect((await cache.obtain({ model, items, settings: { layer: 2 }, compute }))["features"]!.shape).toEqual([3, 1]);
  expect(cache.calls).toBe(5);
});

test("half precision halves the file and rounds to the nearest", async () => {
  const values = Float32Array.of(1, -0.5, 65504, 65519, 65520, 2 ** -24, 2 ** -25, 1.5 * 2 ** -24, 0.1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, -0, Infinity, NaN);
  // 65519 is below the middle of 65504 and 65536; 2^-25 and 1 + 2^-11 are ties that go to even
  const expected = [1, -0.5, 65504, 65504, Infinity, 2 ** -24, 0, 2 ** -23, 0.0999755859375, 1, 1 + 2 ** -9, -0, Infinity, NaN];
  expect([...float16ToFloat32(float32ToFloat16(values))]).toEqual(expected);
  const cache = new FeatureCache(new MemoryCheckpoints());
  const compute = () => Promise.resolve({ scalar: hostArray(Float32Array.of(2), []), odd: hostArray(Float32Array.of(1, 2, 0.1), [3, 1]) });
  const { odd, scalar } = await cache.obtain({ model: new Model(), items: "three numbers", settings: null, precision: "float16", compute });
  expect([odd!.shape, [...odd!.data as Float32Array], scalar!.shape, scalar!.data[0]]).toEqual([[3, 1], [1, 2, 0.0999755859375], [], 2]);
});
