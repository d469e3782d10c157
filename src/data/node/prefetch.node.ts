/**
 * Batches made ahead of time in a worker thread.
 *
 * The worker opens the very same stream from a recipe and fills a bounded queue; array buffers are handed over, not
 * copied. The position reported is that of the last batch given out, so saving and resuming do not notice the queue.
 */
import { Worker } from "node:worker_threads";
import type { Batch, BatchStream } from "../batching.ts";
import type { ImageBatch, ImageBatchesOptions } from "../image/image-batches.ts";
import type { Json } from "../pack.ts";

/** How a worker opens the stream: it imports `module` and calls its export `factory` with `options`. */
export interface StreamRecipe {
  readonly module: URL;
  readonly factory: string;
  /** Copied into the worker; arrays over a SharedArrayBuffer are shared instead. */
  readonly options: unknown;
}

export interface PrefetchOptions {
  /** Batches held ready. */
  readonly depth?: number;
}

/** To the worker. Every `next` is answered by one `batch` or `error` of the same generation, in order. */
export type PrefetchRequest = { readonly kind: "next" } | { readonly kind: "restore"; readonly state: Json; readonly generation: number };

/** From the worker. */
export type PrefetchReply =
  | { readonly kind: "open"; readonly state: Json }
  | { readonly kind: "batch"; readonly batch: Batch; readonly state: Json; readonly generation: number }
  | { readonly kind: "error"; readonly error: Error; readonly generation: number };

type Answer = Exclude<PrefetchReply, { kind: "open" }>;
interface Waiter<B> {
  resolve(batch: B): void;
  reject(error: Error): void;
}

/** This file's own ending: modules beside it have the same, as sources and as built. */
const ENDING = import.meta.url.slice(import.meta.url.lastIndexOf("."));
const WORKER = new URL(`./prefetch-worker.node${ENDING}`, import.meta.url);
const IMAGE_BATCHES = new URL(`../image/image-batches${ENDING}`, import.meta.url);

/** Opens a stream in a worker thread. Rejects if the stream cannot be opened. */
export async function prefetch<B extends Batch>(recipe: StreamRecipe, { depth = 2 }: PrefetchOptions = {}): Promise<BatchStream<B>> {
  if (!Number.isInteger(depth) || depth < 1) throw new RangeError(`prefetch: depth: expected a positive integer, got ${depth}`);
  const worker = new Worker(WORKER, { workerData: { ...recipe, module: recipe.module.href } });
  const initial = await new Promise<Json>((resolve, reject) => {
    worker.once("message", (reply: PrefetchReply) => {
      if (reply.kind === "open") resolve(reply.state);
      else reject(reply.kind === "error" ? reply.error : new Error("internal: the worker sent a batch before it was open"));
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`prefetch: the worker ended with code ${code} before it was open`)));
  }).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  return attach<B>(worker, initial, depth);
}

/** Picture batches made in a worker thread; the same, bit for bit, as `imageBatches(options)` gives. */
export function prefetchImageBatches(options: ImageBatchesOptions, prefetchOptions?: PrefetchOptions): Promise<BatchStream<ImageBatch>> {
  const { pixels, count, height, width, channels, labels } = options.set; // the fields that batches need
  const slim: ImageBatchesOptions = { ...options, set: { pixels, count, height, width, channels, labels } };
  return prefetch({ module: IMAGE_BATCHES, factory: "imageBatches", options: slim }, prefetchOptions);
}

function attach<B extends Batch>(worker: Worker, initial: Json, depth: number): BatchStream<B> {
  const ready: Answer[] = [];
  const waiters: Waiter<B>[] = [];
  let position = initial;
  let generation = 0;
  let ended: Error | undefined;

  const send = (request: PrefetchRequest): void => worker.postMessage(request);
  const settle = (): void => {
    while (ready.length > 0 && waiters.length > 0) {
      const answer = ready.shift() as Answer;
      const waiter = waiters.shift() as Waiter<B>;
      send({ kind: "next" });
      if (answer.kind === "error") waiter.reject(answer.error);
      else {
        position = answer.state;
        waiter.resolve(answer.batch as B);
      }
    }
    if (waiters.length === 0) worker.unref(); // a forgotten stream must not keep the process alive
  };
  const fail = (error: Error): void => {
    ended ??= error;
    ready.length = 0;
    for (const waiter of waiters.splice(0)) waiter.reject(ended);
  };

  worker.on("message", (answer: Answer) => {
    if (answer.generation !== generation) return; // asked for before a restore
    ready.push(answer);
    settle();
  });
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`prefetch: the worker thread ended with code ${code}`)));
  for (let i = 0; i < depth; i++) send({ kind: "next" });
  worker.unref();

  return {
    next: () =>
      new Promise<B>((resolve, reject) => {
        if (ended) return reject(ended);
        worker.ref();
        waiters.push({ resolve, reject });
        settle();
      }),
    state: () => position,
    restore(state) {
      if (ended) throw ended;
      generation++;
      ready.length = 0;
      position = state;
      send({ kind: "restore", state, generation });
      for (let i = 0; i < depth; i++) send({ kind: "next" });
    },
    async close() {
      fail(new Error("prefetch: the stream is closed"));
      await worker.terminate();
    },
  };
}
