/** A real SMTP server on localhost that keeps the mails it accepts and misbehaves on demand. */
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { SMTPServer } from "smtp-server";
import type { SMTPServerSession } from "smtp-server";
import { readMail } from "./read-mail.ts";

/** What the server does with mail to an address. `drop` closes the connection without a reply. */
export type Behaviour =
  | "accept"
  | { readonly at: "recipient" | "end of data"; readonly reply: number; readonly text?: string }
  | { readonly at: "recipient" | "start of data" | "end of data"; readonly reply: "drop" };

export interface RecordedMail {
  readonly to: string;
  readonly messageId: string;
  readonly raw: string;
}

export interface SmtpRecorder {
  readonly url: string;
  /** Mails whose data arrived whole, those answered with "drop" at the end of data included. */
  readonly mails: readonly RecordedMail[];
  /** Connections made so far. */
  connections(): number;
  close(): Promise<void>;
}

/** `behave` is asked for each mail; `pace` milliseconds pass before each accepted mail is answered. */
export async function startSmtpRecorder(behave: (address: string) => Behaviour = () => "accept", pace: () => number = () => 0): Promise<SmtpRecorder> {
  const mails: RecordedMail[] = [];
  let connections = 0;
  /** Of the mail each session is sending. */
  const current = new Map<string, Behaviour>();
  const server: SMTPServer = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    closeTimeout: 100,
    logger: false,
    onConnect(_session, callback) {
      connections++;
      callback();
    },
    onRcptTo({ address }, session, callback) {
      const behaviour = behave(address);
      current.set(session.id, behaviour);
      if (behaviour === "accept" || behaviour.at !== "recipient") return callback();
      if (behaviour.reply === "drop") return drop(session);
      callback(refusal(behaviour));
    },
    onData(stream, session, callback) {
      const to = session.envelope.rcptTo[0]?.address ?? "";
      const behaviour = current.get(session.id) ?? "accept";
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (behaviour !== "accept" && behaviour.at === "start of data") drop(session);
      });
      stream.on("end", () => {
        if (behaviour !== "accept" && behaviour.reply !== "drop") return callback(refusal(behaviour));
        if (behaviour !== "accept" && behaviour.at === "start of data") return;
        const raw = Buffer.concat(chunks).toString("utf8");
        mails.push({ to, raw, messageId: readMail(raw).headers.get("message-id") ?? "" });
        if (behaviour !== "accept") return drop(session);
        void delay(pace()).then(() => callback(null));
      });
      stream.on("error", () => undefined);
    },
  });
  const drop = ({ id }: SMTPServerSession): void => {
    for (const connection of server.connections) if (connection.id === id) connection._socket.destroy();
  };
  server.on("error", () => undefined); // a client that was killed
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function refusal({ reply, text = "no" }: { readonly reply: number | "drop"; readonly text?: string }): Error {
  return Object.assign(new Error(text), { responseCode: Number(reply) });
}
