import { expect, test } from "vitest";
import { meaningOf } from "../../../src/papers/digest/smtp-failure.ts";

const reply = (command: string, responseCode: number, text = "") => ({ message: "m", command, responseCode, response: `${responseCode} ${text}` });

test("a reply decides, whether data had started or not", () => {
  for (const started of [false, true]) {
    expect(meaningOf(reply("DATA", 451), started)).toMatchObject({ kind: "retry", suppress: false });
    expect(meaningOf(reply("DATA", 554), started)).toMatchObject({ kind: "refused", suppress: false });
    expect(meaningOf(reply("CONN", 421), started).kind).toBe("retry");
  }
});

test("without a reply nobody knows once data have started", () => {
  const broken = { message: "the connection broke", code: "ECONNECTION" };
  expect(meaningOf(broken, false)).toEqual({ kind: "retry", suppress: false, reason: "ECONNECTION: the connection broke" });
  expect(meaningOf(broken, true).kind).toBe("unknown");
  expect(meaningOf({ message: "m", responseCode: 250 }, true).kind).toBe("unknown");
});

test("what the server has against the sender is not held against the reader", () => {
  for (const command of ["CONN", "EHLO", "AUTH", "MAIL FROM", ""]) expect(meaningOf(reply(command, 550, "5.1.1 x"), false)).toMatchObject({ kind: "retry", suppress: false });
  expect(meaningOf(reply("RCPT TO", 503), false).kind).toBe("retry");
});

test("only an address that is not there, or not any more, is suppressed", () => {
  const dead = [reply("RCPT TO", 550), reply("RCPT TO", 551), reply("RCPT TO", 553), reply("RCPT TO", 554, "5.1.1 unknown"), reply("DATA", 550, "5.2.1 disabled"), reply("RCPT TO", 550, "5.1.10 null MX")];
  const alive = [reply("RCPT TO", 552), reply("RCPT TO", 550, "5.7.1 blocked"), reply("RCPT TO", 550, "5.2.2 full"), reply("DATA", 554), reply("RCPT TO", 550, "5.1.8 bad sender")];
  expect(dead.map((error) => meaningOf(error, false).suppress)).toEqual([true, true, true, true, true, true]);
  expect(alive.map((error) => meaningOf(error, false))).toEqual(Array(5).fill(expect.objectContaining({ kind: "refused", suppress: false })));
});
