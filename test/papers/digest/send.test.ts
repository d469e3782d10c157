import { afterEach, beforeEach, expect, test } from "vitest";
import { DATE, MORNING, addPapers, addReaders, addressesOf, digestRows, servicesFor } from "./fixture.ts";
import { readMail } from "./read-mail.ts";
import { startSmtpRecorder } from "./smtp-recorder.ts";
import type { Behaviour, SmtpRecorder } from "./smtp-recorder.ts";
import { describeDatabases, emptyTables } from "../support/databases.ts";
import { claimDigest, finish, giveUpLost, markSending } from "../../../src/papers/digest/digests.ts";
import { planDigests } from "../../../src/papers/digest/plan.ts";
import { runDigests } from "../../../src/papers/digest/send.ts";
import { subscriberByAddress, unsubscribe } from "../../../src/papers/people/subscribers.ts";

const DAY = 86_400_000;

describeDatabases("digests", (database) => {
  let behaviours: Record<string, Behaviour[]> = {};
  let server: SmtpRecorder;
  beforeEach(async () => {
    await emptyTables(database());
    behaviours = {};
    server = await startSmtpRecorder((address) => behaviours[address]?.shift() ?? "accept");
    await addPapers(database(), 12);
  });
  afterEach(() => server.close());
  const run = (changes: Parameters<typeof servicesFor>[2] = {}) => runDigests(servicesFor(database(), server.url, changes));
  const received = (): string[] => server.mails.map(({ to }) => to).sort();

  test("go to every active reader once a day, however often the sender runs", async () => {
    await addReaders(database(), addressesOf(5));
    expect(await run()).toEqual({ planned: 5, lost: 0, ended: { sent: 5 } });
    expect(await run()).toEqual({ planned: 0, lost: 0, ended: {} });
    expect(await run({ clock: () => new Date(MORNING.getTime() + 6 * 3_600_000) })).toMatchObject({ planned: 0 });
    expect(received()).toEqual(addressesOf(5));
    expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(5);
    expect(await run({ clock: () => new Date(MORNING.getTime() + DAY) })).toMatchObject({ ended: { sent: 5 } });
    expect(server.mails).toHaveLength(10);
  });

  test("are planned and sent once by schedulers that run at the same time", async () => {
    await addReaders(database(), addressesOf(12));
    const runs = await Promise.all([run(), run(), run()]);
    expect(runs.map(({ planned }) => planned).reduce((a, b) => a + b)).toBe(12);
    expect(received()).toEqual(addressesOf(12).sort());
    expect((await digestRows(database())).map(({ state }) => state)).toEqual(Array(12).fill("sent"));
  });

  test("never have a paper the reader has had, and end skipped when there is none left", async () => {
    await addReaders(database(), ["a@example.org"]);
    const titles = (): string[] => [...(readMail(server.mails.at(-1)?.raw ?? "").parts.get("text/plain") ?? "").matchAll(/^\d+\. Title of (p\d+)/gm)].map((match) => match[1] ?? "");
    await run();
    const first = titles();
    await run({ clock: () => new Date(MORNING.getTime() + DAY) });
    const second = titles();
    expect([first.length, second.length]).toEqual([10, 2]);
    expect(new Set([...first, ...second]).size).toBe(12);
    expect(await run({ clock: () => new Date(MORNING.getTime() + 2 * DAY) })).toMatchObject({ ended: { skipped: 1 } });
    expect(server.mails).toHaveLength(2);
  });

  test("of two days that are sent at once, as when one is late, have different papers", async () => {
    const ids = await addReaders(database(), addressesOf(4));
    await database().query("update subscribers set paper_count = 1");
    for (const day of ["2026-03-09", DATE]) await database().query("insert into digests (subscriber, local_date) select unnest($1::text[]), $2::date", [ids, day]);
    expect(await run({ settings: { concurrency: 8 } })).toMatchObject({ ended: { sent: 8 } });
    const papers = await database().query<{ n: number }>("select count(distinct paper) as n from digest_papers group by subscriber");
    expect(papers.map(({ n }) => n)).toEqual([2, 2, 2, 2]);
  });

  test("are tried again after refusals for now, with the same papers and the same Message-ID", async () => {
    await addReaders(database(), ["a@example.org"]);
    behaviours["a@example.org"] = [
      { at: "recipient", reply: 450, text: "4.2.0 greylisted" },
      { at: "recipient", reply: 421, text: "4.3.2 busy" },
      { at: "recipient", reply: "drop" },
      { at: "end of data", reply: 451, text: "4.3.0 later" },
    ];
    expect(await run()).toMatchObject({ ended: { planned: 4, sent: 1 } });
    expect(await digestRows(database())).toEqual([{ address: "a@example.org", date: DATE, state: "sent", reason: null, attempts: 5 }]);
    expect(server.mails).toHaveLength(1);
    const events = await database().query<{ event: string; detail: string }>("select event, detail from digest_events order by id");
    expect(events.map(({ event }) => event)).toEqual(["planned", "retry", "retry", "retry", "sending", "retry", "sending", "sent"]);
    expect(events[1]?.detail).toContain("450 4.2.0 greylisted");
  });

  test("wait longer after each failure and end failed with the last reason", async () => {
    await addReaders(database(), ["a@example.org"]);
    behaviours["a@example.org"] = Array<Behaviour>(9).fill({ at: "recipient", reply: 450, text: "4.2.0 not now" });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      await run({ settings: { maxAttempts: 4, firstDelaySeconds: 100 } });
      const [row] = await database().query<{ wait: number }>("select extract(epoch from next_attempt_at - now())::double precision as wait from digests");
      waits.push(row?.wait ?? Number.NaN);
      await database().query("update digests set next_attempt_at = now()");
    }
    expect(waits.map((wait) => Math.round(Math.max(0, wait) / 100))).toEqual([1, 2, 4, 0]);
    expect(await digestRows(database())).toMatchObject([{ state: "failed", attempts: 4, reason: "given up after 4 attempts; the last: 450 4.2.0 not now" }]);
    expect(server.mails).toEqual([]);
  });

  test("that a server refuses for good fail, and only dead addresses get no more mail", async () => {
    await addReaders(database(), ["dead@example.org", "full@example.org", "gone@example.org", "spam@example.org"]);
    behaviours = {
      "dead@example.org": [{ at: "recipient", reply: 550, text: "no such user" }],
      "full@example.org": [{ at: "recipient", reply: 552, text: "5.2.2 mailbox full" }],
      "gone@example.org": [{ at: "end of data", reply: 550, text: "5.1.1 unknown" }],
      "spam@example.org": [{ at: "end of data", reply: 554, text: "5.7.1 rejected by policy" }],
    };
    expect(await run()).toMatchObject({ ended: { failed: 4 } });
    const statuses = await database().query("select address, status from subscribers order by address");
    expect(statuses.map(({ address, status }) => [address, status])).toEqual([
      ["dead@example.org", "suppressed"],
      ["full@example.org", "active"],
      ["gone@example.org", "suppressed"],
      ["spam@example.org", "active"],
    ]);
    expect(await run({ clock: () => new Date(MORNING.getTime() + DAY) })).toMatchObject({ planned: 2, ended: { sent: 2 } });
  });

  test("whose data were on their way when the connection broke are unknown and not sent again", async () => {
    await addReaders(database(), ["a@example.org", "b@example.org"]);
    behaviours = { "a@example.org": [{ at: "start of data", reply: "drop" }], "b@example.org": [{ at: "end of data", reply: "drop" }] };
    expect(await run()).toMatchObject({ ended: { unknown: 2 } });
    expect(await run()).toMatchObject({ ended: {} });
    expect(received()).toEqual(["b@example.org"]);
    expect(await digestRows(database())).toMatchObject([{ state: "unknown", reason: expect.stringMatching(/^E/) }, { state: "unknown", reason: expect.stringMatching(/^E/) }]);
  });

  test("wait for a server that cannot be reached", async () => {
    await addReaders(database(), ["a@example.org"]);
    const url = server.url;
    await server.close();
    expect(await runDigests(servicesFor(database(), url, { settings: { firstDelaySeconds: 60 } }))).toMatchObject({ ended: { planned: 1 } });
    expect(await digestRows(database())).toMatchObject([{ state: "planned", reason: expect.stringContaining("ECONNREFUSED") }]);
  });

  test("left in sending by a process that died become unknown when its lease ends, and are not sent", async () => {
    await addReaders(database(), ["a@example.org"]);
    await planDigests(database(), MORNING);
    const claim = await claimDigest(database(), 30);
    if (claim === undefined) throw new Error("nothing to claim");
    await markSending(database(), claim, 30);
    expect(await run()).toMatchObject({ lost: 0, ended: {} });
    await database().query("update digests set lease_until = now() - interval '1 second'");
    expect(await run()).toMatchObject({ lost: 1, ended: {} });
    expect(await digestRows(database())).toMatchObject([{ state: "unknown" }]);
    expect(server.mails).toEqual([]);
    // the process was only slow: what it knows replaces "unknown"
    expect(await finish(database(), claim, { state: "sent", detail: "250 ok" })).toBe(true);
    expect(await digestRows(database())).toMatchObject([{ state: "sent" }]);
  });

  test("claimed by a process that died before sending are sent by another", async () => {
    await addReaders(database(), ["a@example.org"]);
    await planDigests(database(), MORNING);
    const dead = await claimDigest(database(), 30);
    if (dead === undefined) throw new Error("nothing to claim");
    expect(await claimDigest(database(), 30)).toBeUndefined();
    await database().query("update digests set lease_until = now() - interval '1 second'");
    expect(await run()).toMatchObject({ ended: { sent: 1 } });
    // it was not dead after all, but may not send any more
    await expect(markSending(database(), dead, 30)).rejects.toThrow("the lease ended");
    expect(await finish(database(), dead, { state: "failed", detail: "" })).toBe(false);
    expect(await giveUpLost(database())).toBe(0);
    expect(await digestRows(database())).toMatchObject([{ state: "sent", attempts: 2 }]);
  });

  test("of readers who unsubscribe before the data leave are not sent", async () => {
    const [id = ""] = await addReaders(database(), ["a@example.org"]);
    await planDigests(database(), MORNING);
    const claim = await claimDigest(database(), 30);
    if (claim === undefined) throw new Error("nothing to claim");
    await unsubscribe(database(), id);
    await expect(markSending(database(), claim, 30)).rejects.toThrow("unsubscribed");
    await database().query("update digests set lease_until = null");
    expect(await run()).toMatchObject({ ended: { skipped: 1 } });
    expect(server.mails).toEqual([]);
  });

  test("are not planned again when the clock is put back, nor for the day of a later confirmation", async () => {
    await addReaders(database(), ["a@example.org"]);
    await run();
    for (const back of [1, 6, 25, 3 * 24]) expect(await run({ clock: () => new Date(MORNING.getTime() - back * 3_600_000) })).toMatchObject({ planned: 0 });
    await database().query("update subscribers set confirmed_at = $1", [new Date(MORNING.getTime() + DAY)]);
    expect(await run({ clock: () => new Date(MORNING.getTime() + DAY) })).toMatchObject({ planned: 0 });
    expect(await run({ clock: () => new Date(MORNING.getTime() + 2 * DAY) })).toMatchObject({ planned: 1 });
  });

  test("keep going for others when one reader's search breaks", async () => {
    const [id = ""] = await addReaders(database(), ["a@example.org", "b@example.org"]);
    await database().query("insert into saved_searches (id, subscriber, query) values ('s', $1, 'boom')", [id]);
    const search = (): Promise<never> => Promise.reject(new Error("the index is broken"));
    expect(await run({ search, settings: { maxAttempts: 2 } })).toMatchObject({ ended: { planned: 1, failed: 1, sent: 1 } });
    expect(await digestRows(database())).toMatchObject([{ state: "failed", reason: expect.stringContaining("the index is broken") }, { state: "sent" }]);
    expect(await subscriberByAddress(database(), "a@example.org")).toMatchObject({ status: "active" });
  });
});
