/**
 * A run as server-sent events. `progress` and `message` carry the number of the event as their id, so that a browser that
 * lost the connection asks for what follows (Last-Event-ID); `state` is the run as it is now and has no id. Everything is
 * read from the database, so it does not matter which server a run works for.
 */
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { EVENT_BATCH, runState } from "../pages/run-views.ts";
import type { Services } from "../services.ts";
import { ENDED } from "../../papers/runs/run.ts";
import type { Run } from "../../papers/runs/run.ts";

/** Milliseconds after which the database is asked even if this server noticed nothing. */
const LOOK_AGAIN = 1000;
/** Looks without news after which a comment keeps the connection open. */
const QUIET_LOOKS = 15;
/** Milliseconds after which a browser comes back when the server goes. */
const RETRY = 1500;

export function streamRun(c: Context, { runs, closing }: Services, { id }: Run): Response {
  c.header("X-Accel-Buffering", "no"); // proxies must not collect events
  return streamSSE(c, async (stream) => {
    const gone = new AbortController();
    stream.onAbort(() => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing]);
    let seen = lastEventId(c);
    let state = "";
    let quiet = 0;
    await stream.writeSSE({ event: "hello", data: "{}", retry: RETRY });
    while (!signal.aborted) {
      const change = runs.nextChange(LOOK_AGAIN, signal); // asked for before reading, so that none is missed
      const run = await runs.get(id);
      const events = await runs.events(id, seen, EVENT_BATCH);
      for (const event of events) await stream.writeSSE({ id: String(event.number), event: event.type, data: JSON.stringify(event) });
      seen = events.at(-1)?.number ?? seen;
      const now = run ? JSON.stringify(await runState(runs, run)) : "";
      if (now !== state && now !== "") await stream.writeSSE({ event: "state", data: now });
      quiet = events.length === 0 && now === state ? quiet + 1 : 0;
      state = now;
      if (events.length === EVENT_BATCH) continue;
      if (!run || ENDED.has(run.status)) {
        await stream.writeSSE({ event: "end", data: "{}" });
        return;
      }
      if (quiet > 0 && quiet % QUIET_LOOKS === 0) await stream.write(": still here\n\n");
      await change;
    }
  });
}

function lastEventId(c: Context): number {
  const text = c.req.header("last-event-id") ?? c.req.query("after") ?? "0";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
