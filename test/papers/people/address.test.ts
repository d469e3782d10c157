import { expect, test } from "vitest";
import { AddressError, maskAddress, normaliseAddress } from "../../../src/papers/people/address.ts";

test("an address has one stored form", () => {
  expect(normaliseAddress("  Jane.Doe+papers@EXAMPLE.org ")).toBe("jane.doe+papers@example.org");
  expect(normaliseAddress("jane@Bücher.example")).toBe("jane@xn--bcher-kva.example");
  expect(normaliseAddress("o'neil@sub.example.co.uk")).toBe("o'neil@sub.example.co.uk");
});

test("what is not an address of a mailbox on the internet is refused", () => {
  const bad = ["", "@", "a@", "@b.org", "a@b", "a b@c.org", ".a@b.org", "a..b@c.org", "a.@b.org", "a@-b.org", "a@b-.org", "a@b..org", "a@[127.0.0.1]", "a@127.0.0.1", '"a b"@c.org', "a@b.org\r\nBcc: x@y.org", "a@b.org>", "<a@b.org", "a,b@c.org", "jané@example.org", `${"a".repeat(65)}@b.org`, `a@${"b".repeat(64)}.org`, `a@${"b.".repeat(130)}org`, "a\0@b.org", "a@b.org?x"];
  for (const text of bad) expect(() => normaliseAddress(text), JSON.stringify(text)).toThrow(AddressError);
});

test("a masked address does not tell whose it is", () => {
  expect(maskAddress("jane@example.org")).toBe("j***@example.org");
  expect(maskAddress("nonsense")).toBe("***");
});
