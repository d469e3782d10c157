/**
 * How mail is set up.
 *
 * | variable | meaning |
 * | --- | --- |
 * | REPRISE_SMTP_URL | mail server: smtp://user:password@host:587 or smtps://...; without it no mail is sent |
 * | REPRISE_MAIL_FROM | sender: papers@example.org or "Papers <papers@example.org>" |
 * | REPRISE_PUBLIC_URL | the explorer's address, for links in mails |
 * | REPRISE_DKIM_DOMAIN, REPRISE_DKIM_SELECTOR, REPRISE_DKIM_KEY | sign mails; the key is a PEM file; all three or none |
 * | REPRISE_BOUNCE_SECRET | what reports of bounces must carry; without it they are not accepted |
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { MailerOptions } from "./mailer.ts";

export interface MailConfiguration {
  readonly mailer: MailerOptions;
  /** The explorer's address as readers see it. */
  readonly baseUrl: string;
}

export class MailConfigurationError extends Error {
  override readonly name = "MailConfigurationError";
}

const ADDRESS = /^(?:[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/;
const variables = z
  .object({
    REPRISE_SMTP_URL: z.url({ protocol: /^smtps?$/, error: "expected an address such as smtp://user:password@mail.example.org:587" }),
    REPRISE_MAIL_FROM: z.string({ error: "expected the sender, such as papers@example.org" }).regex(ADDRESS, "expected papers@example.org or Papers <papers@example.org>"),
    REPRISE_PUBLIC_URL: z.url({ protocol: /^https?$/, error: "expected the explorer's address, such as https://papers.example.org" }),
    REPRISE_DKIM_DOMAIN: z.string().optional(),
    REPRISE_DKIM_SELECTOR: z.string().optional(),
    REPRISE_DKIM_KEY: z.string().optional(),
  })
  .refine((given) => new Set([given.REPRISE_DKIM_DOMAIN, given.REPRISE_DKIM_SELECTOR, given.REPRISE_DKIM_KEY].map((value) => value === undefined)).size === 1, {
    path: ["REPRISE_DKIM_DOMAIN"],
    error: "to sign mails set REPRISE_DKIM_DOMAIN, REPRISE_DKIM_SELECTOR and REPRISE_DKIM_KEY, all three",
  });

/** The configuration in `environment`; undefined when there is no REPRISE_SMTP_URL. Throws MailConfigurationError with everything wrong, without values. */
export async function mailConfiguration(environment: Readonly<Record<string, string | undefined>>): Promise<MailConfiguration | undefined> {
  const given = Object.fromEntries(Object.entries(environment).filter(([name, value]) => name.startsWith("REPRISE_") && value !== ""));
  if (given["REPRISE_SMTP_URL"] === undefined) return undefined;
  const parsed = variables.safeParse(given);
  if (!parsed.success) throw new MailConfigurationError(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  const { REPRISE_SMTP_URL: url, REPRISE_MAIL_FROM: from, REPRISE_PUBLIC_URL: baseUrl, REPRISE_DKIM_DOMAIN: domainName, REPRISE_DKIM_SELECTOR: keySelector, REPRISE_DKIM_KEY: keyFile } = parsed.data;
  const signs = domainName !== undefined && keySelector !== undefined && keyFile !== undefined;
  return { baseUrl, mailer: { url, from, ...(signs && { dkim: { domainName, keySelector, privateKey: await readKey(keyFile) } }) } };
}

async function readKey(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new MailConfigurationError(`REPRISE_DKIM_KEY: cannot read the PEM file ${path}`, { cause });
  }
}
