import { expect, test } from "vitest";
import { analyze, Bm25, SparseIndex, sparseVector, TfIdf } from "../../../src/data/search/index.ts";

const near = (hits: readonly { readonly id: unknown; readonly score: number }[], expected: readonly (readonly [unknown, number])[]): void => {
  expect(hits.map(({ id }) => id)).toEqual(expected.map(([id]) => id));
  expected.forEach(([, score], i) => expect(hits[i]!.score).toBeCloseTo(score, 10));
};

test("words of any script in lower case, and runs of characters with a blank around", () => {
  expect(analyze("The CAFÉ's 2nd ｔｅｓｔ — Привет!", { kind: "words" })).toEqual(["the", "café", "s", "2nd", "test", "привет"]);
  expect(analyze("  Ab  c ", { kind: "characters", n: 3 })).toEqual([" ab", "ab ", "b c", " c "]);
  expect(analyze("a", { kind: "characters", n: 5 })).toEqual([" a "]);
  expect(analyze(" \n", { kind: "characters", n: 3 })).toEqual([]);
});

test("BM25 by hand: three texts of 2, 2 and 5 words", () => {
  const index = new Bm25({ k1: 1.2, b: 0.75 });
  index.add("x", "red cat");
  index.add("y", "red dog");
  index.add("z", "cat cat sat on mats");
  // mean length 3; "cat": n = 2, idf = ln(1 + 1.5 / 2.5) = ln 1.6
  const idf = Math.log(1.6);
  const short = 1.2 * (0.25 + 0.75 * (2 / 3)); // K of 2 words: 0.9
  const long = 1.2 * (0.25 + 0.75 * (5 / 3)); // K of 5 words: 1.8
  expect(short).toBeCloseTo(0.9, 12);
  near(index.search("cat"), [["x", (idf * 2.2) / (1 + 0.9)], ["z", (idf * 2 * 2.2) / (2 + long)]]);
  // a repeated word of the query counts twice; "dog" has n = 1, idf = ln(1 + 2.5 / 1.5)
  near(index.search("dog dog cat", 1), [["y", (2 * Math.log(1 + 2.5 / 1.5) * 2.2) / 1.9]]);
  expect(index.search("nothing")).toEqual([]);
});

test("the length normalisation makes no difference at b = 0, and k1 = 0 counts presence only", () => {
  const index = new Bm25({ k1: 0, b: 0 });
  index.add(1, "cat cat cat");
  index.add(2, "cat and a long tail");
  const [first, second] = index.search("cat");
  expect([first!.id, second!.id]).toEqual([1, 2]); // equal scores in the order of adding
  expect(first!.score).toBeCloseTo(Math.log(1 + 0.5 / 2.5), 12);
  expect(second!.score).toBe(first!.score);
});

test("fields count with their weights, each against its own mean length", () => {
  const index = new Bm25({ k1: 1.2, b: 0.75, fields: { title: 2, body: 1 } });
  index.add("a", { title: "cat", body: "dog dog" });
  index.add("b", { title: "dog", body: "cat mouse" });
  // all lengths are the mean, so f = 2 for a (title) and 1 for b (body); idf = ln(1 + 0.5 / 2.5)
  const idf = Math.log(1.2);
  near(index.search("cat"), [["a", (idf * 2.2 * 2) / (1.2 + 2)], ["b", (idf * 2.2 * 1) / (1.2 + 1)]]);
  expect(() => index.add("c", { titel: "x" })).toThrow('unknown field "titel"; the index has title, body');
  expect(() => index.add("c", "x")).toThrow("expected an object with the fields title, body");
});

test("an index that items came to and left equals one built from what remains", async () => {
  const words = ["red", "blue", "cat", "dog", "sat", "ran", "mat", "hat"];
  const text = (seed: number): string => Array.from({ length: 3 + (seed % 5) }, (_, i) => words[(seed * 7 + i * i * 3) % words.length]).join(" ");
  const changed = new Bm25();
  for (let i = 0; i < 300; i++) changed.add(i, text(i));
  for (let i = 0; i < 300; i++) if (i % 3 !== 0) changed.remove(i);
  changed.add(0, text(1000)); // replaced
  const fresh = new Bm25();
  for (let i = 3; i < 300; i += 3) fresh.add(i, text(i));
  fresh.add(0, text(1000));
  const loaded = await Bm25.load(await changed.save());
  loaded.add("new", "cat cat hat");
  fresh.add("new", "cat cat hat");
  changed.add("new", "cat cat hat");
  for (const query of ["cat hat", "red ran mat mat", "dog"]) {
    const expected = fresh.search(query, 20).map(({ id, score }) => [id, score] as const);
    near(changed.search(query, 20), expected);
    near(loaded.search(query, 20), expected);
  }
  expect(changed.size).toBe(101);
  expect(changed.remove("absent")).toBe(false);
});

test("excluded items make room for the next ones", () => {
  const index = new Bm25();
  for (const id of ["a", "b", "c"]) index.add(id, "same words");
  expect(index.search("words", 2, { exclude: ["a"] }).map(({ id }) => id)).toEqual(["b", "c"]);
  expect(index.search("words", 1, { accept: (id) => id !== "a" && id !== "b" }).map(({ id }) => id)).toEqual(["c"]);
});

test("damage to a saved index is noticed, and kinds are not mixed up", async () => {
  const index = new Bm25();
  index.add("a", "some words");
  const bytes = await index.save();
  const damaged = bytes.slice();
  damaged[100] = (damaged[100] as number) ^ 1;
  await expect(Bm25.load(damaged)).rejects.toThrow("SHA-256");
  await expect(TfIdf.load(bytes)).rejects.toThrow('expected an index saved as "tf-idf-1", found "bm25-1"');
});

test("TF-IDF cosine: equal texts score 1, and a hand case", () => {
  const index = new TfIdf({ analysis: { kind: "characters", n: 3 } });
  index.add("berlin", "Berlin");
  index.add("bern", "Bern");
  const [best, second] = index.search("berlin");
  expect(best!.id).toBe("berlin");
  expect(best!.score).toBeCloseTo(1, 12);
  // runs of " berlin " are " be ber erl rli lin "in ": six; " bern " shares " be" and "ber" and has "ern" and "rn ".
  // idf of the shared ones is 1 + ln(3 / 3) = 1, of the others 1 + ln(3 / 2)
  const rare = 1 + Math.log(1.5);
  expect(second!.score).toBeCloseTo(2 / (Math.sqrt(2 + 4 * rare ** 2) * Math.sqrt(2 + 2 * rare ** 2)), 12);
});

test("Jaccard similarity of word sets", () => {
  const index = new TfIdf();
  index.add(1, "a b c c");
  index.add(2, "c d");
  near(index.searchByOverlap("b c c e"), [[1, 2 / 4], [2, 1 / 4]]);
});

test("learned sparse weights score as the dense product", async () => {
  const items = [[0, 2, 0.5, 0], [1, 0, 0.25, 0], [0, 0, 0, 3]];
  const query = [2, 1, 4, 0];
  const index = new SparseIndex();
  items.forEach((weights, i) => index.add(i, sparseVector(weights)));
  const dense = (weights: readonly number[]): number => weights.reduce((total, weight, i) => total + weight * query[i]!, 0);
  near(index.search(sparseVector(query)), [[0, dense(items[0]!)], [1, dense(items[1]!)]]); // 4 and 3
  near((await SparseIndex.load(await index.save())).search(sparseVector(query), 1), [[0, 4]]);
  expect(() => index.add(9, { 3: -1 })).toThrow("expected 1 weights >= 0, got [-1]");
});

test("texts without blanks between words are found by parts of them, and other words stay as they are", () => {
  expect(analyze("列出文件 naïve v2文", { kind: "words-and-pairs" })).toEqual(["列", "出", "文", "件", "列出", "出文", "文件", "naïve", "v2", "文"]);
  expect(analyze("データ한국어 ไทย", { kind: "words-and-pairs" })).toEqual(["デ", "ー", "タ", "デー", "ータ", "한국어", "ไ", "ท", "ย", "ไท", "ทย"]);
  const index = new Bm25({ analysis: { kind: "words-and-pairs" } });
  ["我想列出所有文件", "今天天气很好", "删除文件"].forEach((text, i) => index.add(i, text));
  expect(index.search("如何列出文件", 3).map(({ id }) => id)).toEqual([0, 2]);
  expect(index.search("猫", 3)).toEqual([]);
});
