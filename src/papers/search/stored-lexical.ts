/** The lexical stage over the papers of a database, all of which this process holds. */
import { documentOf } from "./documents.ts";
import type { SearchDocument } from "./documents.ts";
import type { LexicalStage } from "./lexical.ts";
import { MemoryLexical } from "./memory-lexical.ts";
import { CATALOGUE } from "../catalogue/catalogue.ts";
import type { Database } from "../store/database.ts";
import { listPapers, papersByIds } from "../store/papers.ts";

/** Papers read from the database at a time. */
const PAGE = 1000;

export class StoredLexical extends MemoryLexical implements LexicalStage {
  private readonly database: Database;

  private constructor(database: Database, documents: Iterable<SearchDocument>) {
    super(documents, CATALOGUE.map(({ slug }) => slug));
    this.database = database;
  }

  /** Loads all papers that are not withdrawn. */
  static async open(database: Database): Promise<StoredLexical> {
    const documents: SearchDocument[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page = await listPapers(database, {}, { limit: PAGE, ...(after !== undefined && { after }) });
      for (const paper of page.papers) documents.push(documentOf(paper));
      after = page.next;
    }
    return new StoredLexical(database, documents);
  }

  async refresh(papers: readonly string[]): Promise<void> {
    for (let start = 0; start < papers.length; start += PAGE) {
      const ids = papers.slice(start, start + PAGE);
      const found = new Map((await papersByIds(this.database, ids)).map((paper) => [paper.id, paper]));
      for (const id of ids) {
        const paper = found.get(id);
        if (paper === undefined || paper.withdrawn) this.corpus.remove(id);
        else this.corpus.put(documentOf(paper));
      }
    }
  }
}
