import { createHash, createVerify, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { readMail } from "./read-mail.ts";
import { startSmtpRecorder } from "./smtp-recorder.ts";
import { paper } from "../support/paper.ts";
import { confirmationMail } from "../../../src/papers/digest/confirmation.ts";
import { smtpMailer } from "../../../src/papers/digest/mailer.ts";
import type { MailMessage } from "../../../src/papers/digest/mail-message.ts";
import { headerText } from "../../../src/papers/digest/mail-message.ts";
import { wrapText } from "../../../src/papers/digest/plain-text.ts";
import { render } from "../../../src/papers/digest/render.ts";
import { findCard } from "../../../src/papers/catalogue/catalogue.ts";

const READER = { id: "r", address: "reader@example.org", unsubscribeToken: "u".repeat(200), manageToken: "m" };
const BASE = "https://papers.example.org";
const plain = paper("arxiv:2601.00001", { title: "A plain title", arxiv: "2601.00001", authors: ["A", "B", "C", "D", "E"], year: 2026, abstract: "One. Two." });

/** The mail as it arrives. */
async function delivered(message: MailMessage, dkim?: Parameters<typeof smtpMailer>[0]["dkim"]) {
  const server = await startSmtpRecorder();
  try {
    await smtpMailer({ url: server.url, from: "Papers <papers@example.org>", ...(dkim && { dkim }) }).deliver(message);
    return { raw: server.mails[0]?.raw ?? "", ...readMail(server.mails[0]?.raw ?? "") };
  } finally {
    await server.close();
  }
}

test("a digest is the same mail for the same reader, papers and date", () => {
  const mail = render(READER, [{ paper: plain, reasons: ["because"] }], "2026-03-10", BASE);
  expect(render(READER, [{ paper: plain, reasons: ["because"] }], "2026-03-10", BASE)).toEqual(mail);
  expect(mail.subject).toBe("A plain title · 10 March 2026");
  expect(mail.messageId).toMatch(/^<digest\.[0-9a-f]{40}@papers\.example\.org>$/);
  expect(render(READER, [], "2026-03-11", BASE).messageId).not.toBe(mail.messageId);
  expect(render({ ...READER, id: "s" }, [], "2026-03-10", BASE).messageId).not.toBe(mail.messageId);
});

test("what arrives has both parts, every paper in both, and the headers of one-click unsubscription", async () => {
  const sent = render(READER, [{ paper: plain, reasons: ["trending at place 1"] }, { paper: paper("two", { title: "Zweiter Titel – größer" }), reasons: [] }], "2026-03-10", BASE);
  const { headers, parts, raw } = await delivered(sent);
  expect(headers.get("content-type")).toContain("multipart/alternative");
  expect([...parts.keys()]).toEqual(["text/plain", "text/html"]);
  for (const part of parts.values()) {
    expect(part).toContain("A plain title");
    expect(part).toContain("Zweiter Titel – größer");
    expect(part).toContain("A, B, C, D and others · 2026");
    expect(part).toContain("One. Two. (from the abstract)");
    expect(part).toContain("trending at place 1");
    expect(part).toContain("https://papers.example.org/papers/arxiv%3A2601.00001");
    expect(part).toContain("https://arxiv.org/abs/2601.00001");
  }
  expect(headers.get("list-unsubscribe")).toBe(`<https://papers.example.org/people/unsubscribe?token=${"u".repeat(200)}>`);
  expect(headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
  expect(headers.get("message-id")).toBe(sent.messageId);
  expect(headers.get("to")).toBe("reader@example.org");
  expect(headers.get("from")).toBe("Papers <papers@example.org>");
  for (const line of raw.split("\r\n")) expect(line.length).toBeLessThan(998);
});

test("a catalogued paper is told in our own words", () => {
  const card = findCard("crossmae")?.card;
  const mail = render(READER, [{ paper: paper("crossmae", { slug: "crossmae", abstract: "their words" }), reasons: [] }], "2026-03-10", BASE);
  expect(mail.html).not.toContain("their words");
  expect(mail.html).not.toContain("from the abstract");
  expect(mail.text.replace(/\s+/g, " ")).toContain(card?.problem[0]);
});

test("script, quotes and addresses that run code in harvested data are harmless", () => {
  const evil = paper("x\"><script>alert(1)</script>", {
    title: "<script>alert(1)</script><img src=x onerror=alert(2)>",
    abstract: "</p><script>alert(3)</script>",
    authors: ["<b onmouseover=alert(4)>Eve</b>"],
    venue: "\"'><svg onload=alert(5)>",
    url: "javascript:alert(6)",
    code: "data:text/html,<script>alert(7)</script>",
  });
  const { html } = render(READER, [{ paper: evil, reasons: ['shares "<script>" with'] }], "2026-03-10", BASE);
  expect(html).not.toMatch(/<(script|img|svg|b)\b/i);
  expect(html).not.toMatch(/javascript:|data:text/i);
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  // every attribute is quoted and no value holds a quote: taking the quoted values away leaves none
  expect(html.replace(/="[^"<>]*"/g, "")).not.toMatch(/<[a-z][^>]*["'][^>]*>/i);
});

test("line breaks and odd characters in a title cannot add headers", async () => {
  const tricky = "Title\r\nBcc: victim@example.org\r\n\r\nbody\u2028X-Evil: 1\u0000\u202Egnp.exe \ud800 日本語 𝒳";
  const { headers, raw } = await delivered(render(READER, [{ paper: paper("p", { title: tricky }), reasons: [] }], "2026-03-10", BASE));
  expect(headers.has("bcc")).toBe(false);
  expect(headers.has("x-evil")).toBe(false);
  expect(headers.get("subject")).toBe("Title Bcc: victim@example.org body X-Evil: 1 gnp.exe \ufffd 日本語 𝒳 · 10 March 2026");
  expect(raw.slice(0, raw.indexOf("\r\n\r\n"))).toMatch(/^[\t\r\n -~]*$/);
});

test("a header that is not one line of ASCII never leaves", async () => {
  const mail = { ...render(READER, [], "2026-03-10", BASE), headers: { "List-Id": "a\r\nBcc: b@example.org" } };
  await expect(delivered(mail)).rejects.toThrow('header "List-Id"');
});

test("text is wrapped at 72 characters, except for words that are longer", () => {
  const link = `https://example.org/${"x".repeat(90)}`;
  const wrapped = wrapText(`${"word ".repeat(40)}${link} end`, "   ");
  for (const line of wrapped.split("\n")) expect(line.length <= 72 || line.trim() === link).toBe(true);
  expect(wrapped.split(/\s+/).filter(Boolean)).toEqual([...Array<string>(40).fill("word"), link, "end"]);
});

test("long titles are cut at a character, never inside one", () => {
  expect(headerText("𝒳".repeat(200), 10)).toBe(`${"𝒳".repeat(9)}…`);
});

test("DKIM signs what is sent, the unsubscribe headers included", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const { raw } = await delivered(render(READER, [{ paper: plain, reasons: [] }], "2026-03-10", BASE), {
    domainName: "example.org",
    keySelector: "k1",
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  });
  const split = raw.indexOf("\r\n\r\n");
  const fields = raw.slice(0, split).split(/\r\n(?![ \t])/);
  const signature = fields.find((field) => /^dkim-signature:/i.test(field)) ?? "";
  const tags = new Map(signature.slice(signature.indexOf(":") + 1).split(";").map((tag): [string, string] => [tag.slice(0, tag.indexOf("=")).trim(), tag.slice(tag.indexOf("=") + 1).replace(/\s+/g, "")]));
  expect([tags.get("d"), tags.get("s"), tags.get("c")]).toEqual(["example.org", "k1", "relaxed/relaxed"]);
  const signed = tags.get("h")?.toLowerCase().split(":") ?? [];
  expect(signed).toEqual(expect.arrayContaining(["from", "to", "subject", "message-id", "list-unsubscribe", "list-unsubscribe-post"]));
  // RFC 6376 3.4.2 and 3.4.4, relaxed
  const relaxed = (field: string): string => `${field.slice(0, field.indexOf(":")).trim().toLowerCase()}:${field.slice(field.indexOf(":") + 1).replace(/\r\n/g, "").replace(/[ \t]+/g, " ").trim()}`;
  const body = raw.slice(split + 4).replace(/[ \t]+(?=\r\n)/g, "").replace(/[ \t]+/g, " ").replace(/(\r\n)*$/, "\r\n");
  expect(tags.get("bh")).toBe(createHash("sha256").update(body).digest("base64"));
  const left = [...fields];
  const headers = signed.flatMap((name) => {
    const at = left.findLastIndex((field) => field.toLowerCase().startsWith(`${name}:`));
    return at < 0 ? [] : left.splice(at, 1);
  });
  const text = [...headers.map(relaxed), relaxed(signature.replace(/([;\s]b=)[^;]*/, "$1"))].join("\r\n");
  expect(createVerify("RSA-SHA256").update(text).verify(publicKey, Buffer.from(tags.get("b") ?? "", "base64"))).toBe(true);
});

test("a confirmation mail has its link in both parts and no way to be mistaken for the list", async () => {
  const { parts, headers } = await delivered(confirmationMail("reader@example.org", "to.ken", BASE));
  for (const part of parts.values()) expect(part).toContain("https://papers.example.org/people/confirm?token=to.ken");
  expect(headers.has("list-unsubscribe")).toBe(false);
  expect(headers.get("auto-submitted")).toBe("auto-generated");
});
