import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commandLine } from "./support/command-line.ts";
import { CATALOGUE } from "../../src/papers/catalogue/catalogue.ts";
import { openPgliteDirectory } from "../../src/papers/store/pglite.ts";
import { addReaders } from "../papers/digest/fixture.ts";
import { startSmtpRecorder } from "../papers/digest/smtp-recorder.ts";
import { emptyCluster } from "../papers/support/pglite.ts";
import { migrate } from "../../src/papers/store/migrate.ts";
import { MIGRATIONS } from "../../src/papers/store/migrations/index.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "papers-digest-"));
  const database = await openPgliteDirectory(directory, await emptyCluster());
  await migrate(database, MIGRATIONS);
  await addReaders(database, ["a@example.org", "b@example.org"]);
  await database.close();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const reprise = (...words: readonly string[]): ReturnType<typeof commandLine> => commandLine([...words, "--database", directory], directory, { catalogue: CATALOGUE });

test("trending explains every place; digest --dry-run shows the mails of a date", async () => {
  const trending = JSON.parse((await reprise("papers", "trending", "--window", "day", "--limit", "3", "--json")).out) as { position: number; id: string; why: string[] }[];
  expect(trending.map(({ position }) => position)).toEqual([1, 2, 3]);
  for (const { why } of trending) expect(why.length).toBeGreaterThan(0);
  const previews = JSON.parse((await reprise("papers", "digest", "--date", "2026-03-10", "--dry-run", "--json")).out) as { address: string; date: string; subject: string; papers: { id: string }[]; text: string }[];
  expect(previews.map(({ address, date, papers }) => [address, date, papers.length]).sort()).toEqual([
    ["a@example.org", "2026-03-10", 10],
    ["b@example.org", "2026-03-10", 10],
  ]);
  expect(previews[0]?.subject).toMatch(/ and 9 more · 10 March 2026$/);
  expect(previews[0]?.text).toContain("unsubscribe?token=preview");
});

test("mistakes exit with 2 and say what would do", async () => {
  expect(await reprise("papers", "digest", "--date", "2026-02-30", "--dry-run")).toMatchObject({ code: 2, error: expect.stringContaining("expected a day") as string });
  expect(await reprise("papers", "digest", "--date", "2001-01-01")).toMatchObject({ code: 2, error: expect.stringContaining("--dry-run") as string });
  expect(await reprise("papers", "digest")).toMatchObject({ code: 2, error: expect.stringContaining("REPRISE_SMTP_URL is not set") as string });
  expect(await reprise("papers", "trending", "--family", "vidoe")).toMatchObject({ code: 2, error: expect.stringContaining('did you mean "video"') as string });
  expect(await reprise("papers", "subscribers", "suppress")).toMatchObject({ code: 2, error: expect.stringContaining("--file") as string });
});

test("digest sends what is due; subscribers are listed, shown, suppressed and removed", async () => {
  const server = await startSmtpRecorder();
  Object.assign(process.env, { REPRISE_SMTP_URL: server.url, REPRISE_MAIL_FROM: "papers@example.org", REPRISE_PUBLIC_URL: "https://papers.example.org" });
  try {
    const due = JSON.parse((await reprise("papers", "digest", "--json")).out) as { planned: number; ended: Record<string, number> };
    // due from 07:00 UTC, and up to 18 hours later
    const hour = new Date().getUTCHours();
    expect(due.planned).toBe(hour < 1 || hour >= 7 ? 2 : 0);
    expect(due.ended["sent"] ?? 0).toBe(due.planned);
    expect(server.mails).toHaveLength(due.planned);
  } finally {
    await server.close();
    for (const name of ["REPRISE_SMTP_URL", "REPRISE_MAIL_FROM", "REPRISE_PUBLIC_URL"]) delete process.env[name];
  }
  const reports = join(directory, "reports.jsonl");
  await writeFile(reports, '{"address":"A@example.org","kind":"complaint"}\n{"address":"x@example.org","kind":"bounce","detail":"550 <x@example.org> unknown"}\n');
  expect(JSON.parse((await reprise("papers", "subscribers", "suppress", "--file", reports, "--json")).out)).toEqual({ reports: 2, subscribers: 1 });
  const people = JSON.parse((await reprise("papers", "subscribers", "list", "--json")).out) as { address: string; status: string }[];
  expect(people.map(({ address, status }) => [address, status])).toEqual(expect.arrayContaining([["a@example.org", "suppressed"], ["b@example.org", "active"]]));
  expect(JSON.parse((await reprise("papers", "subscribers", "suppress", "a@example.org", "--lift", "--json")).out)).toEqual({ address: "a@example.org", lifted: true });
  expect((await reprise("papers", "subscribers", "show", "b@example.org")).out).toContain("b@example.org: active, daily at 7 UTC, 10 papers");
  expect((await reprise("papers", "subscribers", "remove", "b@example.org")).code).toBe(0);
  expect(await reprise("papers", "subscribers", "show", "b@example.org")).toMatchObject({ code: 2, error: expect.stringContaining("no subscriber") as string });
});
