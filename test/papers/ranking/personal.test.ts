import { expect, test } from "vitest";
import { NOW, daysBefore } from "./signals.ts";
import { paper as anyPaper } from "../support/paper.ts";
import type { PaperRecord } from "../../../src/papers/store/paper-record.ts";
import { authorKey, recommend } from "../../../src/papers/ranking/personal.ts";
import type { Interests } from "../../../src/papers/ranking/personal.ts";

const paper = (id: string, changes: Partial<PaperRecord> = {}): PaperRecord => anyPaper(id, { published: NOW, ...changes });
const nobody: Interests = { families: [], authors: [], searches: [], stars: [] };

test("a reader without interests gets nothing", () => {
  expect(recommend([paper("a"), paper("b")], nobody, NOW)).toEqual([]);
});

test("points of everything that counts add up, and every point has its reason", () => {
  const candidate = paper("a", { family: "masked", authors: ["Zoë Müller", "J. Doe"], keywords: ["Images", "masking"] });
  const star = paper("s", { title: "Seen before", keywords: ["images"], authors: ["Someone Else"] });
  const [result] = recommend(
    [candidate],
    { families: ["masked"], authors: ["zoe  muller"], searches: [{ query: "hide patches", results: ["x", "a"] }], stars: [star] },
    NOW,
    () => "Masked modelling",
  );
  // family 1, author 2, second result 1.5 / 2; traits: 4 of the paper, 2 of the star, 1 shared: 3 * 1/5
  expect(result?.score).toBeCloseTo(1 + 2 + 0.75 + 0.6, 12);
  expect(result?.reasons).toEqual([
    "by Zoë Müller, whom you follow",
    "in Masked modelling, which you follow",
    'result 2 of your saved search "hide patches"',
    'shares "images" with "Seen before", which you starred',
  ]);
});

test("better places in a saved search come first, ties are ordered by title", () => {
  const papers = [paper("c"), paper("b"), paper("a")];
  const ids = (results: string[]) => recommend(papers, { ...nobody, searches: [{ query: "q", results }] }, NOW).map((item) => item.paper.id);
  expect(ids(["b", "a"])).toEqual(["b", "a"]);
  expect(recommend(papers.map((item) => ({ ...item, family: "f" })), { ...nobody, families: ["f"] }, NOW).map((item) => item.paper.id)).toEqual(["a", "b", "c"]);
});

test("starred and withdrawn papers are not recommended", () => {
  const interests = { ...nobody, families: ["f"], stars: [paper("a", { family: "f" })] };
  expect(recommend([paper("a", { family: "f" }), paper("b", { family: "f", withdrawn: true })], interests, NOW)).toEqual([]);
});

test("age halves the points, the future does not double them", () => {
  const score = (days: number) => recommend([paper("a", { family: "f", published: daysBefore(days) })], { ...nobody, families: ["f"] }, NOW)[0]?.score;
  expect(score(0)).toBe(1);
  expect(score(30)).toBeCloseTo(0.5, 12);
  expect(score(-30)).toBe(1);
  expect(score(9999)).toBe(0.15);
});

test("the same author is recognised across spellings", () => {
  expect(authorKey(" José  P. García-López ")).toBe(authorKey("Jose P García-Lopez"));
  expect(authorKey("Jane Doe")).not.toBe(authorKey("Jan Doe"));
});
