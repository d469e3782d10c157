/** The built-in ways to train a text model, apart from them so that listing them loads none. */
export const TEXT_METHOD_NAMES = ["bi-encoder", "cross-encoder", "classifier"] as const;
export type TextMethodName = (typeof TEXT_METHOD_NAMES)[number];
