import { expect, test } from "vitest";
import { Speed } from "../../src/train/speed.ts";

test("the compiling first step does not spoil the estimate", () => {
  let time = 0;
  const speed = new Speed(10, 0, () => time);
  const after = (seconds: number, step: number) => {
    time += seconds;
    return speed.after(step, 32);
  };
  after(5, 1);
  expect(after(0.5, 2)).toEqual({ examplesPerSecond: 64, secondsLeft: 4 });
  // 0.5 + 0.1 * (1.5 - 0.5) = 0.6 seconds a step
  const { examplesPerSecond, secondsLeft } = after(1.5, 3);
  expect(examplesPerSecond).toBeCloseTo(32 / 0.6, 9);
  expect(secondsLeft).toBeCloseTo(7 * 0.6, 9);
});
