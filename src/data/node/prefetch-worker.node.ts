/** The worker's side of `prefetch.node.ts`: answers requests one after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type { Batch, BatchStream } from "../batching.ts";
import type { PrefetchReply, PrefetchRequest } from "./prefetch.node.ts";

type Factory = (options: unknown) => BatchStream<Batch> | Promise<BatchStream<Batch>>;

const port = parentPort as MessagePort; // this module is only ever a worker's entry
const recipe = workerData as { module: string; factory: string; options: unknown };

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Array buffers that a batch owns whole; a view into something larger is copied out first, else that would be lost. */
function detachable(batch: Batch): { batch: Batch; buffers: ArrayBuffer[] } {
  const buffers = new Set<ArrayBuffer>();
  const owned = Object.fromEntries(
    Object.entries(batch).map(([name, array]) => {
      const whole = array.data.byteLength === array.data.buffer.byteLength;
      const data = whole ? array.data : array.data.slice();
      if (data.buffer instanceof ArrayBuffer) buffers.add(data.buffer);
      return [name, { ...array, data }];
    }),
  );
  return { batch: owned, buffers: [...buffers] };
}

const reply = (message: PrefetchReply, buffers: ArrayBuffer[] = []): void => port.postMessage(message, buffers);

async function serve(stream: BatchStream<Batch>): Promise<void> {
  let generation = 0;
  let refused: Error | undefined; // why the last restore failed
  let last = Promise.resolve();
  const handle = async (request: PrefetchRequest): Promise<void> => {
    try {
      if (request.kind === "restore") {
        generation = request.generation;
        refused = undefined;
        stream.restore(request.state);
        return;
      }
      if (refused) throw refused;
      const { batch, buffers } = detachable(await stream.next());
      reply({ kind: "batch", batch, state: stream.state(), generation }, buffers);
    } catch (error) {
      if (request.kind === "restore") refused = asError(error);
      else reply({ kind: "error", error: asError(error), generation });
    }
  };
  port.on("message", (request: PrefetchRequest) => {
    last = last.then(() => handle(request));
  });
  reply({ kind: "open", state: stream.state() });
}

try {
  const module = (await import(recipe.module)) as Record<string, unknown>;
  const factory = module[recipe.factory];
  if (typeof factory !== "function") throw new TypeError(`prefetch: ${recipe.module} exports no function "${recipe.factory}"; its exports: ${Object.keys(module).join(", ")}`);
  await serve(await (factory as Factory)(recipe.options));
} catch (error) {
  reply({ kind: "error", error: asError(error), generation: 0 });
}
