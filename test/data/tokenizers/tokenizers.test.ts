import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SubwordTokenizer } from "../../../src/data/tokenizers/subword-tokenizer.ts";
import { byteTokenizer, trainBytePairs } from "../../../src/data/tokenizers/train/byte-pairs.ts";
import { characterTokenizer } from "../../../src/data/tokenizers/train/characters.ts";
import { learnMerges } from "../../../src/data/tokenizers/train/merges.ts";
import { trainUnigram } from "../../../src/data/tokenizers/train/unigram.ts";
import { trainWordPiece } from "../../../src/data/tokenizers/train/wordpiece.ts";
import { CORPUS, HOSTILE, REFERENCE } from "./reference.ts";

const words = (counted: Record<string, number>) => {
  const symbols = [...new Set(Object.keys(counted).join(""))].sort();
  return { symbols, corpus: Object.entries(counted).map(([word, count]) => ({ symbols: [...word].map((letter) => symbols.indexOf(letter)), count })) };
};

test("merges of a small corpus are those worked out by hand", () => {
  // l o: 5 + 2 = 7, o w: 5 + 2 = 7, w e: 2, e r: 2; the tie goes to (l, o), whose first symbol has the smaller id: e l o r w
  const { symbols, corpus } = words({ low: 5, lower: 2 });
  const { merges } = learnMerges(corpus, { symbols, size: 9, minimum: 2, join: (a, b) => a + b });
  expect(merges).toEqual([["l", "o"], ["lo", "w"], ["e", "r"], ["low", "er"]]);
});

test("overlapping pairs are joined from the left and their counts stay exact", () => {
  const { symbols, corpus } = words({ aaaaa: 3, ab: 5 });
  const { merges } = learnMerges(corpus, { symbols, size: 5, minimum: 1, join: (a, b) => a + b });
  // (a, a) 12, then aaaaa = aa aa a: (a, b) 5 before (aa, aa) 3 and (aa, a) 3
  expect(merges).toEqual([["a", "a"], ["a", "b"], ["aa", "a"]]);
});

test("byte-pair training learns exactly the vocabulary and merges of Hugging Face's trainer", () => {
  const trained = trainBytePairs(CORPUS, { size: 400, minimum: 0 }).toJson();
  const { vocab, merges } = REFERENCE.models.bpe.model as { vocab: Record<string, number>; merges: string[][] };
  expect(trained.model.merges).toEqual(merges);
  expect(trained.model.vocab).toEqual(vocab);
});

for (const [name, published] of Object.entries(REFERENCE.models)) {
  test(`${name}: ids and offsets of hostile texts are those of Hugging Face's tokenizers`, () => {
    const tokenizer = new SubwordTokenizer(published);
    for (const { text, ids, offsets } of REFERENCE.encodings[name as keyof typeof REFERENCE.encodings]) {
      const spans = tokenizer.encodeWithOffsets(text);
      expect([...spans.ids], text).toEqual(ids);
      expect([...tokenizer.encode(text)], text).toEqual(ids);
      const units = [...text].reduce<number[]>((at, character) => [...at, (at.at(-1) as number) + character.length], [0]); // theirs count code points
      const visible = [...ids.keys()].filter((i) => tokenizer.tokenOf(ids[i] as number) !== "\u2581"); // theirs gives a lone space the letter after it
      const found = visible.map((i) => text.slice(spans.starts[i], spans.ends[i]).trim());
      const expected = visible.map((i) => text.slice(units[offsets[2 * i] as number], units[offsets[2 * i + 1] as number]).trim());
      expect(found, text).toEqual(expected);
    }
  });
}

test("byte-level and byte tokenizers give every text back, lone surrogates as U+FFFD", () => {
  for (const tokenizer of [trainBytePairs(CORPUS, { size: 300 }), byteTokenizer()]) {
    for (const text of HOSTILE) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text.toWellFormed());
  }
});

test("a byte tokenizer has one id for each byte after its special tokens", () => {
  const bytes = byteTokenizer({ reserved: 32, sentinels: 100 });
  expect(bytes.vocabularySize).toBe(132 + 256);
  expect(bytes.sentinels).toEqual(Array.from({ length: 100 }, (_, i) => 32 + i));
  expect(bytes.encode("é")).toHaveLength(2);
  expect(bytes.encode("")).toHaveLength(0);
  expect(bytes.decode([])).toBe("");
});

test("spans of a lossless tokenizer cover every character but the spaces", () => {
  const tokenizer = trainBytePairs(CORPUS, { size: 350 });
  for (const text of HOSTILE) {
    const { starts, ends } = tokenizer.encodeWithOffsets(text);
    const covered = new Set<number>();
    starts.forEach((start, i) => {
      for (let unit = start; unit < (ends[i] as number); unit++) covered.add(unit);
    });
    for (let unit = 0; unit < text.length; unit++) if (!/\s/.test(text[unit] as string)) expect(covered.has(unit), `${JSON.stringify(text)} ${unit}`).toBe(true);
  }
});

test("what is trained reads back from tokenizer.json with the same ids, special ids in place", () => {
  const options = { size: 300, reserved: 8, sentinels: 4 };
  for (const tokenizer of [trainBytePairs(CORPUS, { ...options, size: 420 }), trainWordPiece(CORPUS, options), trainUnigram(CORPUS, options), characterTokenizer(CORPUS, options)]) {
    const again = new SubwordTokenizer(JSON.parse(JSON.stringify(tokenizer.toJson())), tokenizer.toConfigJson());
    expect(again.special).toEqual({ pad: 0, cls: 1, sep: 2, mask: 3, unk: 4 });
    expect(again.sentinels).toEqual([8, 9, 10, 11]);
    expect(again.vocabularySize).toBeLessThanOrEqual(420);
    for (const text of HOSTILE) expect([...again.encode(text)]).toEqual([...tokenizer.encode(text)]);
  }
});

test("WordPiece writes ## before what continues a word and knows its own corpus", () => {
  const tokenizer = trainWordPiece(CORPUS, { size: 400 });
  const tokens = [...tokenizer.encode("Whaling voyages")].map((id) => tokenizer.tokenOf(id));
  expect(tokens.join(" ").replaceAll(" ##", "")).toBe("whaling voyages");
  expect(tokens.every((token) => token !== "[UNK]")).toBe(true);
  expect([...tokenizer.encode("Whaling")].map((id) => tokenizer.wordStarts[id])).toEqual([1, ...Array.from({ length: tokenizer.encode("Whaling").length - 1 }, () => 0)]);
});

test("unigram pieces: the vocabulary has the size asked for and spells its corpus without unknowns", () => {
  const tokenizer = trainUnigram(CORPUS, { size: 200 });
  expect(tokenizer.vocabularySize).toBe(200);
  const line = CORPUS.find((text) => text.length > 40) as string;
  expect(tokenizer.encode(line)).not.toContain(4);
  expect(tokenizer.decode(tokenizer.encode(line))).toBe(line.trim().split(/\s+/).join(" "));
  expect(tokenizer.encode(line).length).toBeLessThan(characterTokenizer(CORPUS, { size: 200 }).encode(line).length * 0.75);
});

test("forced words are single tokens, alone and after a space, even if the corpus never has them", () => {
  const tokenizer = trainBytePairs(CORPUS, { size: 420, forced: ["crescent", "zigzags"] });
  for (const word of ["crescent", " crescent", "zigzags", " zigzags"]) expect(tokenizer.encode(word)).toHaveLength(1);
  expect(() => trainBytePairs(CORPUS, { size: 262, forced: ["crescent"] })).toThrow('forced: "crescent" is not one token');
});

test("single digits: numbers fall into their digits", () => {
  const tokenizer = trainBytePairs(["2024 2024 2024 2024"], { size: 300, digits: "single" });
  expect([...tokenizer.encode("2024")].map((id) => tokenizer.tokenOf(id))).toEqual(["2", "0", "2", "4"]);
  expect(tokenizer.decode(tokenizer.encode("a 12 b"))).toBe("a 12 b");
});

test("the template and the cut: the longer text loses first", () => {
  const tokenizer = byteTokenizer();
  const ids = (text: string) => [...tokenizer.encode(text)];
  const { ids: all, segments, special } = tokenizer.encodePair("abcdef", "xy", 8);
  expect([...all]).toEqual([1, ...ids("abc"), 2, ...ids("xy"), 2]);
  expect([...segments]).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
  expect([...special]).toEqual([1, 0, 0, 0, 1, 0, 0, 1]);
  // Rows of the lab lose from the second where both are long; texts of a model are cut as Hugging Face's Rust library does.
  expect([...tokenizer.assemble(tokenizer.encode("abcd"), tokenizer.encode("wxyz"), 8).ids]).toEqual([1, ...ids("abc"), 2, ...ids("wx"), 2]);
  expect([...tokenizer.encodePair("abcd", "wxyz", 8).ids]).toEqual([1, ...ids("ab"), 2, ...ids("wxy"), 2]);
  expect([...tokenizer.encodePair("ab", undefined, 3).ids]).toEqual([1, ...ids("a"), 2]);
  expect(() => tokenizer.encodePair("ab", "c", 2)).toThrow("maximum 2 leaves no room: the template alone has 3 special tokens");
});

test.each([[27, 21, 6, 7], [21, 27, 6, 7], [7, 7, 6, 7], [6, 8, 6, 7], [8, 6, 7, 6], [3, 20, 3, 10], [13, 4, 9, 4], [6, 7, 6, 7]])("of texts of %i and %i tokens, %i and %i stay in 13, as tokenizers 0.23.2 leaves them", (a, b, first, second) => {
  const tokenizer = byteTokenizer();
  const { segments } = tokenizer.encodePair("a".repeat(a), "b".repeat(b), 16);
  expect([segments.filter((segment) => segment === 0).length - 2, segments.filter((segment) => segment === 1).length - 1]).toEqual([first, second]);
});

test("published templates are read off the file: BERT's post-processor gives segments too", () => {
  const tokenizer = new SubwordTokenizer(REFERENCE.models.wordpiece);
  const { ids, segments } = tokenizer.encodePair("a", "a");
  const [a] = tokenizer.encode("a");
  expect([...ids]).toEqual([1, a, 2, a, 2]);
  expect([...segments]).toEqual([0, 0, 0, 1, 1]);
});

test("special tokens are left out of decoded text unless asked for", () => {
  const tokenizer = byteTokenizer();
  const { ids } = tokenizer.encodePair("hi", "there");
  expect(tokenizer.decode(ids)).toBe("hithere");
  expect(tokenizer.decode(ids, { keepSpecial: true })).toBe("[CLS]hi[SEP]there[SEP]");
  expect(() => tokenizer.decode([9999])).toThrow("id 9999 is not in the vocabulary of 261");
});

test("files that are no usable tokenizer are refused with the place", () => {
  const good = JSON.parse(readFileSync(new URL("fixtures/reference.json", import.meta.url), "utf8")).models as Record<string, { model: Record<string, unknown> } & Record<string, unknown>>;
  const bpe = good["bpe"] as { model: Record<string, unknown> };
  const broken = (model: Record<string, unknown>, rest: Record<string, unknown> = {}) => () => new SubwordTokenizer({ ...bpe, ...rest, model: { ...bpe.model, ...model } });
  expect(broken({ merges: undefined })).toThrow("model.merges: a BPE model needs its list of merges, got none");
  expect(broken({ merges: [["x", "q"]] })).toThrow('entry 0 ("x" + "q") needs "xq", which is not in model.vocab');
  expect(broken({ merges: ["a b c"] })).toThrow("entry 0: expected two tokens");
  expect(broken({ type: "Morse" })).toThrow('model.type: unknown "Morse"; expected one of BPE, WordPiece, Unigram, WordLevel');
  expect(broken({ vocab: { a: 1, b: 1 } })).toThrow('id 1 belongs to "a" and to "b"');
  expect(broken({ vocab: { a: 1e12 } })).toThrow("expected an id in 0..3999999");
  expect(broken({}, { pre_tokenizer: { type: "Mystery" } })).toThrow("Unknown PreTokenizer type: Mystery");
  expect(() => new SubwordTokenizer({ model: { type: "Unigram", vocab: [["a", Number.NaN]], unk_id: 0 } })).toThrow("entry 0: expected [piece, finite score]");
  expect(() => new SubwordTokenizer({ model: { type: "Unigram", vocab: [["a", -1]], unk_id: 7 } })).toThrow("model.unk_id: expected the id of a piece, 0..0, got 7");
  expect(() => new SubwordTokenizer({ model: { type: "WordPiece", vocab: { a: 0 } } })).toThrow("needs a token for unknown words");
  expect(() => new SubwordTokenizer("hello")).toThrow("tokenizer.json: file:");
});
