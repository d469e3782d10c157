import { describe, expect, test } from "vitest";
import { NOW, daysBefore, signal } from "./signals.ts";
import { trendingScore } from "../../../src/papers/ranking/trending.ts";
import type { TrendingInput } from "../../../src/papers/ranking/trending.ts";
import type { PaperSignal } from "../../../src/papers/store/paper-record.ts";

const score = (signals: readonly PaperSignal[], changes: Partial<TrendingInput> = {}) =>
  trendingScore({ signals, published: daysBefore(7), now: NOW, window: "week", ...changes });

describe("scores worked out by hand", () => {
  test("15 upvotes gained in a week, published one half-life ago", () => {
    const result = score([signal("upvotes", 5, 8), signal("upvotes", 20, 1)], { published: daysBefore(7) });
    // log2(1 + 15) = 4; (0.25 + 4) * (0.15 + 0.85 / 2) = 4.25 * 0.575
    expect(result.parts).toEqual([{ kind: "upvotes", gain: 15, points: 4 }]);
    expect(result.recency).toBeCloseTo(0.575, 12);
    expect(result.score).toBeCloseTo(2.44375, 12);
  });

  test("three kinds add up, most points first", () => {
    const result = score([signal("upvotes", 3, 0), signal("stars", 63, 0, "github"), signal("citations", 1, 0, "openalex")], { published: NOW });
    // stars 0.8 * log2(64) = 4.8; upvotes log2(4) = 2; citations 1.5 * log2(2) = 1.5; recency 1
    expect(result.parts.map(({ kind, points }) => [kind, Number(points.toFixed(10))])).toEqual([
      ["stars", 4.8],
      ["upvotes", 2],
      ["citations", 1.5],
    ]);
    expect(result.score).toBeCloseTo(8.55, 12);
  });

  test("upvotes of two sources add up, star counts of two sources are the same stars", () => {
    const votes = score([signal("upvotes", 3, 0), signal("upvotes", 4, 0, "other")], { published: NOW });
    expect(votes.parts[0]?.gain).toBe(7);
    const stars = score([signal("stars", 30, 0, "github"), signal("stars", 31, 0, "hugging-face")], { published: NOW });
    expect(stars.parts[0]?.gain).toBe(31);
  });

  test("a source's weight multiplies what it reports", () => {
    const result = score([signal("upvotes", 6, 0, "small")], { published: NOW, sourceWeights: { small: 0.5 } });
    expect(result.parts).toEqual([{ kind: "upvotes", gain: 3, points: 2 }]);
  });

  test("windows halve recency after 2, 7 and 30 days", () => {
    for (const [window, days] of [["day", 2], ["week", 7], ["month", 30]] as const) {
      expect(score([], { window, published: daysBefore(days) }).score).toBeCloseTo(0.25 * 0.575, 12);
    }
  });
});

describe("what a total grew by", () => {
  test("an old paper first seen inside the window starts from what was first seen", () => {
    expect(score([signal("citations", 90_000, 2)], { published: daysBefore(3000) }).parts).toEqual([]);
    expect(score([signal("stars", 900, 3), signal("stars", 907, 1)], { published: daysBefore(3000) }).parts[0]?.gain).toBe(7);
  });

  test("a paper published inside the window starts from nothing", () => {
    expect(score([signal("upvotes", 9, 1)], { published: daysBefore(2) }).parts[0]?.gain).toBe(9);
  });

  test("the last observation before the window is the start, whatever the order of the list", () => {
    const observed = [signal("upvotes", 40, 0), signal("upvotes", 10, 9), signal("upvotes", 25, 7.5)];
    expect(score(observed).parts[0]?.gain).toBe(15);
    expect(score([...observed].reverse())).toEqual(score(observed));
  });

  test("a total that fell gains nothing", () => {
    expect(score([signal("stars", 50, 9), signal("stars", 40, 1)]).parts).toEqual([]);
  });
});

describe("order", () => {
  test("more of a kind never lowers the score, and each doubling adds the same", () => {
    const scores = [0, 1, 3, 7, 15, 31].map((votes) => score([signal("upvotes", votes, 0)], { published: NOW }).score);
    const steps = scores.slice(1).map((value, i) => value - (scores[i] ?? Number.NaN));
    for (const step of steps) expect(step).toBeCloseTo(1, 12);
  });

  test("older never scores higher, and an old paper keeps a floor", () => {
    const scores = [0, 1, 2, 7, 30, 365, 36_500].map((days) => score([signal("upvotes", 0, 8), signal("upvotes", 7, 0)], { published: daysBefore(days) }).score);
    expect(scores.toSorted((a, b) => b - a)).toEqual(scores);
    expect(scores.at(-1)).toBeCloseTo(3.25 * 0.15, 12);
  });

  test("without any signal the newest comes first", () => {
    expect(score([], { published: daysBefore(1) }).score).toBeGreaterThan(score([], { published: daysBefore(2) }).score);
    expect(score([], { published: daysBefore(5000) }).score).toBeGreaterThanOrEqual(score([], { published: null }).score);
  });
});

describe("strange input", () => {
  test("a date in the future counts as today", () => {
    expect(score([], { published: daysBefore(-400) })).toEqual(score([], { published: NOW }));
  });

  test("observations from the future, negative and unreadable values are left out", () => {
    const strange = [signal("upvotes", 1000, -1), signal("upvotes", -5, 0), signal("upvotes", Number.NaN, 0), signal("stars", Number.POSITIVE_INFINITY, 0)];
    expect(score(strange)).toEqual(score([]));
  });

  test("nothing known at all is the base at the floor", () => {
    const result = score([], { published: null });
    expect(result).toMatchObject({ parts: [], age: null, interest: 0.25, recency: 0.15 });
    expect(result.score).toBeCloseTo(0.0375, 12);
  });
});

test("the reasons give every factor of the score in words", () => {
  expect(score([signal("upvotes", 1, 0), signal("stars", 3, 0, "github")], { published: daysBefore(1) }).why).toEqual([
    "3 new stars in the last week (+1.60)",
    "1 new upvote in the last week (+1.00)",
    "published yesterday (x0.92)",
  ]);
  expect(score([], { published: null, window: "day" }).why).toEqual(["no new votes in the last day (+0.25)", "date of publication unknown (x0.15)"]);
});
