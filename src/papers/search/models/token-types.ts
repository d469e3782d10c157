/** Token types of the cross-encoder: whose token it is, and whether the other text has it too. Special tokens count as not shared. */
export const TOKEN_TYPES = { query: 0, sharedQuery: 1, document: 2, sharedDocument: 3 } as const;
