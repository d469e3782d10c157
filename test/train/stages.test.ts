import { expect, test } from "vitest";
import { Adam, AdamW, MemoryCheckpoints, stage, StagedTrainer, transplant } from "../../src/train/index.ts";
import type { StagedEvent, StagedTrainerOptions } from "../../src/train/index.ts";
import { regression } from "../../src/objectives/index.ts";
import { bitsOf, Mlp, toyData } from "./toy.ts";
import type { ToyBatch } from "./toy.ts";

/** Two stages and a change of the weights between them; the second may go on with the optimizer of the first. */
function staged(model: Mlp, options: Partial<StagedTrainerOptions> = {}, carried = false): StagedTrainerOptions {
  const loss = (batch: { readonly x: Parameters<Mlp["forward"]>[0]; readonly y: Parameters<Mlp["forward"]>[0] }, mode: Parameters<Mlp["forward"]>[1]) => regression(model.forward(batch.x, mode), batch.y);
  return {
    model,
    stages: [
      stage<ToyBatch>({ name: "pre-train", steps: 6, data: () => toyData(), loss, optimizer: () => new AdamW(model, { learningRate: 0.02 }) }),
      stage<ToyBatch>({
        name: "fine-tune",
        steps: 5,
        prepare: () => void transplant(model, new Mlp(2).stateDict(), [{ target: /hidden/, share: 0.5 }, { target: /output/, from: null }]),
        data: () => toyData(4),
        loss,
        optimizer: (before) => (carried && before !== null ? before : new Adam(model, { learningRate: 0.01 })),
      }),
    ],
    ...options,
  };
}

test.each([false, true])("stopped in any stage and started again it ends bit for bit as if it had not been stopped (optimizer carried over: %s)", async (carried) => {
  const whole = new Mlp();
  const result = await new StagedTrainer(staged(whole, {}, carried)).run();
  expect(result).toMatchObject({ reason: "finished", selected: "fine-tune", stages: [{ name: "pre-train", steps: 6 }, { name: "fine-tune", steps: 5 }] });
  for (const stopAfter of [3, 6, 8]) {
    const store = new MemoryCheckpoints();
    const abort = new AbortController();
    const interrupted = await new StagedTrainer(staged(new Mlp(), { checkpoints: { store, every: 2 }, signal: abort.signal, onEvent: (event) => event.type === "step" && event.totalStep === stopAfter && abort.abort() }, carried)).run();
    expect(interrupted.reason).toBe("aborted");
    const again = new Mlp();
    const resumed = await new StagedTrainer(staged(again, { checkpoints: { store, every: 2 } }, carried)).run();
    expect(bitsOf(again)).toBe(bitsOf(whole));
    expect(resumed.stages.map(({ losses }) => losses)).toEqual(result.stages.map(({ losses }) => losses));
  }
});

test("the log counts steps over all stages and names them", async () => {
  const events: StagedEvent[] = [];
  await new StagedTrainer(staged(new Mlp(), { onEvent: (event) => events.push(event) })).run();
  const steps = events.filter(({ type }) => type === "step");
  expect(steps.map(({ totalStep }) => totalStep)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(steps.map(({ stage: name }) => name).filter((name) => name === "fine-tune").length).toBe(5);
  expect(steps[0]!.totalSteps).toBe(11);
});

test("the weights of the best stage are kept", async () => {
  const model = new Mlp();
  const scores = [0.9, 0.4];
  let afterFirst = "";
  const options = staged(model, { select: { metric: "score", order: "higher" } });
  const stages = options.stages.map((one, i) => ({ ...one, evaluate: { every: 100, run: () => Promise.resolve({ score: scores[i]! }).then((metrics) => ((afterFirst ||= bitsOf(model)), metrics)) } }));
  const result = await new StagedTrainer({ ...options, stages }).run();
  expect(result.selected).toBe("pre-train");
  expect(bitsOf(model)).toBe(afterFirst);
  expect(() => new StagedTrainer(staged(model, { select: { metric: "score", order: "higher" } }))).toThrow('stage "pre-train" has none');
  expect(() => new StagedTrainer({ ...options, stages: [options.stages[0]!, options.stages[0]!] })).toThrow('"pre-train" twice');
});
