/** Documents in the formats of the sources, about papers that do not exist. */

export interface FakePaper {
  readonly id: string;
  readonly title: string;
  readonly authors?: readonly string[];
  readonly abstract?: string;
  readonly published?: string;
  readonly updated?: string;
  readonly doi?: string;
  readonly comment?: string;
  readonly categories?: readonly string[];
}

export function escapeXml(text: string): string {
  return text.replace(/&/gu, "&amp;").replace(/</gu, "&lt;").replace(/>/gu, "&gt;").replace(/"/gu, "&quot;");
}

/** A page of arXiv's Atom API. */
export function arxivPage(papers: readonly FakePaper[], { total, start = 0 }: { total: number; start?: number }): string {
  const entries = papers.map(
    ({ id, title, authors = ["Ada Example"], abstract = `Abstract of ${title}`, published = "2024-03-01T10:00:00Z", updated = published, doi, comment, categories = ["cs.CL", "cs.LG"] }) => `
  <entry>
    <id>http://arxiv.org/abs/${id}v1</id>
    <updated>${updated}</updated>
    <published>${published}</published>
    <title>${escapeXml(title)}</title>
    <summary>${escapeXml(abstract)}</summary>
    ${authors.map((name) => `<author><name>${escapeXml(name)}</name></author>`).join("")}
    ${doi ? `<arxiv:doi>${escapeXml(doi)}</arxiv:doi><link title="doi" href="http://dx.doi.org/${escapeXml(doi)}" rel="related"/>` : ""}
    ${comment ? `<arxiv:comment>${escapeXml(comment)}</arxiv:comment>` : ""}
    <link href="http://arxiv.org/abs/${id}v1" rel="alternate" type="text/html"/>
    <link title="pdf" href="http://arxiv.org/pdf/${id}v1" rel="related" type="application/pdf"/>
    <arxiv:primary_category term="${categories[0] ?? ""}"/>
    ${categories.map((term) => `<category term="${term}" scheme="http://arxiv.org/schemas/atom"/>`).join("")}
  </entry>`,
  );
  return `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/test</id><title>arXiv Query</title><updated>2024-04-01T00:00:00Z</updated>
  <opensearch:itemsPerPage>${papers.length}</opensearch:itemsPerPage>
  <opensearch:totalResults>${total}</opensearch:totalResults>
  <opensearch:startIndex>${start}</opensearch:startIndex>${entries.join("")}
</feed>`;
}

export type FakeOai = FakePaper | { readonly deleted: string; readonly stamp?: string };

/** A page of OAI-PMH ListRecords in arXiv's format. */
export function oaiPage(items: readonly FakeOai[], token?: string): string {
  const records = items.map((item) => {
    if ("deleted" in item) return `<record><header status="deleted"><identifier>oai:arXiv.org:${item.deleted}</identifier><datestamp>${item.stamp ?? "2024-03-02"}</datestamp></header></record>`;
    const { id, title, authors = ["Ada Example"], abstract = `Abstract of ${title}`, published = "2024-03-01", updated, doi, comment, categories = ["cs.CL", "cs.LG"] } = item;
    const people = authors.map((name) => {
      const words = name.split(" ");
      return `<author><keyname>${escapeXml(words.at(-1) ?? "")}</keyname><forenames>${escapeXml(words.slice(0, -1).join(" "))}</forenames></author>`;
    });
    return `<record><header><identifier>oai:arXiv.org:${id}</identifier><datestamp>${(updated ?? published).slice(0, 10)}</datestamp><setSpec>cs:cs:CL</setSpec></header><metadata>
<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>${id}</id><created>${published.slice(0, 10)}</created>${updated ? `<updated>${updated.slice(0, 10)}</updated>` : ""}<authors>${people.join("")}</authors><title>${escapeXml(title)}</title><categories>${categories.join(" ")}</categories>${comment ? `<comments>${escapeXml(comment)}</comments>` : ""}${doi ? `<doi>${escapeXml(doi)}</doi>` : ""}<license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license><abstract>  ${escapeXml(abstract)}
</abstract></arXiv></metadata></record>`;
  });
  return oaiDocument(`<ListRecords>${records.join("\n")}${token === undefined ? "<resumptionToken/>" : `<resumptionToken expires='2024-04-02T00:00:00Z'>${escapeXml(token)}</resumptionToken>`}</ListRecords>`);
}

export function oaiError(code: string, text: string): string {
  return oaiDocument(`<error code="${code}">${escapeXml(text)}</error>`);
}

function oaiDocument(inner: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2024-04-01T00:00:00Z</responseDate><request verb="ListRecords">http://localhost/oai</request>${inner}</OAI-PMH>`;
}

/** An entry of Hugging Face's daily papers. */
export function dailyPaper(id: string, title: string, { upvotes = 1, comments = 0, repo, stars }: { upvotes?: number; comments?: number; repo?: string; stars?: number } = {}): object {
  return {
    paper: { id, authors: [{ _id: "65f0", name: "Ada Example", hidden: false }], publishedAt: "2024-03-01T10:00:00.000Z", submittedOnDailyAt: "2024-03-04T00:00:00.000Z", title, summary: `Abstract of ${title}`, upvotes, discussionId: "65f1", ...(repo && { githubRepo: repo }), ...(stars !== undefined && { githubStars: stars }), ai_keywords: ["attention"] },
    publishedAt: "2024-03-01T10:00:00.000Z",
    title,
    thumbnail: "https://example.org/t.png",
    numComments: comments,
    submittedBy: { fullname: "Someone" },
  };
}

/** A work of OpenAlex. */
export function work(id: string, title: string | null, changes: object = {}): object {
  return {
    id: `https://openalex.org/${id}`,
    doi: null,
    title,
    publication_year: 2024,
    publication_date: "2024-03-01",
    authorships: [{ author_position: "first", author: { id: "https://openalex.org/A1", display_name: "Ada Example" }, raw_author_name: "A. Example" }],
    primary_location: null,
    locations: [],
    cited_by_count: 0,
    is_retracted: false,
    keywords: [],
    abstract_inverted_index: null,
    ...changes,
  };
}
