/** Between a page and the worker that encodes for it. */

/** First to the worker: the folder of the encoder, with a slash at its end. */
export interface Open {
  readonly kind: "open";
  readonly folder: string;
}

/** Then texts to encode, each request with a number of its own. */
export interface Encode {
  readonly kind: "encode";
  readonly request: number;
  readonly texts: readonly string[];
}

/** From the worker: ready once, then vectors by request, or what went wrong. */
export type EncoderNews =
  | { readonly kind: "ready"; readonly id: string; readonly dimension: number }
  | { readonly kind: "vectors"; readonly request: number; readonly vectors: readonly Float32Array[] }
  | { readonly kind: "failed"; readonly request?: number; readonly message: string };
