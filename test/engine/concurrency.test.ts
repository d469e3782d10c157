/** Calls that overlap: readings beside each other, calls beside a release, and steps that share parameters. */
import { expect, test } from "vitest";
import { compile, evaluate, hostArray, Parameter, tensor } from "../../src/engine/index.ts";
import type { Tensor } from "../../src/engine/index.ts";

test("more different structures than the cache holds can be read at once", async () => {
  const lengths = Array.from({ length: 80 }, (_, i) => i + 1);
  const sums = await Promise.all(lengths.map(async (n) => (await evaluate([tensor(new Array<number>(n).fill(1)).sum()]))[0]?.item()));
  expect(sums).toEqual(lengths);
});

test("calls made before a release still complete", async () => {
  const x = hostArray(new Float32Array(256 * 256).fill(1), [256, 256]);
  const product = compile((a: Tensor) => a.matmul(a).matmul(a).max());
  await product(x);
  const calls = [product(x), product(x), product(x)];
  await product.release();
  expect((await Promise.all(calls)).map((result) => result.item())).toEqual([65536, 65536, 65536]);
});

test("overlapping steps on one parameter count each other's updates", async () => {
  const total = new Parameter([], hostArray(Float32Array.of(0), []), { name: "total" });
  const step = (by: number) =>
    compile(() => {
      total.assign(total.add(by));
      return total;
    });
  const [one, ten] = [step(1), step(10)];
  await Promise.all([one(), ten(), one(), ten()]);
  expect((total.value().data as Float32Array)[0]).toBe(22);
});

test("a call whose compilation fails can be repeated", async () => {
  let broken = true;
  const fragile = compile((x: Tensor) => {
    if (broken) throw new Error("not yet");
    return x.mul(2);
  });
  await expect(fragile(1)).rejects.toThrow("not yet");
  broken = false;
  expect((await fragile(1)).item()).toBe(2);
});
