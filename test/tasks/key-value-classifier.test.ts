/** Teaching a memory class by class, on vectors whose classes are known by construction. */
import { expect, test } from "vitest";
import { hostArray, RandomStream } from "../../src/engine/index.ts";
import type { HostArray } from "../../src/engine/index.ts";
import { KeyValueClassifier, RequestError } from "../../src/tasks/index.ts";

const WIDTH = 12;

/** Vectors around one of several far points. */
function around(centre: number, count: number, seed: number): HostArray {
  const point = Array.from({ length: WIDTH }, (_, d) => 4 * RandomStream.of(7, "centre", centre, d).normal());
  const random = RandomStream.of(seed, centre);
  return hostArray(Float32Array.from({ length: count * WIDTH }, (_, i) => (point[i % WIDTH] as number) + random.normal()), [count, WIDTH]);
}
const joined = (...parts: HostArray[]): HostArray => hostArray(Float32Array.from(parts.flatMap(({ data }) => Array.from(data as Float32Array))), [parts.reduce((sum, { shape }) => sum + (shape[0] as number), 0), WIDTH]);

test("classes taught one after the other are all known, the file gives the same answers, and wrong calls say what to do", async () => {
  const unlabelled = joined(...[0, 1, 2, 3, 4].map((centre) => around(centre, 40, 1)));
  const memory = await KeyValueClassifier.fitKeys(unlabelled, { heads: 16, entries: 32, keyWidth: 4 });
  await expect(memory.predict(around(0, 1, 3))).rejects.toThrow("nothing was taught yet");

  await memory.learn(around(0, 20, 2), "cat");
  const [first] = await memory.predict(around(0, 1, 3));
  await memory.learn(around(1, 20, 2), "dog", { epochs: 2 });
  await memory.learn(joined(around(2, 20, 2), around(0, 5, 5)), [...new Array<string>(20).fill("bird"), ...new Array<string>(5).fill("cat")]);
  expect(memory.labels).toEqual(["cat", "dog", "bird"]);
  const shown = joined(around(0, 10, 3), around(1, 10, 3), around(2, 10, 3));
  const answers = await memory.predict(shown);
  const right = answers.filter(({ label }, i) => label === ["cat", "dog", "bird"][Math.floor(i / 10)]).length;
  expect(right).toBeGreaterThanOrEqual(27); // by chance 10 of 30
  expect(first?.label).toBe("cat");
  expect(Object.keys(answers[0]?.scores ?? {})).toEqual(["cat", "dog", "bird"]);

  // The cells that spoke for a bird hold more for it than for a dog, and were used.
  const bird = answers.find(({ label }, i) => i >= 20 && label === "bird");
  const cells = (bird?.cells ?? []).map((key, head) => memory.cell(head, key));
  expect(cells).toHaveLength(16);
  expect(cells.every(({ used }) => used)).toBe(true);
  const total = (label: string): number => cells.reduce((sum, { values }) => sum + (values[label] ?? NaN), 0);
  expect(total("bird") / 16).toBeCloseTo(bird?.scores["bird"] ?? NaN, 5);
  expect(total("bird")).toBeGreaterThan(total("dog"));

  const again = KeyValueClassifier.load(memory.save());
  expect(await again.predict(shown)).toEqual(answers);
  await expect(again.learn(around(0, 2, 1), ["cat"])).rejects.toThrow("2 vectors need as many labels, got 1");
  await expect(again.predict(hostArray(new Float32Array(5), [1, 5]))).rejects.toThrow("laid out for vectors of 12 numbers, got 5");
  expect(() => again.cell(16, 0)).toThrow(RequestError);
  expect(() => KeyValueClassifier.load(new Uint8Array(20))).toThrow();
  await memory.release();
  await again.release();
});

test("an example of another class leaves the cells it does not share bit by bit as they were", async () => {
  const memory = await KeyValueClassifier.fitKeys(joined(around(0, 40, 1), around(1, 40, 1)), { heads: 8, entries: 16, keyWidth: 4 });
  await memory.learn(joined(around(0, 10, 2), around(1, 10, 2)), [...new Array<string>(10).fill("cat"), ...new Array<string>(10).fill("dog")]);
  const everything = (): number[] => Array.from({ length: 8 * 16 }, (_, i) => memory.cell(Math.floor(i / 16), i % 16).values["cat"] ?? NaN);
  const before = everything();
  const example = around(1, 1, 9);
  await memory.learn(example, "dog");
  const changed = everything().flatMap((value, i) => (Object.is(value, before[i]) ? [] : [i]));
  expect(changed).toHaveLength(8); // one of each head; copies that fill the batch up touch nothing else
  expect(changed.map((i) => Math.floor(i / 16))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await memory.release();
});
