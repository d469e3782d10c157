import { expect, test } from "vitest";
import { askedRows } from "../../web/ledger/order.ts";
import { bytesText, duration, fileText, roughDuration, timeText } from "../../web/parts/format.ts";
import { ticks } from "../../web/run/ticks.ts";
import { addressOf } from "../../web/search/instant.ts";
import { richText } from "../../src/server/pages/rich-text.ts";
import type { LedgerQuery, LedgerRow } from "../../src/server/pages/views.ts";

const row = (slug: string, family: string, result: Partial<NonNullable<LedgerRow["result"]>> | null): LedgerRow => ({
  slug,
  href: `/papers/${slug}`,
  title: [`Title of ${slug}`],
  family,
  familyTitle: family,
  status: "runs",
  result: result && { verdict: "reproduced", formula: "", expected: "", measured: "", effect: 0, seeds: 1, seconds: 1, parameters: null, checks: 0, commit: null, ...result },
});
const ROWS = [row("c", "x", { verdict: "direction only", effect: 2, seconds: 30 }), row("a", "y", null), row("b", "x", { effect: -1, seconds: 10 })];
const ALL: LedgerQuery = { text: "", family: "", verdict: "", sort: "verdict", descending: false };
const slugs = (query: Partial<LedgerQuery>): string => askedRows(ROWS, { ...ALL, ...query }).map(({ slug }) => slug).join("");

test("the ledger puts the best verdict first, and rows without a result last whichever way it is turned", () => {
  expect(slugs({})).toBe("bca");
  expect(slugs({ descending: true })).toBe("cba");
  expect(slugs({ sort: "effect" })).toBe("bca");
  expect(slugs({ sort: "time", descending: true })).toBe("cba");
  expect(slugs({ sort: "paper" })).toBe("abc");
});

test("the ledger is narrowed by family, by verdict, by none, by words", () => {
  expect([slugs({ family: "y" }), slugs({ verdict: "direction only" }), slugs({ verdict: "none" }), slugs({ text: "title  B" }), slugs({ text: "nothing" })]).toEqual(["a", "c", "a", "b", ""]);
});

test("times and sizes are short", () => {
  expect([duration(5.4), duration(200), duration(3900)]).toEqual(["5 s", "3 min 20 s", "1 h 05 min"]);
  expect([roughDuration(37), roughDuration(140), roughDuration(7300)]).toEqual(["40 s", "2 min", "2 h 02 min"]);
  expect(timeText("2026-03-01T14:05:59.123Z")).toBe("2026-03-01 14:05 UTC");
  expect([bytesText(812), bytesText(3400), bytesText(12_000_000)]).toEqual(["812 B", "3.4 kB", "12 MB"]);
});

test("files of a run are named as people read them, whatever their names are", () => {
  expect([fileText("run/arms/CrossMAE%20p%3D.25/seed-1.json"), fileText("log.txt"), fileText("100%.txt")]).toEqual(["run/arms/CrossMAE p=.25/seed-1.json", "log.txt", "100%.txt"]);
});

test("ticks are round numbers inside the range", () => {
  expect(ticks(0.38, 1.13, 5)).toEqual([0.4, 0.6, 0.8, 1]);
  expect(ticks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(ticks(-0.003, 0.004, 4)).toEqual([-0.002, 0, 0.002, 0.004]);
  expect(ticks(3, 3, 5)).toEqual([3]);
});

test("a question is an address without what was not asked", () => {
  expect(addressOf({ query: "  a & b ", filters: { family: "masked", yearFrom: 2020, hasCode: true } })).toBe("/?q=a+%26+b&family=masked&from=2020&code=yes");
  expect(addressOf({ query: " ", filters: {} })).toBe("/");
});

test("formulas of titles become MathML; what is none, cannot be parsed or is a price stays text", () => {
  const [before, formula, after] = richText("Attention in $O(n \\log n)$ time");
  expect([before, after]).toEqual(["Attention in ", " time"]);
  expect(formula).toMatchObject({ mathml: expect.stringContaining("<math") as string });
  expect(richText("From $5 to $10 a day")).toEqual(["From $5 to $10 a day"]);
  expect(richText("Broken $\\frac{1$ here")).toEqual(["Broken $\\frac{1$ here"]);
  expect(richText("")).toEqual([""]);
});

test("a formula cannot bring markup or addresses", () => {
  for (const evil of ["$\\href{javascript:alert(1)}{x}$", "$\\htmlData{a=b}{x}$", "$\\includegraphics{http://evil/x.png}$", "$<script>alert(1)</script>$"]) {
    const markup = richText(evil).map((part) => (typeof part === "string" ? "" : part.mathml)).join("");
    expect(markup).not.toMatch(/<script|href=|<img|src=/);
  }
});
