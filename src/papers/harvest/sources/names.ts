/** Names of the sources, apart from them so that listing them loads none. */

/** What is harvested over the network. */
export const WEB_SOURCES = ["arxiv", "arxiv-oai", "hugging-face", "openalex", "feed"] as const;
export type WebSourceName = (typeof WEB_SOURCES)[number];
/** Those of them that need no settings, and so can be harvested every day by their name alone. */
export const DAILY_SOURCES = ["arxiv", "hugging-face"] as const satisfies readonly WebSourceName[];
export type DailySource = (typeof DAILY_SOURCES)[number];
/** What is imported from a file. */
export const FILE_SOURCES = ["bibtex", "jsonl"] as const;
export type FileSourceName = (typeof FILE_SOURCES)[number];
