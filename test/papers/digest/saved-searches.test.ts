import { beforeEach, expect, test } from "vitest";
import { savedSearches, savedSearchesIn } from "../../../src/papers/digest/saved-searches.ts";
import { encodePapers } from "../../../src/papers/search/encode-papers.ts";
import { PaperSearch } from "../../../src/papers/search/paper-search.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { wordEncoder } from "../search/support/models.ts";
import { describeDatabases } from "../support/databases.ts";
import { paper } from "../support/paper.ts";

const PAPERS = [
  paper("ada", { title: "Weaving by engine", authors: ["Ada Byron"], year: 2021 }),
  paper("old", { title: "Punched cards", authors: ["Ada Byron"], year: 1999 }),
  paper("image", { title: "Transport of an image", abstract: "Moved by a plan.", year: 2022 }),
];

describeDatabases("saved searches", (database) => {
  beforeEach(() => upsertPapers(database(), PAPERS));

  test("are read as on the search page: fields, filters, misspellings, not every word", async () => {
    const find = savedSearchesIn(database());
    const ids = async (query: string): Promise<string[]> => (await find(query, 10)).map(({ id }) => id);
    expect((await ids('author:"ada byron"')).sort()).toEqual(["ada", "old"]);
    expect(await ids('author:"ada byron" year:2020..')).toEqual(["ada"]);
    expect(await ids("year:2022")).toEqual(["image"]);
    expect(await ids("transprot of something else")).toEqual(["image"]);
    expect(await ids("nothing of the kind")).toEqual([]);
  });

  test("find nothing when they cannot be asked, as those stored long ago may be", async () => {
    expect(await savedSearchesIn(database())("year:abc", 10)).toEqual([]);
  });

  test("find what was stored after the search was opened, and nothing that is merely near in meaning", async () => {
    await encodePapers(database(), wordEncoder());
    const search = await PaperSearch.open(database(), { encoder: wordEncoder() });
    const find = savedSearches(() => Promise.resolve(search));
    expect((await search.search("picture", {}, 10)).hits.map(({ id }) => id)).toContain("image"); // to the page
    expect(await find("picture", 10)).toEqual([]);
    await upsertPapers(database(), [paper("new", { title: "A picture" })]);
    expect((await find("picture", 10)).map(({ id }) => id)).toEqual(["new"]);
    await search.close();
  });
});
