import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheDirectory } from "../../../src/data/node/cache-directory.node.ts";
import { pictureReaders } from "../../../src/data/node/picture-readers.node.ts";
import { isoCodes } from "../../../src/data/sources/iso-codes.ts";
import { readCatalogue } from "../../../src/data/text/gettext.ts";

/** A catalogue as msgfmt lays it out: seven numbers, both tables, then the texts, each with a zero byte after it. */
function catalogue(entries: readonly (readonly [string, string])[], little = true): Uint8Array {
  const encode = (text: string) => new TextEncoder().encode(text);
  const texts = [...entries.map(([message]) => encode(message)), ...entries.map(([, translation]) => encode(translation))];
  const head = 28 + 8 * texts.length;
  const bytes = new Uint8Array(head + texts.reduce((sum, { length }) => sum + length + 1, 0));
  const view = new DataView(bytes.buffer);
  [0x950412de, 0, entries.length, 28, 28 + 8 * entries.length, 0, 0].forEach((value, i) => view.setUint32(4 * i, value, little));
  let at = head;
  texts.forEach((text, i) => {
    view.setUint32(28 + 8 * i, text.length, little);
    view.setUint32(32 + 8 * i, at, little);
    bytes.set(text, at);
    at += text.length + 1;
  });
  return bytes;
}

test("a catalogue is read in both byte orders, without its header", () => {
  const entries = [["", "Content-Type: text/plain"], ["Germany", "Deutschland"], ["Russian", "русский"]] as const;
  for (const little of [true, false]) expect([...readCatalogue(catalogue(entries, little), "x.mo")]).toEqual([["Germany", "Deutschland"], ["Russian", "русский"]]);
});

test("what is no catalogue, or ends too early, is refused by name", () => {
  expect(() => readCatalogue(new TextEncoder().encode("msgid \"Germany\" and more"), "de.mo")).toThrow("de.mo: expected a compiled gettext catalogue");
  expect(() => readCatalogue(catalogue([["Germany", "Deutschland"]]).subarray(0, 50), "de.mo")).toThrow("de.mo: a text of 7 bytes at 44 reaches beyond the end, 50");
});

const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const files = (): Map<string, Uint8Array> => new Map([
  ["usr/share/iso-codes/json/iso_3166-1.json", json({ "3166-1": [{ alpha_3: "ALB", name: "Albania", official_name: "Republic of Albania" }, { alpha_3: "GEO", name: "Georgia" }] })],
  ["usr/share/iso-codes/json/iso_4217.json", json({ "4217": [{ alpha_3: "ALL", name: "Lek" }] })],
  ["usr/share/iso-codes/json/iso_639-2.json", json({ "639-2": [{ alpha_3: "ady", name: "Adyghe; Adygei" }, { alpha_3: "geo", name: "Georgia" }] })],
  ["usr/share/locale/de/LC_MESSAGES/iso_3166-1.mo", catalogue([["Albania", "Albanien"], ["Republic of Albania", "Republik Albanien"], ["Georgia", "Georgien"]])],
  ["usr/share/locale/de/LC_MESSAGES/iso_639-2.mo", catalogue([["Adyghe; Adygei", "Adygeisch; Tscherkessisch; Adygeisch"]])],
  ["usr/share/locale/tr/LC_MESSAGES/iso_4217.mo", catalogue([["Lek", "Lek"], ["Unused", "Boş"]])],
]);

test("names with semicolons are several, and a word of two standards keeps its own translations", async () => {
  const { wants } = isoCodes;
  expect([...files().keys()].every((path) => wants(path, isoCodes.card.packages[0]!))).toBe(true);
  expect(wants("usr/share/locale/de/LC_MESSAGES/iso_3166-2.mo", isoCodes.card.packages[0]!)).toBe(false);
  const pack = await isoCodes.freeze("all", new Map([["iso-codes", files()]]), async () => undefined, pictureReaders);
  const { codes, languages, namesIn } = isoCodes.thaw([{ part: "all", pack, sha256: "0" }]);
  expect(languages).toEqual(["de", "tr"]);
  expect(codes).toEqual([
    { kind: "country", code: "ALB", names: ["Albania", "Republic of Albania"] },
    { kind: "country", code: "GEO", names: ["Georgia"] },
    { kind: "currency", code: "ALL", names: ["Lek"] },
    { kind: "language", code: "ady", names: ["Adyghe", "Adygei"] },
    { kind: "language", code: "geo", names: ["Georgia"] },
  ]);
  expect(codes.map((code) => namesIn(code, "de"))).toEqual([["Albanien", "Republik Albanien"], ["Georgien"], [], ["Adygeisch", "Tscherkessisch"], []]);
  expect(() => namesIn(codes[0]!, "fr")).toThrow('iso/codes: no language "fr"; there are de, tr');
});

test("a package without a table is refused", async () => {
  const missing = files();
  missing.delete("usr/share/iso-codes/json/iso_4217.json");
  await expect(isoCodes.freeze("all", new Map([["iso-codes", missing]]), async () => undefined, pictureReaders)).rejects.toThrow("iso/codes: the package has no usr/share/iso-codes/json/iso_4217.json");
});

test.skipIf(!existsSync(join(cacheDirectory(), "packs", "iso-codes-v1-all.pack")))("the real package (if it is in the cache) has as many codes as the card says, nearly all named in German", async () => {
  const { codes, namesIn } = await isoCodes.load();
  expect(codes).toHaveLength(isoCodes.card.records);
  expect(codes.filter((code) => namesIn(code, "de").length === 0).length).toBeLessThan(10);
});
