/** What the digests of a date would be, without sending or storing anything. */
import { previewPapers, trendingSource } from "./prepare.ts";
import type { SearchPapers } from "./prepare.ts";
import { render } from "./render.ts";
import { DEFAULT_PREFERENCES } from "../people/subscriber.ts";
import type { Subscriber } from "../people/subscriber.ts";
import { listSubscribers } from "../people/subscribers.ts";
import type { Database } from "../store/database.ts";

/** Readers read at once. */
const PAGE = 500;

export interface DigestPreview {
  /** Null for a reader who has said nothing: shown when there are no subscribers. */
  readonly address: string | null;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly subject: string;
  readonly messageId: string;
  readonly papers: readonly { readonly id: string; readonly title: string; readonly reasons: readonly string[] }[];
  readonly text: string;
  readonly html: string;
}

/** Previews for all active subscribers, or for a reader without wishes if there are none. Links in them do not work. */
export async function previewDigests(database: Database, search: SearchPapers, date: string, now: Date, baseUrl: string): Promise<DigestPreview[]> {
  const trending = trendingSource(database, now);
  const previews: DigestPreview[] = [];
  const preview = async (subscriber: Subscriber, address: string | null): Promise<void> => {
    const papers = await previewPapers(database, subscriber, now, trending, search);
    const { subject, messageId, text, html } = render({ id: subscriber.id, address: subscriber.address, unsubscribeToken: "preview", manageToken: "preview" }, papers, date, baseUrl);
    previews.push({ address, date, subject, messageId, papers: papers.map(({ paper: { id, title }, reasons }) => ({ id, title, reasons })), text, html });
  };
  for (let after: string | null = null; ; ) {
    const page: Subscriber[] = await listSubscribers(database, { limit: PAGE, after, status: "active" });
    for (const subscriber of page) await preview(subscriber, subscriber.address);
    after = page.at(-1)?.id ?? null;
    if (page.length < PAGE) break;
  }
  if (previews.length === 0) await preview({ ...DEFAULT_PREFERENCES, id: "", address: "reader@example.org", status: "active", createdAt: now, confirmedAt: now }, null);
  return previews;
}
