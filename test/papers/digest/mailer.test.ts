import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSmtpRecorder } from "./smtp-recorder.ts";
import type { SmtpRecorder } from "./smtp-recorder.ts";
import { MailConfigurationError, mailConfiguration } from "../../../src/papers/digest/configuration.ts";
import { confirmationMail } from "../../../src/papers/digest/confirmation.ts";
import { smtpMailer } from "../../../src/papers/digest/mailer.ts";
import { meaningOf } from "../../../src/papers/digest/smtp-failure.ts";
import type { SmtpError } from "../../../src/papers/digest/smtp-failure.ts";

const MAIL = confirmationMail("a@example.org", "t.t", "https://papers.example.org");
const FROM = "papers@example.org";
let server: SmtpRecorder;
beforeEach(async () => {
  server = await startSmtpRecorder();
});
afterEach(() => server.close());

/** Runs `work` with the address of a server that speaks `lines`, one after each line it is sent, and keeps silent then. */
async function withScript<T>(lines: readonly string[], work: (url: string, heard: () => string) => Promise<T>): Promise<T> {
  let heard = "";
  const sockets: Socket[] = [];
  const script = createServer((socket) => {
    const left = [...lines];
    sockets.push(socket);
    const speak = (): void => void (left.length > 0 && socket.write(`${left.shift()}\r\n`));
    speak();
    socket.on("data", (chunk) => {
      heard += chunk.toString();
      speak();
    });
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => script.listen(0, "127.0.0.1", resolve));
  try {
    return await work(`smtp://127.0.0.1:${(script.address() as AddressInfo).port}`, () => heard);
  } finally {
    for (const socket of sockets) socket.destroy();
    script.close();
  }
}

test("the stop before the data comes after sender and recipient are accepted, and nothing leaves while it lasts", async () => {
  await withScript(["220 hello", "250 hello", "250 ok", "250 ok", "354 go on", "250 taken"], async (url, heard) => {
    let before = "";
    await smtpMailer({ url, from: FROM }).deliver(MAIL, async () => {
      await delay(100);
      before = heard();
    });
    expect(before).toMatch(/^EHLO .*\r\nMAIL FROM:<papers@example\.org>.*\r\nRCPT TO:<a@example\.org>\r\nDATA\r\n$/);
    expect(heard().length).toBeGreaterThan(before.length + 1000);
  });
});

test("a stop that rejects lets nothing out, and its error comes back", async () => {
  const refusal = new Error("not now");
  await expect(smtpMailer({ url: server.url, from: FROM }).deliver(MAIL, () => Promise.reject(refusal))).rejects.toBe(refusal);
  expect(server.mails).toEqual([]);
});

test("a stop that ends after the delivery was given up lets nothing out", async () => {
  let ended = false;
  const slow = async (): Promise<void> => {
    await delay(600);
    ended = true;
  };
  await expect(smtpMailer({ url: server.url, from: FROM, timeout: 250 }).deliver(MAIL, slow)).rejects.toMatchObject({ code: "ETIMEDOUT" });
  await delay(600);
  expect([ended, server.mails]).toEqual([true, []]);
});

test.each([
  ["says nothing at all", [], false, "retry"],
  ["falls silent before the data", ["220 hello", "250 hello", "250 ok"], false, "retry"],
  ["falls silent after the data", ["220 hello", "250 hello", "250 ok", "250 ok", "354 go on"], true, "unknown"],
  ["is about to close", ["421 4.3.2 shutting down"], false, "retry"],
  ["talks nonsense", ["HTTP/1.1 400 Bad Request"], false, "retry"],
] as const)("a server that %s does not hold the sender up", async (_, lines, started, kind) => {
  await withScript(lines, async (url) => {
    let dataStarted = false;
    const error: unknown = await smtpMailer({ url, from: FROM, timeout: 400 })
      .deliver(MAIL, () => {
        dataStarted = true;
        return Promise.resolve();
      })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(dataStarted).toBe(started);
    expect(meaningOf(error as SmtpError, dataStarted)).toMatchObject({ kind, suppress: false });
  });
});

test("the password of the server's address is used, and a wrong one is tried again later, held against nobody", async () => {
  const accepted: string[] = [];
  const strict = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    logger: false,
    onAuth: ({ username = "", password }, _session, callback) => (password === "p@ss/word" ? callback(null, { user: username }) : callback(Object.assign(new Error("5.7.8 wrong"), { responseCode: 535 }))),
    onData(stream, session, callback) {
      stream.resume();
      stream.on("end", () => {
        accepted.push(String(session.user));
        callback();
      });
    },
  });
  strict.on("error", () => undefined);
  await new Promise<void>((resolve) => strict.listen(0, "127.0.0.1", resolve));
  const { port } = strict.server.address() as AddressInfo;
  try {
    await smtpMailer({ url: `smtp://papers:${encodeURIComponent("p@ss/word")}@127.0.0.1:${port}`, from: FROM }).deliver(MAIL);
    expect(accepted).toEqual(["papers"]);
    const error: unknown = await smtpMailer({ url: `smtp://papers:no@127.0.0.1:${port}`, from: FROM }).deliver(MAIL).catch((caught: unknown) => caught);
    expect(meaningOf(error as SmtpError, false)).toMatchObject({ kind: "retry", suppress: false, reason: expect.stringContaining("535") as string });
  } finally {
    await new Promise<void>((resolve) => strict.close(() => resolve()));
  }
});

test("the configuration is checked whole, and its mistakes never show a password", async () => {
  const good = { REPRISE_SMTP_URL: "smtp://user:hush@mail.example.org:587", REPRISE_MAIL_FROM: "Papers <papers@example.org>", REPRISE_PUBLIC_URL: "https://papers.example.org" };
  expect(await mailConfiguration({})).toBe(undefined);
  expect(await mailConfiguration(good)).toEqual({ baseUrl: good.REPRISE_PUBLIC_URL, mailer: { url: good.REPRISE_SMTP_URL, from: good.REPRISE_MAIL_FROM } });
  const wrong: Record<string, Record<string, string>> = {
    "REPRISE_MAIL_FROM": { REPRISE_MAIL_FROM: "a@b.org\r\nBcc: c@d.org" },
    "REPRISE_SMTP_URL": { REPRISE_SMTP_URL: "https://user:hush@mail.example.org" },
    "REPRISE_DKIM_SELECTOR": { REPRISE_DKIM_DOMAIN: "example.org" },
    "REPRISE_DKIM_KEY": { REPRISE_DKIM_DOMAIN: "example.org", REPRISE_DKIM_SELECTOR: "k", REPRISE_DKIM_KEY: "/nowhere/key.pem" },
  };
  for (const [name, change] of Object.entries(wrong)) {
    const error: unknown = await mailConfiguration({ ...good, ...change }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MailConfigurationError);
    expect((error as Error).message).toContain(name);
    expect((error as Error).message).not.toContain("hush");
  }
  await expect(mailConfiguration({ REPRISE_SMTP_URL: good.REPRISE_SMTP_URL })).rejects.toThrow("REPRISE_MAIL_FROM");
});
