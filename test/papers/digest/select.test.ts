import { expect, test } from "vitest";
import { paper } from "../support/paper.ts";
import { selectPapers } from "../../../src/papers/digest/select.ts";
import type { Selection } from "../../../src/papers/digest/select.ts";
import { trendingScore } from "../../../src/papers/ranking/trending.ts";
import type { TrendingPaper } from "../../../src/papers/ranking/trending-papers.ts";

const NOW = new Date("2026-03-10T12:00:00Z");
const score = trendingScore({ signals: [{ paper: "", source: "s", kind: "upvotes", value: 3, observedAt: NOW }], published: NOW, now: NOW, window: "day" });
const trending = (...ids: string[]): TrendingPaper[] => ids.map((id, i) => ({ position: i + 1, paper: paper(id), trending: score }));
const personal = (...ids: string[]): Selection["personal"] => ids.map((id) => ({ paper: paper(id), score: 1, reasons: [`because of ${id}`] }));
const ids = (selection: Partial<Selection>): string[] => selectPapers({ personal: [], trending: [], sent: new Set(), count: 5, ...selection }).map((item) => item.paper.id);

test("recommendations fill three fifths, then what trends, then the other recommendations", () => {
  expect(ids({ personal: personal("p1", "p2", "p3", "p4", "p5"), trending: trending("t1", "t2", "t3") })).toEqual(["p1", "p2", "p3", "t1", "t2"]);
  expect(ids({ personal: personal("p1", "p2", "p3", "p4", "p5"), trending: trending("t1") })).toEqual(["p1", "p2", "p3", "t1", "p4"]);
  expect(ids({ trending: trending("t1", "t2") })).toEqual(["t1", "t2"]);
});

test("no paper comes twice, none that was sent, none withdrawn", () => {
  expect(ids({ personal: personal("a", "b"), trending: trending("b", "a", "c") })).toEqual(["a", "b", "c"]);
  expect(ids({ personal: personal("a", "b"), trending: trending("c", "d"), sent: new Set(["a", "c"]) })).toEqual(["b", "d"]);
  expect(ids({ trending: [{ position: 1, paper: paper("x", { withdrawn: true }), trending: score }] })).toEqual([]);
});

test("a paper that is recommended and trends has both reasons, without the arithmetic", () => {
  const [first, second] = selectPapers({ personal: personal("a"), trending: trending("z", "a"), sent: new Set(), count: 5 });
  expect(first?.reasons).toEqual(["because of a", "trending at place 2", "3 new upvotes in the last day", "published today"]);
  expect(second?.reasons[0]).toBe("trending at place 1");
});
