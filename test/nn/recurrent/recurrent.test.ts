import { describe, expect, test } from "vitest";
import { evaluate, grad, hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import { EVALUATE, Gru, Lstm } from "../../../src/nn/index.ts";
import { expectClose } from "../../support/reference.ts";
import { readReference } from "../../support/safetensors.ts";
import { expectAllLearn, expectNear, expectSame, intTensor, irregularLoss, noise, numbers } from "../support.ts";

const random = RandomStream.of(31);

describe("recurrent layers equal PyTorch's, values and gradients", () => {
  for (const reference of readReference("recurrent").filter(({ name }) => !name.startsWith("rnn"))) {
    test(reference.name, async () => {
      const isLstm = reference.name.startsWith("lstm");
      const model = isLstm ? new Lstm(3, 4, { random }) : new Gru(3, 4, { random });
      const { input, hidden } = model.layers[0]![0]!;
      const parameters = { weight_ih: input.weight, weight_hh: hidden.weight, bias_ih: input.bias!, bias_hh: hidden.bias! };
      for (const [name, parameter] of Object.entries(parameters)) parameter.set(reference.tensor(name));
      const given = (name: string): ReturnType<typeof tensor> => tensor(reference.tensor(name));
      const x = given("x");
      const initial = (isLstm ? ["hidden", "cell"] : ["hidden"]).map(given);
      const lengths = reference.tensors.has("lengths") ? given("lengths") : undefined;
      const { output, states } = model.forward(x, EVALUATE, { lengths, initial: initial.map((state) => state.unsqueeze(0)) });
      const results = { output, finalHidden: states[0]!.squeeze(0), ...(isLstm ? { finalCell: states[1]!.squeeze(0) } : {}) };
      const loss = Object.entries(results).map(([name, value]) => value.mul(given(`seed.${name}`)).sum()).reduce((a, b) => a.add(b));
      const targets = { x, hidden: initial[0]!, ...(isLstm ? { cell: initial[1]! } : {}), ...parameters };
      const gradients = grad(loss, Object.values(targets));
      const computed = await evaluate([...Object.values(results), ...gradients]);
      const names = [...Object.keys(results), ...Object.keys(targets).map((name) => `gradient.${name}`)];
      names.forEach((name, i) => expectClose(computed[i]!, reference.tensor(name), name, 1e-5));
    });
  }
});

test("one step of a GRU by hand", async () => {
  const gru = new Gru(1, 1, { random });
  const { input, hidden } = gru.layers[0]![0]!;
  const set = (parameter: typeof input.weight, values: number[]): void => parameter.set(hostArray(Float32Array.from(values), parameter.shape));
  set(input.weight, [0, 0, 1]); // r and z come from biases alone: r = 1/2, z = 1/2
  set(hidden.weight, [0, 0, 2]);
  set(input.bias!, [0, 0, 0]);
  set(hidden.bias!, [0, 0, 0]);
  const { output } = gru.forward(tensor([[[0.5]]]), EVALUATE, { initial: [tensor([[[1]]])] });
  expectNear(await numbers(output), [0.5 * Math.tanh(0.5 + 0.5 * 2) + 0.5], 1e-6);
});

test("every parameter learns in layers that read both ways and in separate stacks", async () => {
  for (const directions of ["both", "stacks"] as const) {
    for (const model of [new Gru(3, 4, { random, layers: 2, directions }), new Lstm(3, 4, { random, layers: 2, directions })]) {
      const { output, states } = model.forward(noise([2, 5, 3]), EVALUATE, { lengths: intTensor([5, 3], [2]) });
      expect(output.shape).toEqual([2, 5, 8]);
      expect(states[0]!.shape).toEqual([4, 2, 4]);
      await expectAllLearn(model, irregularLoss(output));
    }
  }
});

test("padding changes nothing: the same outputs and states as the shorter sequence, zeros after it", async () => {
  for (const directions of ["forward", "both", "stacks"] as const) {
    const model = new Gru(3, 4, { random, layers: 2, directions });
    const x = noise([2, 6, 3]);
    const padded = model.forward(x, EVALUATE, { lengths: intTensor([4, 4], [2]) });
    const short = model.forward(x.sliceAxis(1, 0, 4), EVALUATE);
    await expectSame(padded.output.sliceAxis(1, 0, 4), short.output);
    await expectSame(padded.states[0]!, short.states[0]!);
    expectNear(await numbers(padded.output.sliceAxis(1, 4, 6)), new Array<number>(2 * 2 * (directions === "forward" ? 4 : 8)).fill(0), 0);
  }
});

test("the backward direction is the forward one on the reversed sequence", async () => {
  const both = new Lstm(3, 4, { random, directions: "both" });
  const one = new Lstm(3, 4, { random });
  const state = both.stateDict();
  one.loadStateDict(new Map([...one.namedParameters().keys()].map((name) => [name, state.get(name.replace("layers.0.0", "layers.0.1"))!])));
  const x = noise([2, 5, 3]);
  await expectSame(both.forward(x, EVALUATE).output.sliceAxis(2, 4, 8), one.forward(x.flip(1), EVALUATE).output.flip(1));
});

test("a sequence long enough to become a loop continues from carried states", async () => {
  const model = new Lstm(2, 3, { random });
  const x = noise([2, 40, 2]);
  const whole = model.forward(x, EVALUATE);
  const first = model.forward(x.sliceAxis(1, 0, 20), EVALUATE);
  const second = model.forward(x.sliceAxis(1, 20, 40), EVALUATE, { initial: first.states });
  await expectSame(second.output, whole.output.sliceAxis(1, 20, 40));
  await expectSame(second.states[1]!, whole.states[1]!);
  await expectAllLearn(model, irregularLoss(whole.output));
});
