/** The normalizer `Precompiled`, against what Hugging Face's Rust library makes of a table of sentencepiece (fixtures/make-precompiled.py). */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SubwordTokenizer } from "../../../src/data/index.ts";
import { precompiled, readReplacements } from "../../../src/data/tokenizers/precompiled.ts";

const { charsmap, cases } = JSON.parse(readFileSync(new URL("fixtures/precompiled.json", import.meta.url), "utf8")) as { readonly charsmap: string; readonly cases: readonly (readonly [string, string])[] };

const whole = (normalizer: object): SubwordTokenizer => new SubwordTokenizer({ normalizer, model: { type: "WordLevel", vocab: { "<unk>": 0, fin: 1, "\ufb01n": 2 }, unk_token: "<unk>" } });

/** A table of `units` and `texts`, as sentencepiece lays one out. */
function table(units: readonly number[], texts: string, size = units.length * 4): string {
  const head = Buffer.alloc(4 + units.length * 4);
  head.writeUInt32LE(size, 0);
  units.forEach((unit, i) => head.writeUInt32LE(unit >>> 0, 4 + 4 * i));
  return Buffer.concat([head, Buffer.from(texts, "latin1")]).toString("base64");
}

/** A trie over one key of one byte, "A": its children lie in the second block, the leaf in the third. */
function oneKey(leaf: number): number[] {
  const units = new Array<number>(1024).fill(0);
  units[0] = 256 << 10; // the root's children begin at 0 ^ 256
  units[256 ^ 65] = (512 << 10) | (1 << 8) | 65; // has a leaf, at its own place ^ 512
  units[(256 ^ 65) ^ 512] = leaf;
  return units;
}

describe("a table of sentencepiece", () => {
  test.each(cases)("%j becomes %j, as in the Rust library", (text, expected) => {
    expect(precompiled(charsmap)(text)).toBe(expected);
  });

  test("a lone surrogate stays what it is", () => {
    expect(precompiled(charsmap)("A\ud800A")).toBe("a\ud800a");
  });

  test("a tokenizer applies it, alone or in a sequence", () => {
    expect([...whole({ type: "Precompiled", precompiled_charsmap: charsmap }).encode("\ufb01n")]).toEqual([1]);
    expect([...whole({ type: "Sequence", normalizers: [{ type: "Precompiled", precompiled_charsmap: charsmap }] }).encode("\ufb01n")]).toEqual([1]);
    // U+2460 has a compatibility form, but the table does not say so.
    expect(precompiled(charsmap)("\u2460")).toBe("\u2460");
  });

  test("is laid out as its format says: a table made by hand is read", () => {
    expect([...readReplacements(table(oneKey(3 | 0x80000000), "no\0yes\0"))]).toEqual([["A", "yes"]]);
  });
});

describe("a damaged table is refused with what is wrong", () => {
  const whatFails = (map: unknown): string => {
    try {
      whole({ type: "Precompiled", precompiled_charsmap: map });
    } catch (error) {
      return (error as Error).message;
    }
    return "nothing";
  };
  const circle = new Array<number>(256).fill(0).map((_, i) => (i << 10) | i); // every byte follows every byte
  test.each([
    ["absent", undefined, "expected a table in base64, got undefined"],
    ["null", null, "expected a table in base64, got null"],
    ["empty", "", "expected a table in base64, got an empty text"],
    ["not base64", "!!!", "is not base64"],
    ["too short", "AAA=", "its trie has 0 of 2 bytes"],
    ["cut off", table(oneKey(0), "", 400_000), "its trie has 400000 of 4100 bytes"],
    ["a trie of 5 bytes", table(oneKey(0), "", 5), "its trie has 5 of 4100 bytes"],
    ["a pointer beyond the trie", table([1 << 20], "a\0"), "its trie points to unit 1025 of 1"],
    ["a replacement beyond the texts", table(oneKey(0x80000009), "yes\0"), "a replacement begins at byte 9 of 4"],
    ["a replacement that is no text", table(oneKey(0x80000000), "\xff\xff\0"), "the replacement at byte 0 is not UTF-8"],
    ["a trie in circles", table(circle, "a\0"), "its trie runs in circles"],
  ])("%s", (_, map, expected) => {
    expect(whatFails(map)).toContain(`tokenizer.json: normalizer: Precompiled: precompiled_charsmap: ${expected}`);
  });
});
