import { expect, test } from "vitest";
import { hostArray } from "../../src/engine/host-array.ts";
import { shuffledBatches } from "../../src/data/batching.ts";
import { inTurns } from "../../src/data/turns.ts";

const numbers = (from: number): ReturnType<typeof shuffledBatches<{ readonly n: ReturnType<typeof hostArray> }>> =>
  shuffledBatches({ indices: Int32Array.of(0, 1, 2), batchSize: 1, seed: 1 }, ({ indices }) => ({ n: hostArray(Int32Array.of(from + (indices[0] as number)), [1]) }));
const open = (): ReturnType<typeof inTurns<{ readonly n: ReturnType<typeof hostArray> }>> => inTurns([{ stream: numbers(0), batches: 2 }, { stream: numbers(10), batches: 1 }]);
const take = async (stream: ReturnType<typeof open>, count: number): Promise<number[]> => {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) taken.push(Number((await stream.next()).n.data[0]));
  return taken;
};

test("two of the first, one of the second, and every item of each within its epoch", async () => {
  const nine = await take(open(), 9);
  expect(nine.map((n) => Math.floor(n / 10))).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
  expect(nine.slice(0, 4).filter((n) => n < 10).sort()).toEqual([0, 1, 2]);
  expect(nine.filter((n) => n >= 10).sort()).toEqual([10, 11, 12]);
});

test("a restored stream goes on with the batches that would have come, also within a round", async () => {
  const whole = await take(open(), 10);
  const first = open();
  await take(first, 4);
  const second = open();
  second.restore(JSON.parse(JSON.stringify(first.state())));
  expect(await take(second, 6)).toEqual(whole.slice(4));
});

test("positions of other rounds are refused", async () => {
  const other = inTurns([{ stream: numbers(0), batches: 1 }, { stream: numbers(10), batches: 1 }]);
  expect(() => other.restore(open().state())).toThrow(/takes turns of \[1,1\] batches, the saved position \[2,1\]/);
  expect(() => open().restore({ ...(open().state() as object), at: 3 } as never)).toThrow(/outside of a round of 3/);
  expect(() => inTurns([])).toThrow(/no stream/);
  expect(() => inTurns([{ stream: numbers(0), batches: 0 }])).toThrow(/got 0 of stream 0/);
});
