/** A worker process: a job logs that it starts, waits as long as its payload says, and stores its result; "poison" fails. */
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { Queue } from "../../../src/papers/queue/queue.ts";
import { startWorker } from "../../../src/papers/queue/worker.ts";
import { openDatabase } from "../../../src/papers/store/open.ts";

const payloadShape = z.object({ name: z.string(), milliseconds: z.number() });
const database = await openDatabase();
const queue = new Queue(database, { lease: 1, retryDelay: 0.05 });
const worker = startWorker({
  database,
  queue,
  concurrency: 2,
  poll: 50,
  grace: 300,
  handlers: {
    encode: () =>
      Promise.resolve(async (payload, { signal }) => {
        const { name, milliseconds } = payloadShape.parse(payload);
        await database.query("insert into starts (name, pid) values ($1, $2)", [name, process.pid]);
        if (name === "poison") throw new Error("this job cannot be digested");
        await delay(milliseconds, undefined, { signal });
        await database.query("insert into results (name, pid) values ($1, $2) on conflict (name) do nothing", [name, process.pid]);
      }),
  },
});
process.once("SIGTERM", () => void worker.stop());
process.stdout.write("ready\n");
await worker.ended;
await database.close();
process.stdout.write("stopped\n");
