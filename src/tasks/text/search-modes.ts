/** How an index is searched: by words, by vectors, or by both; apart from the index, so that listing them loads nothing. */
export const SEARCH_MODES = ["hybrid", "words", "vectors"] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];
