import { expect, test } from "vitest";
import { judgeCondition } from "../../src/lab/condition.ts";
import type { Condition, Outcome } from "../../src/lab/condition.ts";
import { difference, level, ratio } from "../../src/lab/effect.ts";
import { verdictOf } from "../../src/lab/verdict.ts";

const numbers = (score: number) => ({ parameters: 1, flopsPerStep: 1, steps: 1, seconds: 1, metrics: { score } });

/** Seeds 1, 2, ... whose paired differences new - old are the given gains. */
function withGains(gains: readonly number[]) {
  return gains.map((gain, i) => ({ seed: i + 1, arms: new Map([["old", numbers(0)], ["new", numbers(gain)]]) }));
}

function outcome(condition: Partial<Condition>, gains: readonly number[]): Outcome {
  const effect = difference({ metric: "score", of: "new", minus: "old" });
  return judgeCondition({ name: "gain", effect, kind: "atLeast", minimumEffect: 0.05, ...condition }, "full", withGains(gains)).outcome;
}

test("a gain holds when the mean reaches the minimum and every seed gains", () => {
  expect(outcome({}, [0.04, 0.06, 0.08])).toBe("held"); // one seed below the minimum, but a gain
});

test("a gain is only a direction when the mean stays below the minimum", () => {
  expect(outcome({}, [0.01, 0.02, 0.03])).toBe("direction");
});

test("a gain is only a direction when one of three seeds loses", () => {
  expect(outcome({}, [0.2, 0.2, -0.01])).toBe("direction");
});

test("a gain is only a direction when one of three seeds shows nothing", () => {
  expect(outcome({}, [0.2, 0.2, 0])).toBe("direction");
});

test("a gain holds when one of six seeds loses", () => {
  expect(outcome({}, [0.2, 0.2, 0.2, 0.2, 0.2, -0.01])).toBe("held");
});

test("a gain fails when the mean is zero or below", () => {
  expect(outcome({}, [0.1, 0, -0.1])).toBe("failed");
  expect(outcome({}, [0.01, -0.05, -0.05])).toBe("failed");
});

test("a value that is not finite fails the condition", () => {
  expect(outcome({}, [0.2, NaN, 0.2])).toBe("failed");
});

test("a tolerated loss holds while no seed loses more", () => {
  const tolerance = { minimumEffect: -0.02 };
  expect(outcome(tolerance, [-0.01, -0.02, 0.3])).toBe("held");
  expect(outcome(tolerance, [-0.03, 0.01, 0.01])).toBe("direction"); // mean above the bar, one seed below it
  expect(outcome(tolerance, [-0.03, -0.03, -0.03])).toBe("failed");
});

test("atMost mirrors atLeast", () => {
  const lower = { kind: "atMost", minimumEffect: -0.1 } as const;
  expect(outcome(lower, [-0.1, -0.2, -0.05])).toBe("held");
  expect(outcome(lower, [-0.05, -0.05, -0.05])).toBe("direction");
  expect(outcome(lower, [0.05, -0.01, -0.01])).toBe("failed");
});

test("within asks mean and seeds to stay near no effect", () => {
  const near = { kind: "within", minimumEffect: 0.02 } as const;
  expect(outcome(near, [0.02, -0.02, 0.01])).toBe("held");
  expect(outcome(near, [0.03, -0.01, -0.01])).toBe("direction");
  expect(outcome(near, [0.03, 0.03, 0.03])).toBe("failed");
});

test("a difference of shares that equals the bar is not lost to rounding", () => {
  const points = (a: number, b: number): number => a - b; // 0.3 - 0.31 is -0.010000000000000009
  expect(outcome({ kind: "within", minimumEffect: 0.01 }, [points(0.3, 0.31)])).toBe("held");
  expect(outcome({ minimumEffect: -0.01 }, [points(0.3, 0.31)])).toBe("held");
  expect(outcome({ kind: "within", minimumEffect: 0.01 }, [points(0.3, 0.3101)])).toBe("failed");
});

test("a ratio counts from one, a level from its given floor", () => {
  const arms = new Map([["old", { ...numbers(0.5), seconds: 3 }], ["new", { ...numbers(0.8), seconds: 2 }]]);
  const judge = (condition: Pick<Condition, "effect" | "minimumEffect">) => judgeCondition({ name: "x", kind: "atLeast", ...condition }, "full", [{ seed: 1, arms }]);
  expect(judge({ effect: ratio({ metric: "secondsPerStep", of: "old", over: "new" }), minimumEffect: 1.6 })).toMatchObject({ measured: 1.5, outcome: "direction" });
  expect(judge({ effect: level({ metric: "score", of: "new", noEffect: 0.5 }), minimumEffect: 0.75 })).toMatchObject({ measured: 0.8, outcome: "held" });
});

test("a condition on an arm that did not run, or of another profile, is not measured", () => {
  const effect = difference({ metric: "score", of: "extra", minus: "old" });
  expect(outcome({ effect }, [0.1])).toBe("not measured");
  expect(outcome({ profiles: ["quick"] }, [0.1])).toBe("not measured");
});

test("effects, spread and agreement are kept for every seed", () => {
  const effect = difference({ metric: "score", of: "new", minus: "old" });
  const judged = judgeCondition({ name: "gain", effect, kind: "atLeast", minimumEffect: 0.05 }, "full", withGains([0.1, 0.3, -0.1]));
  expect(judged.measured).toBeCloseTo(0.1, 12);
  expect(judged.deviation).toBeCloseTo(0.2, 12);
  expect(judged.perSeed).toEqual([
    { seed: 1, effect: 0.1, agrees: true },
    { seed: 2, effect: 0.3, agrees: true },
    { seed: 3, effect: -0.1, agrees: false },
  ]);
});

const judged = (role: "main" | "side" | "precondition", result: Outcome) => ({
  name: "", role, formula: "", kind: "atLeast", minimumEffect: 0, noEffect: 0, outcome: result, measured: 0, deviation: 0, interval: null, perSeed: [],
} as const);

test.each([
  [["held", "held"], ["held"], "reproduced"],
  [["held", "direction"], ["held"], "direction only"],
  [["held"], ["failed"], "direction only"],
  [["held"], ["direction"], "direction only"],
  [["held", "failed"], ["held"], "not reproduced at this scale"],
  [["held", "not measured"], ["not measured"], "reproduced"],
] as const)("main %j with side %j is %s", (main, side, verdict) => {
  expect(verdictOf([], [...main.map((item) => judged("main", item)), ...side.map((item) => judged("side", item))])).toBe(verdict);
});

test("a premise that does not hold outweighs everything", () => {
  expect(verdictOf([{ name: "teacher", holds: false, measured: "" }], [judged("main", "held")])).toBe("precondition failed");
  expect(verdictOf([], [judged("main", "held"), judged("precondition", "direction")])).toBe("precondition failed");
});
