import { expect, test } from "vitest";
import { stepsForEqualFlops } from "../../src/lab/budget.ts";
import { estimate, planJobs } from "../../src/lab/plan.ts";
import { seedsOf } from "../../src/lab/profile.ts";
import { fakeSystem } from "./fake-system.ts";

test("full runs seed by seed in declared order, quick takes the comparison first", () => {
  const { experiment } = fakeSystem();
  const names = (profile: "quick" | "full", seeds: number[]) => planJobs(experiment, profile, seeds).map(({ arm, seed }) => `${arm.name} ${seed}`);
  expect(names("full", [1, 2])).toEqual(["plain 1", "baseline 1", "new 1", "plain 2", "baseline 2", "new 2"]);
  expect(names("quick", [1])).toEqual(["baseline 1", "new 1", "plain 1"]);
});

test("nothing is estimated before anything is known", () => {
  expect(estimate([], { arm: "a", seconds: 0, fraction: 0 }, ["b"])).toEqual({ fraction: 0, secondsLeft: undefined });
});

test("the first arm projects itself and those that wait", () => {
  // a quarter took 5 s: 15 s to go here, 20 s each for two more
  expect(estimate([], { arm: "a", seconds: 5, fraction: 0.25 }, ["b", "c"])).toEqual({ fraction: 5 / 60, secondsLeft: 55 });
});

test("an arm is expected to take what it took in other seeds", () => {
  // b took 30 s before; c is unknown and gets the mean of 10 and 30
  expect(estimate([{ arm: "a", seconds: 10 }, { arm: "b", seconds: 30 }], undefined, ["b", "c"]).secondsLeft).toBe(50);
});

test("seeds are the profile's first, then go on from its last", () => {
  expect(seedsOf({ seeds: [7, 3] }, 1)).toEqual([7]);
  expect(seedsOf({ seeds: [7, 3] }, 4)).toEqual([7, 3, 8, 9]);
});

test("equal compute gives the cheaper arm more steps", () => {
  expect(stepsForEqualFlops({ flopsPerStep: 176, steps: 250 }, 100)).toBe(440);
});
