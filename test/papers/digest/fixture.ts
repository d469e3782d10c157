/** Readers, papers and services for tests of sending. */
import { smtpMailer } from "../../../src/papers/digest/mailer.ts";
import type { DigestServices } from "../../../src/papers/digest/send.ts";
import { activateSubscriber, ensureSubscriber } from "../../../src/papers/people/subscribers.ts";
import { Suppressions } from "../../../src/papers/people/suppression.ts";
import { Tokens } from "../../../src/papers/people/tokens.ts";
import type { Database } from "../../../src/papers/store/database.ts";
import { upsertPapers } from "../../../src/papers/store/papers.ts";
import { paper } from "../support/paper.ts";

export const SECRET = Buffer.alloc(32, 7);
/** Readers confirmed before; their digest became due at 07:00 UTC. */
export const MORNING = new Date("2026-03-10T08:00:00Z");
export const DATE = "2026-03-10";
const EARLIER = new Date("2026-03-01T00:00:00Z");

export async function addPapers(database: Database, count: number): Promise<void> {
  await upsertPapers(database, Array.from({ length: count }, (_, i) => paper(`p${i}`, { published: new Date(EARLIER.getTime() - i * 86_400_000) })));
}

/** Active readers `r0@example.org` ...; returns their ids. */
export async function addReaders(database: Database, addresses: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const address of addresses) {
    const { id } = await ensureSubscriber(database, address, EARLIER);
    await activateSubscriber(database, id, EARLIER);
    ids.push(id);
  }
  return ids;
}

export function addressesOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `r${i}@example.org`);
}

export function servicesFor(database: Database, smtpUrl: string, changes: Partial<DigestServices> = {}): DigestServices {
  return {
    database,
    mailer: smtpMailer({ url: smtpUrl, from: "papers@example.org", timeout: 5000 }),
    tokens: new Tokens(SECRET),
    suppressions: new Suppressions(SECRET),
    search: () => Promise.resolve([]),
    baseUrl: "https://papers.example.org",
    clock: () => MORNING,
    ...changes,
    settings: { firstDelaySeconds: 0, leaseSeconds: 30, ...changes.settings },
  };
}

export interface DigestRow {
  readonly address: string;
  readonly date: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: number;
}

export async function digestRows(database: Database): Promise<DigestRow[]> {
  const rows = await database.query<DigestRow & Record<string, unknown>>(
    "select address, local_date as date, state, reason, attempts from digests join subscribers on id = subscriber order by address, local_date",
  );
  return [...rows];
}
