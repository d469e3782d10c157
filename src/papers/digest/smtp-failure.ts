/** What an SMTP failure means for the mail and for its address. Pure. */

/** The fields of nodemailer's errors that matter here. */
export interface SmtpError {
  readonly message: string;
  /** ECONNECTION, ETIMEDOUT, EAUTH ... */
  readonly code?: string;
  /** The server's reply, when there was one. */
  readonly responseCode?: number;
  readonly response?: string;
  /** What the reply answered: "RCPT TO", "MAIL FROM", "DATA", "CONN" ... */
  readonly command?: string;
}

export interface FailureMeaning {
  /**
   * - retry: certainly not accepted; may be tried again
   * - refused: certainly not accepted, and the same mail will not be
   * - unknown: the data were on their way and no reply came
   */
  readonly kind: "retry" | "refused" | "unknown";
  /** Whether the address itself is the reason, so that it gets no more mail. */
  readonly suppress: boolean;
  /** For the send log. */
  readonly reason: string;
}

/** Replies that say the mailbox is not there, where no enhanced status code (RFC 3463) says it better. */
const NO_MAILBOX: ReadonlySet<number> = new Set([550, 551, 553]);

/**
 * `dataStarted`: whether message data may have left. A reply decides (RFC 5321 4.2.1: 4yz for now, 5yz for good); without one,
 * after data have started, nobody knows.
 */
export function meaningOf({ message, code = "", responseCode = 0, response = "", command = "" }: SmtpError, dataStarted: boolean): FailureMeaning {
  const reason = response || message;
  const answered = responseCode >= 400 && responseCode < 600;
  if (!answered) return { kind: dataStarted ? "unknown" : "retry", suppress: false, reason: code === "" ? reason : `${code}: ${reason}` };
  // 5yz to CONN, EHLO, AUTH or MAIL FROM is about this sender, not about the reader: an operator can mend it
  const aboutReader = command === "RCPT TO" || command === "DATA";
  if (responseCode < 500 || responseCode === 503 || !aboutReader) return { kind: "retry", suppress: false, reason };
  return { kind: "refused", suppress: addressIsDead(responseCode, response), reason };
}

/** Enhanced codes 5.1.1-5.1.3, 5.1.6, 5.1.10 and 5.2.1: no such mailbox or domain, moved, disabled. */
function addressIsDead(responseCode: number, response: string): boolean {
  const enhanced = /\b5\.(\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  if (enhanced !== undefined) return ["1.1", "1.2", "1.3", "1.6", "1.10", "2.1"].includes(enhanced);
  return NO_MAILBOX.has(responseCode);
}
