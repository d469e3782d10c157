/** `desc/sum` on made-up packages: what gives the summary away is left out. */
import { expect, test } from "vitest";
import type { DescriptionSet } from "../../../src/data/index.ts";
import { buildSummaries } from "../../../src/lab/text/fixtures/desc-sum.ts";

const body = (i: number): string => `Number ${i} draws maps of cities and rivers, prints them in every colour there is, and counts ${i} of them.`;
const set: DescriptionSet = (() => {
  const records = Array.from({ length: 60 }, (_, i) => ({
    name: `source${i}`, source: `source${i}`, section: "libs", tags: [], homepage: "", depends: [],
    // Of six packages one says its summary in the description, one has a summary that others have too.
    summary: i % 6 === 0 ? "Draws maps of cities" : i % 6 === 1 ? "everybody's summary" : `map drawer of the kind ${"abcdefghij"[i % 10]}${i}`,
    paragraphs: [body(i)],
  }));
  return { records, splits: Uint8Array.from(records, (_, i) => i % 3), twinOf: new Int32Array(60).fill(-1), provenance: { id: "deb/desc", version: 1, sha256: {} } };
})();

test("summaries that stand in their description, or belong to several packages, are left out; splits stay apart", () => {
  const { train, dev, test: tested } = buildSummaries(set);
  const all = [...train, ...dev, ...tested];
  expect(all).toHaveLength(40);
  expect(all.every(({ summary }) => summary.startsWith("map drawer"))).toBe(true);
  expect(new Set(all.map(({ description }) => description)).size).toBe(40);
  expect(all.every(({ description, summary }) => description === body(Number(/\d+$/.exec(summary)?.[0])))).toBe(true);
  expect(buildSummaries(set, { train: 3, dev: 2, test: 1 }).train).toEqual(train.slice(0, 3));
});
