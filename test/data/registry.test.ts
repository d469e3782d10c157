import { expect, test } from "vitest";
import { getSource, listSources } from "../../src/data/registry.ts";
import { partsOf } from "../../src/data/source.ts";

test("every card is complete and its packages are pinned", () => {
  const ids = listSources().map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  for (const card of listSources()) {
    expect(card.id).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
    for (const text of [card.title, card.licence, card.splitKey, card.description]) expect(text.length).toBeGreaterThan(2);
    expect(card.records).toBeGreaterThan(0);
    expect(partsOf(card).length).toBeGreaterThan(0);
    for (const { integrity, version, bytes } of [...card.packages, ...(card.optional ?? [])]) {
      expect(integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
      expect(version).toMatch(/^\d/);
      expect(bytes).toBeGreaterThan(1000);
    }
  }
});

test("an unknown id is answered with the ids there are and the nearest", () => {
  expect(getSource("emoji/art").card.id).toBe("emoji/art");
  expect(() => getSource("img/digit")).toThrow('unknown source "img/digit"; choose from code/docstrings, deb/bitext, deb/desc, emoji/art, emoji/text, en/books, en/brown, en/spam, en/wordnet, img/digits, iso/codes, speech/prompts, vec/glove (did you mean "img/digits"?)');
});
