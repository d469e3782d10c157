import { expect, test } from "vitest";
import { cosine, degrees, sine, toTurns } from "../../../src/data/worlds/sine.ts";

test("the sine table agrees with the true sine to 1e-12 over several turns", () => {
  for (let i = -3000; i <= 3000; i++) {
    const turns = i / 977;
    expect(Math.abs(sine(turns) - Math.sin(2 * Math.PI * turns))).toBeLessThan(1e-12);
    expect(Math.abs(cosine(turns) - Math.cos(2 * Math.PI * turns))).toBeLessThan(1e-12);
  }
});

test("quarter turns are exact", () => {
  expect([sine(0), sine(0.25), sine(0.5), sine(0.75), sine(1)]).toEqual([0, 1, 0, -1, 0]);
  expect(sine(1 / 12)).toBeCloseTo(0.5, 12);
  expect(cosine(0)).toBe(1);
});

test("degrees and turns convert", () => {
  expect(degrees(180)).toBe(Math.PI);
  expect(toTurns(degrees(90))).toBe(0.25);
});
