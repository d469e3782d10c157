import { expect, test } from "vitest";
import * as schedules from "../../src/train/schedules.ts";
import type { Schedule } from "../../src/train/schedules.ts";

// Expected values follow from the formulas by hand; h = sqrt(1/2).
const h = Math.SQRT1_2;
const CASES: readonly (readonly [string, Schedule, Readonly<Record<number, number>>])[] = [
  ["constant", schedules.constant(), { 0: 1, 1000: 1 }],
  ["warm-up starts at 0 and stays at 1", schedules.warmup(4), { 0: 0, 1: 0.25, 4: 1, 9: 1 }],
  ["linear without warm-up", schedules.linear({ steps: 10 }), { 0: 1, 5: 0.5, 10: 0, 11: 0 }],
  ["linear with warm-up and floor", schedules.linear({ warmup: 2, steps: 10, floor: 0.2 }), { 0: 0, 1: 0.5, 2: 1, 6: 0.6, 10: 0.2, 50: 0.2 }],
  ["cosine", schedules.cosine({ warmup: 2, steps: 10 }), { 1: 0.5, 2: 1, 4: (1 + h) / 2, 6: 0.5, 8: (1 - h) / 2, 10: 0, 12: 0 }],
  ["cosine to a floor", schedules.cosine({ steps: 4, floor: 0.1 }), { 0: 1, 2: 0.55, 4: 0.1 }],
  ["inverse square root", schedules.inverseSquareRoot({ warmup: 4 }), { 0: 0, 2: 0.5, 4: 1, 16: 0.5, 64: 0.25 }],
  ["warm-up, stable, decay", schedules.warmupStableDecay({ warmup: 2, steps: 10, decay: 4 }), { 1: 0.5, 2: 1, 6: 1, 7: 0.75, 10: 0 }],
  ["decay by 1 - sqrt", schedules.warmupStableDecay({ steps: 10, decay: 4, shape: "sqrt" }), { 6: 1, 7: 0.5, 10: 0 }],
  // PyTorch: peak at 0.3 * 20 - 1 = 5, end at 19; halfway up at 2.5, halfway down at 12
  ["one cycle", schedules.oneCycle({ steps: 20 }), { 0: 0.04, 5: 1, 12: (1 + 4e-6) / 2, 19: 4e-6 }],
  ["three stages", schedules.threeStage({ warmup: 2, hold: 3, decay: 4, initial: 0, final: 0.0625 }), { 0: 0, 1: 0.5, 2: 1, 5: 1, 7: 0.25, 9: 0.0625 }],
  ["step decay", schedules.stepDecay({ every: 3, factor: 0.5 }), { 0: 1, 2: 1, 3: 0.5, 8: 0.25 }],
  ["a curve may jump", schedules.curve([{ step: 0, value: 1 }, { step: 2, value: 1 }, { step: 2, value: 3 }]), { 1: 1, 2: 3, 3: 3 }],
];

test.each(CASES)("%s", async (_, schedule, expected) => {
  const steps = Object.keys(expected).map(Number);
  const values = await schedules.scheduleValues(schedule, steps);
  Object.values(expected).forEach((value, i) => expect(values[i], `step ${steps[i]}`).toBeCloseTo(value, 6));
});

test("curves refuse falling steps, and phases longer than the run", () => {
  expect(() => schedules.curve([{ step: 2, value: 1 }, { step: 1, value: 0 }])).toThrow("the steps of a curve must not fall, got 2, 1");
  expect(() => schedules.warmupStableDecay({ warmup: 5, steps: 10, decay: 6 })).toThrow("warmup 5 and decay 6 exceed the 10 steps");
});

test("a schedule is evaluated for a plot from step 0", async () => {
  expect([...(await schedules.scheduleValues(schedules.linear({ steps: 4 }), 5))]).toEqual([1, 0.75, 0.5, 0.25, 0]);
});
