import { expect, test } from "vitest";
import { hostArray, RandomStream, tensor } from "../../../src/engine/index.ts";
import { MessagePassing } from "../../../src/nn/index.ts";
import type { Aggregation } from "../../../src/nn/index.ts";
import { expectAllLearn, expectNear, expectSame, intTensor, irregularLoss, noise, numbers } from "../support.ts";

/** Three nodes of value 1, 2, 4; into node 0: two edges of type 0 from 1 and 2, one of type 1 from 2; into node 1: one of type 1 from 0. */
function run(aggregation: Aggregation): Promise<number[]> {
  const layer = new MessagePassing({ random: RandomStream.of(1), width: 1, types: 2, aggregation });
  layer.loadStateDict(new Map([["self.weight", hostArray(Float32Array.of(100), [1, 1])], ["self.bias", hostArray(Float32Array.of(0), [1])], ["relation.weight", hostArray(Float32Array.of(1, 10), [2, 1])]]));
  const edges = { from: intTensor([1, 2, 2, 0, 2], [1, 5]), to: intTensor([0, 0, 0, 1, 1], [1, 5]), types: intTensor([0, 0, 1, 1, 0], [1, 5]), weights: tensor([[1, 1, 1, 1, 0]]) };
  return numbers(layer.forward(tensor([[[1], [2], [4]]]), edges));
}

test("joins of messages by hand; the last edge only fills the batch", async () => {
  expectNear(await run("sum"), [100 + 2 + 4 + 40, 200 + 10, 400]);
  expectNear(await run("mean"), [100 + (2 + 4 + 40) / 3, 200 + 10, 400]);
  expectNear(await run("meanByType"), [100 + (2 + 4) / 2 + 40, 200 + 10, 400]);
  // in-degrees 3, 1; out-degrees of 0, 1, 2: 1, 1, 2
  expectNear(await run("symmetric"), [100 + 2 / Math.sqrt(3) + (4 + 40) / Math.sqrt(6), 200 + 10, 400], 1e-4);
});

test("graphs of a batch do not mix, and every parameter learns", async () => {
  const layer = new MessagePassing({ random: RandomStream.of(1), width: 4, outputWidth: 3, types: 2 });
  const nodes = noise([2, 3, 4]);
  const edges = (graphs: readonly number[]) => ({ from: intTensor(graphs.flatMap((g) => [[1, 2, 0], [2, 0, 1]][g]!), [graphs.length, 3]), to: intTensor(graphs.flatMap((g) => [[0, 0, 2], [1, 1, 0]][g]!), [graphs.length, 3]), types: intTensor(graphs.flatMap((g) => [[0, 1, 1], [1, 1, 0]][g]!), [graphs.length, 3]) });
  const both = layer.forward(nodes, edges([0, 1]));
  await expectSame(both.sliceAxis(0, 1, 2), layer.forward(nodes.sliceAxis(0, 1, 2), edges([1])), 1e-6);
  await expectAllLearn(layer, irregularLoss(both));
  expect(() => new MessagePassing({ random: RandomStream.of(1), width: 1, aggregation: "max" as Aggregation })).toThrow('unknown aggregation "max"');
});
