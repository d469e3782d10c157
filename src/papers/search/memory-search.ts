/** Search over papers at hand, by the pipeline that also serves a database: what pages without a server search with. */
import type { SearchDocument } from "./documents.ts";
import { MemoryLexical } from "./memory-lexical.ts";
import { MemoryNeighbours } from "./memory-neighbours.ts";
import type { TextEncoderPort } from "./models/port.ts";
import { SearchPipeline } from "./pipeline.ts";
import type { PipelineOptions, SearchedIndexes } from "./pipeline.ts";
import { checkedLimit } from "./port.ts";
import type { Facets, SearchFilters, SearchHit, SearchResult, SearchService, Suggestion } from "./port.ts";
import { cleaned } from "./query.ts";
import { similarTo } from "./similar.ts";

/** Meaning: the vectors of each paper's passages, one after the other, and the encoder they came from. */
export interface Meaning {
  readonly encoder: TextEncoderPort;
  readonly vectors: ReadonlyMap<string, Float32Array>;
}

export class MemorySearch implements SearchService {
  private readonly lexical: MemoryLexical;
  private indexes: SearchedIndexes;
  private pipeline: SearchPipeline;
  private meaning: Meaning | undefined;

  /** Finds by words; `documents` come in the order in which they are to be listed. */
  constructor(documents: readonly SearchDocument[]) {
    this.lexical = new MemoryLexical(documents, documents.flatMap(({ slug }) => slug ?? []));
    this.indexes = { lexical: this.lexical };
    this.pipeline = new SearchPipeline({});
  }

  /** Finds by meaning as well from now on. */
  addMeaning(meaning: Meaning, options: PipelineOptions = {}): void {
    const { encoder, vectors } = meaning;
    this.meaning = meaning;
    this.indexes = { lexical: this.lexical, neighbours: new MemoryNeighbours(encoder.dimension, vectors) };
    this.pipeline = new SearchPipeline({ encoder }, options);
  }

  search(query: string, filters: SearchFilters, limit: number): Promise<SearchResult> {
    return this.pipeline.search(this.indexes, query, filters, limit, "hybrid");
  }

  similar(id: string, limit: number): Promise<readonly SearchHit[]> {
    const rows = this.meaning?.vectors.get(id) ?? new Float32Array();
    const width = this.meaning?.encoder.dimension ?? 1;
    const own = Array.from({ length: rows.length / width }, (_, i) => rows.subarray(i * width, (i + 1) * width));
    return similarTo(this.indexes, id, own, checkedLimit(limit));
  }

  facets(query: string, filters: SearchFilters): Promise<Facets> {
    return this.pipeline.facets(this.indexes, query, filters);
  }

  suggest(typed: string, limit: number): Promise<readonly Suggestion[]> {
    return this.lexical.suggest(cleaned(typed), checkedLimit(limit));
  }
}
