import { expect, test } from "vitest";
import { hostArray } from "../../src/engine/index.ts";
import { CheckpointKeeper, decodeCheckpoint, decodeSafetensors, encodeCheckpoint, MemoryCheckpoints } from "../../src/train/index.ts";
import type { Checkpoint } from "../../src/train/index.ts";

const checkpoint = (step: number, metrics: Readonly<Record<string, number>> = {}): Checkpoint => ({
  step,
  tensors: new Map([["model.weight", hostArray(Float32Array.of(step, 0.1), [2])]]),
  state: { positions: { data: { epoch: 1 } }, evaluations: [] },
  settings: { learningRate: 0.1 },
  metrics,
});
const stepsIn = async (store: MemoryCheckpoints): Promise<Record<string, number>> =>
  Object.fromEntries(await Promise.all([...store.files].map(async ([name, bytes]) => [name, (await decodeCheckpoint(bytes, name)).step])));

test("a checkpoint comes back whole, and other readers of safetensors find the weights", async () => {
  const bytes = await encodeCheckpoint({ ...checkpoint(7, { score: 2 }), serial: 3 });
  expect(await decodeCheckpoint(bytes, "a")).toEqual({ ...checkpoint(7, { score: 2 }), serial: 3, name: "a" });
  expect(decodeSafetensors(bytes).tensors.get("model.weight")!.data[0]).toBe(7);
});

test("a file cut at any byte, or with any one byte changed, is refused", async () => {
  const bytes = await encodeCheckpoint({ ...checkpoint(7), serial: 1 });
  for (let at = 0; at < bytes.length; at++) {
    await expect(decodeCheckpoint(bytes.slice(0, at), "cut"), `cut at ${at}`).rejects.toThrow(/^cut: /);
    const changed = bytes.slice();
    changed[at]! ^= 0x20;
    await expect(decodeCheckpoint(changed, "changed"), `byte ${at}`).rejects.toThrow(/^changed: /);
  }
});

test("the latest two are kept in turn; the newest intact one is found again", async () => {
  const store = new MemoryCheckpoints();
  const { keeper } = await CheckpointKeeper.open(store, {}, true);
  for (const step of [10, 20, 30]) await keeper.save(checkpoint(step));
  expect(await stepsIn(store)).toEqual({ "checkpoint-0.safetensors": 30, "checkpoint-1.safetensors": 20 });
  store.files.set("checkpoint-0.safetensors", store.files.get("checkpoint-0.safetensors")!.slice(0, -1));
  const again = await CheckpointKeeper.open(store, {}, true);
  expect(again.newest?.step).toBe(20);
  expect(again.problems).toEqual([expect.stringMatching(/^checkpoint-0\.safetensors: .*truncated/)]);
  await again.keeper.save(checkpoint(30));
  expect(await stepsIn(store)).toEqual({ "checkpoint-0.safetensors": 30, "checkpoint-1.safetensors": 20 });
});

test("starting anew, an old run's later steps do not win over the new run", async () => {
  const store = new MemoryCheckpoints();
  const old = await CheckpointKeeper.open(store, {}, true);
  for (const step of [100, 200]) await old.keeper.save(checkpoint(step));
  const anew = await CheckpointKeeper.open(store, {}, false);
  expect(anew.newest).toBeNull();
  await anew.keeper.save(checkpoint(5));
  expect((await CheckpointKeeper.open(store, {}, true)).newest?.step).toBe(5);
});

test("the best two by a metric stay, whichever comes last", async () => {
  const store = new MemoryCheckpoints();
  const best = { metric: "loss", order: "lower", keep: 2 } as const;
  const { keeper } = await CheckpointKeeper.open(store, { best }, true);
  const names: (string | null)[] = [];
  for (const [step, loss] of [[1, 5], [2, 3], [3, 4], [4, 9], [5, NaN], [6, 1]] as const) names.push(await keeper.saveIfBest(checkpoint(step, { loss })));
  expect(names).toEqual(["best-0.safetensors", "best-1.safetensors", "best-0.safetensors", null, null, "best-0.safetensors"]);
  expect(await stepsIn(store)).toEqual({ "best-0.safetensors": 6, "best-1.safetensors": 2 });
  // after a resume from step 5, step 6 happens again and takes its own place
  const again = await CheckpointKeeper.open(store, { best }, true);
  expect(await again.keeper.saveIfBest(checkpoint(6, { loss: 1 }))).toBe("best-0.safetensors");
  await expect(again.keeper.saveIfBest(checkpoint(7, { other: 1 }))).rejects.toThrow('the evaluation gave no "loss"; it gave other');
});

test("one place is not enough", async () => {
  await expect(CheckpointKeeper.open(new MemoryCheckpoints(), { keep: 1 }, true)).rejects.toThrow("keep: expected 2 or more, got 1");
});
