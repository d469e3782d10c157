/** Names of the sources, apart from them so that listing them loads none. */

/** What is harvested over the network. */
export const WEB_SOURCES = ["arxiv", "arxiv-oai", "hugging-face", "openalex", "feed"] as const;
export type WebSourceName = (typeof WEB_SOURCES)[number];
/** What is imported from a file. */
export const FILE_SOURCES = ["bibtex", "jsonl"] as const;
export type FileSourceName = (typeof FILE_SOURCES)[number];
