/** The lexical stage in the database, for corpora too large for this process: full text over a GIN index. Words are not corrected. */
import { documentOf, paperFilters, statusOf } from "./documents.ts";
import type { SearchDocument } from "./documents.ts";
import { countFacets } from "./facets.ts";
import type { Demands, LexicalStage, RankedPaper } from "./lexical.ts";
import type { Admission } from "./neighbours.ts";
import type { Facets, Suggestion } from "./port.ts";
import { allOf, anyOf, indexTexts, inOrder, writeTexts } from "./text-vectors.ts";
import { CATALOGUE } from "../catalogue/catalogue.ts";
import type { Database } from "../store/database.ts";
import { countPapers, filterConditions, listPapers, papersByIds } from "../store/papers.ts";
import { titleKey } from "../store/title-key.ts";

/** Weights of passages, authors, keywords and titles, in the order Postgres wants. */
const WEIGHTS = [0.33, 0.33, 0.66, 1];
/** Papers that are ranked or counted when very many match; which of them is left to the database. */
const MOST_MATCHES = 50_000;
/** Papers a demanded phrase may lead to. */
const MOST_ADMITTED = 10_000;
const AFTER_ALL_LETTERS = "\u{10ffff}";

export class PostgresLexical implements LexicalStage {
  readonly kind = "postgres";
  private readonly database: Database;
  size = 0;

  private constructor(database: Database) {
    this.database = database;
  }

  /** Makes the words of papers that lack them first. */
  static async open(database: Database): Promise<PostgresLexical> {
    const stage = new PostgresLexical(database);
    await indexTexts(database);
    await stage.count();
    return stage;
  }

  async documents(ids: readonly string[]): Promise<ReadonlyMap<string, SearchDocument>> {
    const papers = await papersByIds(this.database, ids);
    return new Map(papers.filter(({ withdrawn }) => !withdrawn).map((paper) => [paper.id, documentOf(paper)]));
  }

  async admission(demands: Demands): Promise<Admission> {
    if (demands.required.length === 0 && demands.excluded.length === 0) return { filters: demands.filters };
    if (demands.required.length > 0) return { filters: demands.filters, only: await this.matching("", demands, MOST_ADMITTED) };
    const excluded = new Set(await this.matching(demands.excluded.map((phrase) => `(${inOrder(phrase)})`).join(" | "), { ...demands, excluded: [] }, MOST_MATCHES));
    return { filters: demands.filters, accept: (paper) => !excluded.has(paper) };
  }

  async byWords(terms: readonly string[], k: number, demands: Demands): Promise<readonly RankedPaper[]> {
    if (terms.length === 0) return [];
    const together = await this.ranked(allOf(terms), anyOf(terms), k, demands);
    return together.length === k || terms.length === 1 ? together : this.ranked(anyOf(terms), anyOf(terms), k, demands);
  }

  async byName(text: string, demands: Demands): Promise<readonly string[]> {
    const { conditions, parameters } = this.conditions("", demands);
    const parameter = (value: unknown): string => `$${parameters.push(value)}`;
    const [key, name] = [parameter(titleKey(text)), parameter(text.toLowerCase())];
    const rows = await this.database.query<{ id: string }>(`select p.id from papers p join search_texts t on t.paper = p.id where (p.title_key = ${key} or p.slug = ${name} or p.arxiv = ${name} or p.doi = ${name}) and ${conditions.join(" and ")} order by p.id`, parameters);
    return rows.map(({ id }) => id);
  }

  async listed(demands: Demands, limit: number): Promise<readonly string[]> {
    if (demands.required.length > 0 || demands.excluded.length > 0) return (await this.matching("", demands, MOST_ADMITTED)).slice(0, limit);
    const filters = paperFilters(demands.filters);
    const catalogued = filters.catalogued === false ? [] : (await listPapers(this.database, { ...filters, catalogued: true }, { limit: CATALOGUE.length, order: "title" })).papers;
    const place = new Map(CATALOGUE.map(({ slug }, i) => [slug, i]));
    const first = [...catalogued].sort((a, b) => (place.get(a.id) ?? place.size) - (place.get(b.id) ?? place.size)).map(({ id }) => id);
    const left = limit - first.length;
    const others = left <= 0 || filters.catalogued === true ? [] : (await listPapers(this.database, { ...filters, catalogued: false }, { limit: left })).papers;
    return [...first, ...others.map(({ id }) => id)].slice(0, limit);
  }

  spellings(term: string): Promise<readonly string[]> {
    return Promise.resolve([term]);
  }

  weight(): number {
    return 1;
  }

  async facets(terms: readonly string[], demands: Demands): Promise<Facets> {
    const { conditions, parameters } = this.conditions(anyOf(terms), { ...demands, filters: {} });
    parameters.push(MOST_MATCHES);
    const rows = await this.database.query<{ family: string | null; year: number | null; modalities: string[]; runs: boolean; slug: string | null; has_code: boolean }>(`select p.family, p.year, p.modalities, p.runs, p.slug, p.code is not null as has_code from search_texts t join papers p on p.id = t.paper where ${conditions.join(" and ")} limit $${parameters.length}`, parameters);
    return countFacets(rows.map(({ has_code: hasCode, ...row }) => ({ ...row, hasCode, status: statusOf(row) })), demands.filters);
  }

  async suggest(typed: string, limit: number): Promise<readonly Suggestion[]> {
    const key = titleKey(typed);
    if (key === "") return [];
    const rows = await this.database.query<{ id: string; title: string }>(`select id, title from papers where not withdrawn and title_key >= $1 and title_key < $2 order by title_key limit $3`, [key, `${key}${AFTER_ALL_LETTERS}`, limit]);
    return rows.map(({ id, title }) => ({ kind: "paper", text: title, id }));
  }

  async choices(): Promise<{ families: readonly string[]; modalities: readonly string[] }> {
    const { families, modalities } = await countPapers(this.database);
    return { families: families.map(({ family }) => family), modalities: modalities.map(({ modality }) => modality) };
  }

  async refresh(papers: readonly string[]): Promise<void> {
    for (let start = 0; start < papers.length; start += MOST_ADMITTED) await writeTexts(this.database, papers.slice(start, start + MOST_ADMITTED));
    await this.count();
  }

  private async count(): Promise<void> {
    this.size = (await this.database.query<{ papers: number }>("select count(*) as papers from papers where not withdrawn"))[0]?.papers ?? 0;
  }

  private async ranked(match: string, rank: string, k: number, demands: Demands): Promise<readonly RankedPaper[]> {
    const { conditions, parameters } = this.conditions(match, demands);
    const parameter = (value: unknown): string => `$${parameters.push(value)}`;
    return this.database.query<RankedPaper & Readonly<Record<string, unknown>>>(
      `select id, ts_rank(${parameter(WEIGHTS)}::real[], words, ${parameter(rank)}::tsquery, 1)::double precision as score
       from (select p.id, t.words from search_texts t join papers p on p.id = t.paper where ${conditions.join(" and ")} limit ${parameter(MOST_MATCHES)}) as matches
       order by score desc, id limit ${parameter(k)}`,
      parameters,
    );
  }

  private async matching(match: string, demands: Demands, limit: number): Promise<string[]> {
    const { conditions, parameters } = this.conditions(match, demands);
    parameters.push(limit);
    const rows = await this.database.query<{ id: string }>(`select p.id from search_texts t join papers p on p.id = t.paper where ${conditions.join(" and ")} order by p.id limit $${parameters.length}`, parameters);
    return rows.map(({ id }) => id);
  }

  /** Conditions on papers joined with their words. */
  private conditions(match: string, { filters, required, excluded }: Demands): { conditions: string[]; parameters: unknown[] } {
    const { conditions, parameters } = filterConditions(paperFilters(filters));
    const words = (query: string): string => `t.words @@ $${parameters.push(query)}::tsquery`;
    if (match !== "") conditions.push(words(match));
    for (const phrase of required) conditions.push(words(inOrder(phrase)));
    for (const phrase of excluded) conditions.push(`not (${words(inOrder(phrase))})`);
    return { conditions, parameters };
  }
}
