/** What the page and the worker that trains tell each other. */

/** Starts the training; the only message to the worker, which is stopped by ending it. */
export interface Start {
  readonly steps: number;
  /** As train-crossmae.ts takes them; null has pictures drawn. */
  readonly pictures: Float32Array | null;
}

export type News =
  | { readonly kind: "step"; readonly step: number; readonly loss: number; /** Of this step. */ readonly milliseconds: number }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly message: string };
