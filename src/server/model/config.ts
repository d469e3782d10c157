/** Limits of a model server, with their defaults. */
export interface ModelServerConfig {
  /** Name that answers carry. */
  readonly name: string;
  /** Most tokens of a batch, padding included. */
  readonly maxBatchTokens: number;
  /** Milliseconds that a text waits for others. */
  readonly waitMilliseconds: number;
  /** Most tokens that wait; more are answered with 429. */
  readonly maxQueuedTokens: number;
  /** Most texts of a request; more are answered with 413. */
  readonly maxTexts: number;
  /** Largest body in bytes; larger ones are answered with 413. */
  readonly bodyBytes: number;
  /** Asked of everything but /health as `Authorization: Bearer ...`; null asks nothing. */
  readonly token: string | null;
  /** Host names that are answered, without port; null answers all. */
  readonly hosts: ReadonlySet<string> | null;
  readonly version: string;
}

export const MODEL_SERVER_DEFAULTS: Omit<ModelServerConfig, "name" | "version"> = {
  maxBatchTokens: 2048,
  waitMilliseconds: 4,
  maxQueuedTokens: 131_072,
  maxTexts: 256,
  bodyBytes: 2 * 2 ** 20,
  token: null,
  hosts: null,
};
