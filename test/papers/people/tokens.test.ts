import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { withPglite } from "../support/pglite.ts";
import { deriveKey } from "../../../src/papers/people/secret.ts";
import { TOKEN_LIFETIME, TOKEN_PURPOSES, Tokens, forgetExpiredTokens } from "../../../src/papers/people/tokens.ts";

const SECRET = Buffer.alloc(32, 1);
const tokens = new Tokens(SECRET);
const NOW = new Date("2026-03-10T12:00:00Z");
const later = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds);

test("a token is read back for its purpose until it expires, and for no other", () => {
  for (const purpose of TOKEN_PURPOSES) {
    const token = tokens.issue(purpose, "subject", NOW);
    expect(tokens.read(token, purpose, later(TOKEN_LIFETIME[purpose] - 1))).toEqual({ ok: true, subject: "subject" });
    expect(tokens.read(token, purpose, later(TOKEN_LIFETIME[purpose]))).toEqual({ ok: false, fault: "expired" });
    for (const other of TOKEN_PURPOSES) if (other !== purpose) expect(tokens.read(token, other, NOW)).toEqual({ ok: false, fault: "wrong purpose" });
  }
});

test("two tokens for the same are different, and safe in addresses", () => {
  const [a, b] = [tokens.issue("manage", "s", NOW), tokens.issue("manage", "s", NOW)];
  expect(a).not.toBe(b);
  expect(a).toBe(encodeURIComponent(a));
});

test("a token changed in any one character is refused", () => {
  const token = tokens.issue("confirm", "s", NOW);
  for (let i = 0; i < token.length; i++) {
    for (const character of ["A", "B", ".", "="]) {
      if (token[i] === character) continue;
      expect(tokens.read(token.slice(0, i) + character + token.slice(i + 1), "confirm", NOW).ok, `${i} ${character}`).toBe(false);
    }
  }
});

test("a token signed with another secret or another purpose's key is forged", () => {
  expect(new Tokens(Buffer.alloc(32, 2)).read(tokens.issue("manage", "s", NOW), "manage", NOW)).toEqual({ ok: false, fault: "forged" });
  const payload = Buffer.from(JSON.stringify({ p: "delete", s: "s", e: later(1000).getTime(), n: "" })).toString("base64url");
  const signed = (purpose: string): string => `${payload}.${createHmac("sha256", deriveKey(SECRET, `token ${purpose}`)).update(payload).digest("base64url")}`;
  expect(tokens.read(signed("unsubscribe"), "delete", NOW)).toEqual({ ok: false, fault: "forged" });
  expect(tokens.read(signed("delete"), "delete", NOW)).toEqual({ ok: true, subject: "s" });
});

test("what was never a token is malformed", () => {
  const noJson = Buffer.from("not json").toString("base64url");
  const noExpiry = Buffer.from(JSON.stringify({ p: "confirm", s: "s", e: "never", n: "" })).toString("base64url");
  for (const text of ["", ".", "a", "a.b", `${noJson}.x`, `${noExpiry}.x`, `${"x".repeat(600)}.y`, "é.é", "a.b.c"]) expect(tokens.read(text, "confirm", NOW)).toEqual({ ok: false, fault: "malformed" });
});

test("a single-use token works once, also when asked twice at the same time; the others work again", async () => {
  await withPglite(async (database) => {
    const once = tokens.issue("confirm", "s", NOW);
    const answers = await Promise.all([1, 2, 3].map(() => tokens.redeem(database, once, "confirm", NOW)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok && answer.fault === "used")).toHaveLength(2);
    const often = tokens.issue("unsubscribe", "s", NOW);
    for (let i = 0; i < 2; i++) expect(await tokens.redeem(database, often, "unsubscribe", NOW)).toMatchObject({ ok: true });
    // what is kept of a used token is not the token, and goes when it has expired
    const kept = await database.query("select token_hash from used_tokens");
    expect(kept).toHaveLength(1);
    expect(JSON.stringify(kept)).not.toContain(once.slice(0, 20));
    await forgetExpiredTokens(database, later(TOKEN_LIFETIME.confirm + 1));
    expect(await database.query("select from used_tokens")).toHaveLength(0);
  });
});
