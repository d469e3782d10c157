import { XMLParser, XMLValidator } from "fast-xml-parser";
import { beforeEach, expect, test } from "vitest";
import { describeDatabases, emptyTables } from "../support/databases.ts";
import { paper } from "../support/paper.ts";
import { NOW, daysBefore, signal } from "../ranking/signals.ts";
import { ensureSubscriber } from "../../../src/papers/people/subscribers.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { appendSignals } from "../../../src/papers/store/signals.ts";
import { feedRoutes } from "../../../src/server/routes/feeds.ts";

const BASE = "https://papers.example.org";
const EVIL = 'Sum < 5 & "quotes" ]]> <script>alert(1)</script> \u0007 日本 𝒳';

interface AtomEntry {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly updated: string;
  readonly link: { readonly href: string };
  readonly author?: readonly { readonly name: string }[];
}

/** Reads Atom as a feed reader does; throws where it is not well-formed. */
function readAtom(text: string): { id: string; title: string; updated: string; author: { name: string }; link: { rel: string; href: string }[]; entry: AtomEntry[] } {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(valid.err.msg);
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "", isArray: (name, path) => name === "entry" || String(path).endsWith("entry.author"), processEntities: true });
  const { feed } = parser.parse(text) as { feed: ReturnType<typeof readAtom> };
  return { ...feed, entry: feed.entry ?? [] };
}

/** `title` and `summary` are HTML inside. */
const textOf = (html: unknown): string => {
  const inner = typeof html === "object" && html !== null ? String((html as Record<string, unknown>)["#text"]) : String(html);
  return inner.replace(/<[^>]*>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
};

describeDatabases("feeds", (database) => {
  let now = NOW;
  const app = () => feedRoutes({ database: database(), search: (query) => Promise.resolve(query === "masks" ? [{ id: "b" }, { id: "a" }] : []), baseUrl: BASE, clock: () => now });
  beforeEach(async () => {
    now = NOW;
    await emptyTables(database());
    await upsertPapers(database(), [
      paper("a", { title: EVIL, abstract: EVIL, authors: ["Ada <b>", "Bo & Co"], published: daysBefore(3), updated: daysBefore(1), family: "video" }),
      paper("b", { published: daysBefore(2), family: "video" }),
      paper("c/?#", { year: 2019, family: "audio" }),
    ]);
    await appendSignals(database(), [signal("upvotes", 31, 1, "hugging-face", "a")]);
  });

  test("as Atom are well-formed and say what they should, whatever is in a title", async () => {
    const response = await app().request("/feeds/trending-week.atom");
    expect(response.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
    const feed = readAtom(await response.text());
    expect(feed).toMatchObject({ id: "tag:papers.example.org,2026:feeds/trending-week", title: "Papers trending this week", updated: daysBefore(1).toISOString(), author: { name: "Reprise" } });
    expect(feed.link.find(({ rel }) => rel === "self")?.href).toBe(`${BASE}/feeds/trending-week.atom`);
    expect(feed.entry.map(({ id }) => id)).toEqual(["a", "b", "c%2F%3F%23"].map((id) => `tag:papers.example.org,2026:papers/${id}`));
    const [first] = feed.entry;
    expect(textOf(first?.title)).toBe(EVIL.replace(" \u0007 ", " "));
    expect(textOf(first?.summary)).toContain("31 new upvotes in the last week");
    expect(first?.author?.map(({ name }) => name)).toEqual(["Ada <b>", "Bo & Co"]);
    expect(first?.updated).toBe(daysBefore(1).toISOString());
    expect(feed.entry[2]?.link.href).toBe(`${BASE}/papers/c%2F%3F%23`);
    expect(feed.entry[2]?.updated).toBe("2019-01-01T00:00:00.000Z");
  });

  test("as JSON Feed 1.1 hold the same", async () => {
    const response = await app().request("/feeds/families/video.json");
    expect(response.headers.get("content-type")).toBe("application/feed+json; charset=utf-8");
    const feed = (await response.json()) as { items: { id: string; content_html: string }[] };
    expect(feed).toMatchObject({ version: "https://jsonfeed.org/version/1.1", feed_url: `${BASE}/feeds/families/video.json`, language: "en", authors: [{ name: "Reprise" }] });
    expect(feed.items.map(({ id }) => id)).toEqual(["tag:papers.example.org,2026:papers/b", "tag:papers.example.org,2026:papers/a"]);
    expect(feed.items[1]).toMatchObject({ title: EVIL.replace(" \u0007 ", " "), authors: [{ name: "Ada <b>" }, { name: "Bo & Co" }], tags: ["video"], date_modified: daysBefore(1).toISOString() });
    for (const { content_html: html } of feed.items) expect(html).not.toContain("<script");
  });

  test("of a saved search are in the order of its results", async () => {
    const { id } = await ensureSubscriber(database(), "a@example.org", NOW);
    await database().query("insert into saved_searches (id, subscriber, query) values ('secret-id', $1, 'masks')", [id]);
    const response = await app().request("/feeds/searches/secret-id.atom");
    const text = await response.text();
    expect(readAtom(text).entry.map((entry) => entry.id)).toEqual(["b", "a"].map((paperId) => `tag:papers.example.org,2026:papers/${paperId}`));
    expect(text).not.toContain("example.org\"><a@");
    expect(text).not.toContain("a@example.org");
  });

  test("that do not exist are not found", async () => {
    for (const path of ["/feeds/trending-year.atom", "/feeds/trending-week", "/feeds/trending-week.rss", "/feeds/families/vidoe.atom", "/feeds/searches/x.json", "/feeds/..%2Fsecret.atom"]) {
      expect((await app().request(path)).status, path).toBe(404);
    }
  });

  test("are sent again only when they changed", async () => {
    const site = app();
    const get = (headers: Record<string, string> = {}) => site.request("/feeds/families/video.atom", { headers });
    const first = await get();
    const etag = first.headers.get("etag") ?? "";
    const modified = first.headers.get("last-modified") ?? "";
    now = new Date(NOW.getTime() + 60_000);
    for (const headers of [{ "If-None-Match": etag }, { "If-None-Match": `"other", W/${etag}` }, { "If-Modified-Since": modified }] as Record<string, string>[]) {
      const again = await get(headers);
      expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    }
    // a date does not help a reader whose tag is another
    expect((await get({ "If-None-Match": '"other"', "If-Modified-Since": modified })).status).toBe(200);
    await upsertPapers(database(), [paper("d", { published: daysBefore(9), family: "video" })]);
    for (const headers of [{ "If-None-Match": etag }, { "If-Modified-Since": modified }] as Record<string, string>[]) expect((await get(headers)).status).toBe(200);
    expect((await get()).headers.get("last-modified")).toBe(now.toUTCString());
  });

  test("the site map names every page and paper, as XML", async () => {
    const text = await (await app().request("/sitemap.xml")).text();
    const { urlset } = new XMLParser().parse(text) as { urlset: { url: { loc: string }[] } };
    expect(XMLValidator.validate(text)).toBe(true);
    expect(urlset.url.map(({ loc }) => loc)).toEqual(["/", "/trending", "/ledger", "/subscribe", "/about", "/papers/a", "/papers/b", "/papers/c%2F%3F%23"].map((path) => BASE + path));
  });
});
