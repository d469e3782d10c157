import { afterEach, beforeEach, expect, test } from "vitest";
import { MORNING, addPapers, addReaders, addressesOf, servicesFor } from "./fixture.ts";
import { startSmtpRecorder } from "./smtp-recorder.ts";
import type { SmtpRecorder } from "./smtp-recorder.ts";
import { withPglite } from "../support/pglite.ts";
import { digestHandler, startDigests } from "../../../src/papers/digest/index.ts";
import { PermanentFailure } from "../../../src/papers/queue/job.ts";
import type { Job } from "../../../src/papers/queue/job.ts";
import { Queue } from "../../../src/papers/queue/queue.ts";
import { ensureSubscriber } from "../../../src/papers/people/subscribers.ts";

let server: SmtpRecorder;
beforeEach(async () => {
  server = await startSmtpRecorder();
});
afterEach(() => server.close());
const job = { id: 1, kind: "digest", key: "k", payload: {}, attempt: 1, lease: "l" } as const satisfies Job;
const signal = new AbortController().signal;

test("each job sends what is due, forgets what need not be kept, and has one job sent for the next minute", async () => {
  await withPglite(async (database) => {
    await addPapers(database, 3);
    await addReaders(database, addressesOf(2));
    await ensureSubscriber(database, "never@example.org", new Date(MORNING.getTime() - 8 * 86_400_000));
    const queue = new Queue(database);
    let opened = 0;
    const handler = digestHandler(() => {
      opened++;
      return Promise.resolve(servicesFor(database, server.url));
    });
    for (let i = 0; i < 2; i++) await handler({ task: "digests" }, { database, queue, job, signal });
    await startDigests(queue, MORNING);
    expect(server.mails).toHaveLength(2);
    expect(opened).toBe(1);
    expect(await database.query("select key, start_after from jobs")).toEqual([{ key: "digests 2026-03-10T08:01:00.000Z", start_after: new Date("2026-03-10T08:01:00Z") }]);
    expect(await database.query("select from subscribers where status = 'pending'")).toHaveLength(0);
  });
});

test("a job nobody understands is dead at once; one without a mail server is tried again with what was mended", async () => {
  await withPglite(async (database) => {
    const queue = new Queue(database);
    let broken = true;
    const handler = digestHandler(() => (broken ? Promise.reject(new Error("REPRISE_SMTP_URL is not set")) : Promise.resolve(servicesFor(database, server.url))));
    await expect(handler({ task: "dance" }, { database, queue, job, signal })).rejects.toThrow(PermanentFailure);
    await expect(handler({ task: "digests" }, { database, queue, job, signal })).rejects.toThrow("REPRISE_SMTP_URL");
    expect(await database.query("select from jobs")).toHaveLength(0);
    broken = false;
    await handler({ task: "digests" }, { database, queue, job, signal });
    await expect(handler({ task: "digests" }, { database, queue, job, signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
