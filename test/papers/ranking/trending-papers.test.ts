import { beforeEach, expect, test } from "vitest";
import { NOW, daysBefore, signal } from "./signals.ts";
import { describeDatabases, emptyTables } from "../support/databases.ts";
import { paper } from "../support/paper.ts";
import { trendingScore } from "../../../src/papers/ranking/trending.ts";
import { trendingPapers } from "../../../src/papers/ranking/trending-papers.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { appendSignals } from "../../../src/papers/store/signals.ts";

describeDatabases("the trending list", (database) => {
  beforeEach(() => emptyTables(database()));

  test("orders papers by the pure score of all their signals, with places", async () => {
    const signals = [
      signal("upvotes", 1, 9, "hugging-face", "old"),
      signal("upvotes", 3, 5, "hugging-face", "old"),
      signal("upvotes", 64, 1, "hugging-face", "old"),
      signal("upvotes", 500, -1, "hugging-face", "old"),
      signal("stars", 3, 2, "github", "new"),
    ];
    await upsertPapers(database(), [paper("old", { published: daysBefore(400) }), paper("new", { published: daysBefore(3) }), paper("quiet", { published: daysBefore(3) }), paper("gone", { published: NOW, withdrawn: true }), paper("future", { published: daysBefore(-2) })]);
    await appendSignals(database(), signals);
    const list = await trendingPapers(database(), { window: "week", now: NOW, limit: 10 });
    expect(list.map((item) => [item.position, item.paper.id])).toEqual([
      [1, "new"],
      [2, "old"],
      [3, "quiet"],
    ]);
    for (const { paper: { id, published }, trending } of list) {
      expect(trending).toEqual(trendingScore({ signals: signals.filter((item) => item.paper === id), published, now: NOW, window: "week" }));
    }
  });

  test("can be of one family, and short", async () => {
    await upsertPapers(database(), [paper("a", { family: "video", published: daysBefore(1) }), paper("b", { family: "audio", published: daysBefore(0) }), paper("c", { family: "video" })]);
    expect((await trendingPapers(database(), { window: "day", now: NOW, limit: 5, family: "video" })).map((item) => item.paper.id)).toEqual(["a", "c"]);
    expect(await trendingPapers(database(), { window: "day", now: NOW, limit: 1 })).toHaveLength(1);
  });
});
