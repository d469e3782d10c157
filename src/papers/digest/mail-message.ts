/** A mail before it is encoded, and what may stand in its headers. */
import { createHash } from "node:crypto";

/** A mail to one reader. Every text is Unicode; encoding is the mailer's work. */
export interface MailMessage {
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  /** Lines of at most TEXT_WIDTH characters, except for links. */
  readonly text: string;
  /** Beyond the usual ones. Names and values are ASCII on one line. */
  readonly headers: Readonly<Record<string, string>>;
  /** With its angle brackets. */
  readonly messageId: string;
}

const LONGEST_SUBJECT = 120;

/**
 * A text from outside as it may stand in a header: one line, well formed, without control characters and without those that
 * turn the direction of writing, at most `longest` characters.
 */
export function headerText(text: string, longest = LONGEST_SUBJECT): string {
  const line = text
    .toWellFormed()
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+/gu, " ")
    .trim();
  const characters = [...line];
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join("").trimEnd()}…`;
}

/**
 * The Message-ID for what `parts` name: always the same for the same parts, so that a mailbox can recognise a mail sent twice.
 * It shows nothing of the parts.
 */
export function messageIdOf(kind: string, parts: readonly string[], baseUrl: string): string {
  const hash = createHash("sha256").update(JSON.stringify([kind, ...parts])).digest("hex").slice(0, 40);
  return `<${kind}.${hash}@${new URL(baseUrl).hostname}>`;
}

/** Headers of every mail: replies by machines are not wanted. */
export const AUTOMATIC: Readonly<Record<string, string>> = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" };

/** Headers of RFC 2369 and RFC 8058: one POST to `url` unsubscribes, without login or question. */
export function unsubscribeHeaders(url: string): Record<string, string> {
  return { "List-Unsubscribe": `<${url}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
}
