/**
 * Random numbers in the graph: their bits against the host's hash, independence of draws and steps, resumption, and
 * statistics over a million numbers of a fixed seed, with limits of about five standard deviations.
 */
import { describe, expect, test } from "vitest";
import { checkpoint, compile, foldIn, grad, GraphRandom, gumbelSoftmax, keyFromSeed, Parameter, tensor } from "../../src/engine/index.ts";
import type { HostArray, Key, Tensor } from "../../src/engine/index.ts";
import { boxOf } from "../../src/engine/random/graph-hash.ts";
import { bits } from "../../src/engine/random/hash.ts";
import type { Mode } from "../../src/nn/index.ts";

const numbers = ({ data }: HostArray): number[] => Array.from(data as ArrayLike<number>, Number);

/** Key of draw `draw` in step `step`, from its description in random/graph.ts. */
function drawKey(seed: number, step: number, draw: number): Key {
  const [step0, step1] = foldIn(keyFromSeed(seed), step);
  const [draw0, draw1] = foldIn([0x13198a2e, 0x03707344], draw);
  return [(step0 + draw0) >>> 0, (step1 ^ draw1) >>> 0];
}

/** Two draws in one step, the state advanced after it. */
const twoDraws = (random: GraphRandom, shape: readonly number[]) =>
  compile(() => {
    const draws = [random.bits(shape), random.bits(shape)];
    random.advance();
    return draws;
  });

describe("bits", () => {
  test("small draws are the host's bits of their positions", async () => {
    const run = twoDraws(GraphRandom.of(5), [3, 4]);
    for (const step of [0, 1]) {
      const draws = await run();
      for (const draw of [0, 1]) expect(numbers(draws[draw] as HostArray)).toEqual(Array.from({ length: 12 }, (_, i) => bits(drawKey(5, step, draw), i)));
    }
  });

  test("large draws are the xor of three of the host's tables", async () => {
    const [first] = await twoDraws(GraphRandom.of(5), [24, 16, 20])();
    const [i, j, k] = boxOf(24 * 16 * 20);
    const key = drawKey(5, 0, 0);
    const expected: number[] = [];
    for (let a = 0; a < i; a++) for (let b = 0; b < j; b++) for (let c = 0; c < k; c++) expected.push((bits(key, a * j + b) ^ bits(key, i * j + a * k + c) ^ bits(key, i * j + i * k + b * k + c)) >>> 0);
    expect(numbers(first as HostArray)).toEqual(expected);
  });

  test("boxes hold every size, and their tables are small beside it", () => {
    for (const size of [4096, 4099, 10007, 2 * 65537, 128 ** 3, 999983]) {
      const [i, j, k] = boxOf(size);
      expect(i * j * k).toBeGreaterThanOrEqual(size);
      expect(i * j * k - size).toBeLessThan(4096);
      expect(i * j + i * k + j * k).toBeLessThan(0.55 * size);
    }
  });
});

describe("state", () => {
  test("the same seed gives the same run, also when it is stopped and resumed", async () => {
    const whole = twoDraws(GraphRandom.of(9), [4]);
    const run = [await whole(), await whole(), await whole()].flat().map(numbers);
    const first = GraphRandom.of(9);
    await twoDraws(first, [4])();
    const resumed = GraphRandom.of(1); // the state carries the key, so any seed will do
    resumed.state.set(first.state.value());
    const rest = twoDraws(resumed, [4]);
    expect([await rest(), await rest()].flat().map(numbers)).toEqual(run.slice(2));
    expect(new Set(run.map(String)).size).toBe(6);
  });

  test("without advance, as in evaluation, a draw repeats and the state stays", async () => {
    const random = GraphRandom.of(3);
    const look = compile(() => random.uniform([4]));
    expect(numbers(await look())).toEqual(numbers(await look()));
    expect(Array.from(random.state.value().data as Uint32Array)).toEqual([...keyFromSeed(3), 0]);
    expect(random.state.trainable).toBe(false);
  });

  test("a step compiled again for another shape makes the same draws", async () => {
    const random = GraphRandom.of(3);
    const mode: Mode = { train: true, random }; // what modules are given to draw from
    const step = compile((x: Tensor) => x.sum().mul(0).add(mode.random?.uniform([2]) ?? 0));
    const ones = (n: number): HostArray => ({ data: new Float32Array(n), shape: [n], dtype: "float32" });
    expect(numbers(await step(ones(1)))).toEqual(numbers(await step(ones(2))));
  });

  test("recomputation in the backward pass repeats its draws", async () => {
    const random = GraphRandom.of(3);
    const w = new Parameter([64], () => new Float32Array(64).fill(1));
    const dropped = (x: Tensor): Tensor => x.mul(random.bernoulli(0.5, [64]).cast("float32"));
    const step = compile(() => {
      const y = checkpoint(dropped, [w]);
      return { y, after: random.bernoulli(0.5, [64]), gradient: grad(y.sum(), [w])[0] as Tensor };
    });
    const { y, after, gradient } = await step();
    expect(numbers(gradient)).toEqual(numbers(y)); // the gradient of the sum is the mask, as is the value where w = 1
    expect(numbers(after)).not.toEqual(numbers(y));
  });
});

describe("a million draws", () => {
  const shape = [64, 128, 128];
  const size = 2 ** 20;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const correlation = (a: readonly number[], b: readonly number[]): number => mean(a.map((value, i) => (value - 0.5) * ((b[i] as number) - 0.5))) * 12;
  const once = async (draw: (random: GraphRandom) => Tensor): Promise<number[]> => numbers(await compile(() => draw(GraphRandom.of(11)))());

  test("uniform numbers have the right mean, variance and bins, and neighbours, draws and steps are uncorrelated", async () => {
    const random = GraphRandom.of(11);
    const run = compile(() => {
      const draws = [random.uniform(shape), random.uniform(shape)];
      random.advance();
      return draws;
    });
    const [a, b] = (await run()).map(numbers) as [number[], number[]];
    const next = numbers((await run())[0] as HostArray);
    const limit = 5 / Math.sqrt(size);
    expect(a.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(Math.abs(mean(a) - 0.5)).toBeLessThan(limit * Math.sqrt(1 / 12));
    expect(Math.abs(mean(a.map((value) => (value - 0.5) ** 2)) - 1 / 12)).toBeLessThan(limit * Math.sqrt(1 / 180));
    const bins = new Array<number>(256).fill(0);
    for (const value of a) bins[Math.floor(value * 256)] = (bins[Math.floor(value * 256)] as number) + 1;
    const chiSquare = bins.reduce((total, count) => total + (count - size / 256) ** 2 / (size / 256), 0);
    expect(Math.abs(chiSquare - 255)).toBeLessThan(5 * Math.sqrt(2 * 255));
    for (const lag of [1, 128, 512, 128 * 128]) expect(Math.abs(correlation(a.slice(0, size - lag), a.slice(lag)))).toBeLessThan(limit);
    expect(Math.abs(correlation(a, b))).toBeLessThan(limit);
    expect(Math.abs(correlation(a, next))).toBeLessThan(limit);
  });

  test("normal deviates have the moments of the normal distribution", async () => {
    const z = await once((random) => random.normal(shape));
    const moment = (power: number): number => mean(z.map((value) => value ** power));
    // moments 0, 1, 0, 3; their estimates have variances 1, 2, 15, 96 over n
    [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96]].forEach(([power, expected, spread]) =>
      expect(Math.abs(moment(power as number) - (expected as number))).toBeLessThan(5 * Math.sqrt((spread as number) / size)),
    );
  });

  test("Bernoulli draws are true as often as asked, always at 1 and never at 0", async () => {
    const share = mean(await once((random) => random.bernoulli(0.9, shape)));
    expect(Math.abs(share - 0.9)).toBeLessThan(5 * Math.sqrt(0.09 / size));
    expect(mean(await once((random) => random.bernoulli(1, [50])))).toBe(1);
    expect(mean(await once((random) => random.bernoulli(0, [50])))).toBe(0);
    expect(() => GraphRandom.of(1).bernoulli(1.5, [2])).toThrow("expected a probability from 0 to 1, got 1.5");
  });

  test("categories are drawn in proportion to exp(logits)", async () => {
    const logits = tensor([0, Math.log(2), Math.log(5)]).expand([100_000, 3]);
    const drawn = await once((random) => random.categorical(logits));
    [1 / 8, 2 / 8, 5 / 8].forEach((probability, category) => {
      const share = drawn.filter((value) => value === category).length / drawn.length;
      expect(Math.abs(share - probability)).toBeLessThan(5 * Math.sqrt((probability * (1 - probability)) / drawn.length));
    });
  });
});

test("a permutation holds every number once, and is not the identity", async () => {
  const order = numbers(await compile(() => GraphRandom.of(2).permutation(1000))());
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect(order.filter((value, i) => value === i).length).toBeLessThan(10);
});

test("hard Gumbel samples are one-hot, and without a source there is no noise", async () => {
  const random = GraphRandom.of(4);
  const run = compile(() => {
    const logits = tensor([[0, 2, 1], [3, 0, 0]]);
    return { hard: gumbelSoftmax(logits, { hard: true, random }), quiet: gumbelSoftmax(logits, { hard: true }) };
  });
  const { hard, quiet } = await run();
  expect(numbers(hard).filter((value) => value === 1).length).toBe(2);
  expect(numbers(hard).filter((value) => value === 0).length).toBe(4);
  expect(numbers(quiet)).toEqual([0, 1, 0, 1, 0, 0]);
});
