/** Sends mails by SMTP, with a stop before the message data at which the caller stores that they leave. */
import { Readable } from "node:stream";
import { createTransport } from "nodemailer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { parseConnectionUrl } from "nodemailer/lib/shared";
import type { MailMessage } from "./mail-message.ts";

export interface DkimKey {
  readonly domainName: string;
  readonly keySelector: string;
  /** PEM. */
  readonly privateKey: string;
}

export interface MailerOptions {
  /** `smtp://user:password@host:port` or `smtps://...`; options of nodemailer's SMTP transport as query parameters. */
  readonly url: string;
  /** Sender: `papers@example.org` or `Papers <papers@example.org>`. */
  readonly from: string;
  readonly dkim?: DkimKey;
  /** Milliseconds for a whole delivery; it ends in an error after that. */
  readonly timeout?: number;
}

export interface Delivery {
  /** What the server said when it accepted the mail. */
  readonly response: string;
}

export interface Mailer {
  /**
   * Delivers one mail to the SMTP server. `beforeData` runs when the server has accepted sender and recipient and waits for
   * the data; not a byte of them leaves before it resolves, and none when it rejects. Resolves when the server has accepted
   * the mail; otherwise rejects with the error of nodemailer or of `beforeData`.
   */
  deliver(message: MailMessage, beforeData?: () => Promise<void>): Promise<Delivery>;
}

const TIMEOUT = 60_000;

export function smtpMailer({ url, from, dkim, timeout = TIMEOUT }: MailerOptions): Mailer {
  const compose = createTransport({ streamTransport: true, buffer: true, newline: "windows", disableFileAccess: true, disableUrlAccess: true, ...(dkim && { dkim: { ...dkim } }) });
  const connectionOptions = { connectionTimeout: timeout, greetingTimeout: timeout, socketTimeout: timeout, ...parseConnectionUrl(url) };

  return {
    async deliver({ to, subject, html, text, headers, messageId }, beforeData = () => Promise.resolve()) {
      const { message, envelope } = await compose.sendMail({
        from,
        to: { name: "", address: to },
        subject,
        html,
        text,
        messageId,
        headers: Object.entries(headers).map(([key, value]) => ({ key, value: checkedHeader(key, value) })),
        textEncoding: "B",
      });
      if (!Buffer.isBuffer(message)) throw new Error("internal: the composer gave a stream");
      const connection = new SMTPConnection(connectionOptions);
      const gate: Gate = { beforeData, closed: false };
      try {
        return await within(timeout, connection, async () => {
          await connect(connection, connectionOptions.auth);
          return send(connection, envelope, message, gate);
        });
      } catch (error) {
        throw gate.refusal ?? error;
      } finally {
        gate.closed = true;
        connection.close();
      }
    },
  };
}

/** Header values are made by us on one line of ASCII; anything else is a defect and must not reach a mail. */
function checkedHeader(key: string, value: string): string {
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(key) || !/^[\x20-\x7e]*$/.test(value)) throw new Error(`header ${JSON.stringify(key)}: expected one line of ASCII, got ${JSON.stringify(value)}`);
  return value;
}

async function connect(connection: SMTPConnection, auth: ReturnType<typeof parseConnectionUrl>["auth"]): Promise<void> {
  await callback((done) => connection.connect(done));
  const { user, pass } = auth ?? {};
  if (user !== undefined && connection.allowsAuth) await callback((done) => connection.login({ credentials: { user, pass } }, done));
}

/** What stands between the envelope and the data. */
interface Gate {
  readonly beforeData: () => Promise<void>;
  /** The delivery has ended; a `beforeData` that comes back now opens nothing. */
  closed: boolean;
  /** What `beforeData` rejected with. */
  refusal?: unknown;
}

/** The data are read only when the server waits for them (reply 354), so `beforeData` runs neither too early nor twice. */
async function send(connection: SMTPConnection, envelope: { from: string | false; to: string[] }, message: Buffer, gate: Gate): Promise<Delivery> {
  async function* data(): AsyncGenerator<Buffer> {
    try {
      await gate.beforeData();
    } catch (error) {
      gate.refusal = error;
      throw error;
    }
    if (gate.closed) throw new Error("the delivery ended before the data were sent");
    yield message;
  }
  const { response = "" } = await callback<{ response?: string }>((done) => connection.send({ ...envelope, size: message.length }, Readable.from(data(), { objectMode: false }), done));
  return { response };
}

/** Ends the connection, and with it the work, after `timeout` milliseconds or when the connection breaks. */
function within<T>(timeout: number, connection: SMTPConnection, work: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(Object.assign(new Error(`the mail server did not finish within ${timeout} ms`), { code: "ETIMEDOUT" }));
    }, timeout);
    connection.once("error", reject);
    connection.once("end", () => reject(Object.assign(new Error("the mail server closed the connection"), { code: "ECONNECTION" })));
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

function callback<T>(start: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value as T))));
}
