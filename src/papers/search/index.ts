/** Search: what the command line, the server and the workers use of it. */
export { encodePapers } from "./encode-papers.ts";
export type { EncodeProgress, EncodeReport } from "./encode-papers.ts";
export { prepareLexical } from "./open-lexical.ts";
export { openModels, openModelsOrNone } from "./open-models.ts";
export type { OpenModels, QueryModels } from "./open-models.ts";
export { PaperSearch } from "./paper-search.ts";
export type { PaperSearchOptions } from "./paper-search.ts";
export { QueryError } from "./port.ts";
export type { FacetCount, Facets, Passage, SearchFilters, SearchHit, SearchResult, SearchService, Suggestion } from "./port.ts";
export { yearsOf } from "./query.ts";
