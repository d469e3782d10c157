/** The encoder in its worker, as the search pipeline knows encoders. */
import type { Encode, EncoderNews, Open } from "./encoder-messages.ts";
import type { TextEncoderPort } from "../../src/papers/search/models/port.ts";

/** Opens the encoder whose files are in `folder`, an address with a slash at its end. Rejects when it cannot be fetched or opened. */
export function openTabEncoder(folder: string): Promise<TextEncoderPort> {
  const worker = new Worker(new URL("./encoder-worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, { settle(vectors: Float32Array[]): void; fail(error: Error): void }>();
  let next = 0;
  const encode = (texts: readonly string[]): Promise<Float32Array[]> =>
    new Promise((settle, fail) => {
      const request = next++;
      waiting.set(request, { settle, fail });
      worker.postMessage({ kind: "encode", request, texts } satisfies Encode);
    });
  return new Promise((ready, fail) => {
    const failAll = (error: Error): void => {
      fail(error);
      for (const { fail: failOne } of waiting.values()) failOne(error);
      waiting.clear();
    };
    worker.addEventListener("error", ({ message }) => failAll(new Error(message || "the browser could not start the encoder")));
    worker.addEventListener("message", ({ data }: MessageEvent<EncoderNews>) => {
      if (data.kind === "ready") return ready({ id: data.id, dimension: data.dimension, encode, release: () => Promise.resolve(worker.terminate()) });
      if (data.kind === "failed" && data.request === undefined) return failAll(new Error(data.message));
      const asked = waiting.get(data.request ?? -1);
      waiting.delete(data.request ?? -1);
      if (data.kind === "vectors") asked?.settle([...data.vectors]);
      else asked?.fail(new Error(data.message));
    });
    worker.postMessage({ kind: "open", folder } satisfies Open);
  });
}
