import { expect, test } from "vitest";
import { RandomStream } from "../../../../src/engine/index.ts";
import { commonTokens, pairRow, stackRows, textRow } from "../../../../src/papers/search/models/token-rows.ts";
import { hardCandidates, nearestRows } from "../../../../src/papers/search/models/training/candidates.ts";
import { ranksByVectors, retrievalTask, scoresOfRanks } from "../../../../src/papers/search/models/training/development.ts";
import { pairBatches } from "../../../../src/papers/search/models/training/pair-batches.ts";
import { packagePassage, sentencesOf, withoutName, wordsOfName } from "../../../../src/papers/search/models/training/passages.ts";
import { careless, drawView, mistyped } from "../../../../src/papers/search/models/training/views.ts";
import { toyVocabulary } from "./support/toy.ts";

const { tokenizer } = toyVocabulary();
const passage = (name: string, title: string, ...body: string[]) => ({ name, title, body, group: "all" });

test("a name is taken out of a summary as a word, not as a part of one", () => {
  expect(withoutName("Vim: a vim-like editor for Vimscript", "vim")).toBe("a -like editor for Vimscript");
  expect(withoutName("c++ compiler", "C++")).toBe("compiler");
  expect(withoutName("nothing of it", "vim")).toBe("nothing of it");
});

test("names become words, paragraphs sentences", () => {
  expect(wordsOfName("HTTPServer._parse_url")).toBe("http server parse url");
  expect(sentencesOf("It reads. It writes; And\nit lists.")).toEqual(["It reads.", "It writes;", "And", "it lists."]);
});

test("a package that only repeats its name, or says nothing more, is no passage", () => {
  const record = { name: "vim", source: "vim", section: "editors", tags: [], homepage: "", depends: [] };
  expect(packagePassage({ ...record, summary: "vim", paragraphs: ["An editor that many people know."] })).toBeNull();
  expect(packagePassage({ ...record, summary: "text editor", paragraphs: ["Short."] })).toBeNull();
  expect(packagePassage({ ...record, summary: "text editor", paragraphs: ["It edits. It also undoes."] })).toEqual({ name: "vim", title: "text editor", body: ["It edits.", "It also undoes."], group: "editors" });
});

test("a sentence that is the query is not in its document", () => {
  const random = RandomStream.of(3, "views");
  const text = passage("", "", "alpha alpha", "beta beta", "gamma gamma");
  const views = Array.from({ length: 200 }, () => drawView(text, random));
  const sentences = views.filter(({ query }) => text.body.includes(query));
  expect(sentences.length).toBeGreaterThan(50);
  for (const { query, document } of sentences) expect(document).not.toContain(query);
});

test("a mistyped word differs by one edit, and keeps its first letter", () => {
  const random = RandomStream.of(4, "typos");
  const typos = Array.from({ length: 100 }, () => mistyped("retrieval", random));
  for (const typo of typos) {
    expect(typo[0]).toBe("r");
    expect(Math.abs(typo.length - "retrieval".length)).toBeLessThanOrEqual(1);
  }
  expect(new Set(typos).size).toBeGreaterThan(20);
  expect(careless("a", random)).toBe("a");
});

test("words of both texts are marked in a pair, marks and special tokens never", () => {
  const common = commonTokens(tokenizer);
  const { ids, types } = pairRow(tokenizer, tokenizer.encode("fast search,"), tokenizer.encode("search, images"), 16, common);
  expect(Array.from(ids, (id) => tokenizer.tokenOf(id))).toEqual(["[CLS]", "fast", "search", ",", "[SEP]", "search", ",", "images", "[SEP]"]);
  expect([...types]).toEqual([0, 0, 1, 0, 0, 3, 2, 2, 2]);
  expect(pairRow(tokenizer, tokenizer.encode("fast search"), tokenizer.encode("images images images"), 7, common).ids).toHaveLength(7);
});

test("rows are filled up with padding that is not valid", () => {
  const { ids, valid } = stackRows([textRow(tokenizer, "fast", 8), textRow(tokenizer, "the fast search of images", 4)], 4);
  expect([...valid.data]).toEqual([1, 1, 1, 0, 1, 1, 1, 1]);
  expect(ids.data[3]).toBe(0);
});

test("batch n is the same however one gets there", async () => {
  const passages = Array.from({ length: 12 }, (_, i) => ({ ...passage(`p${i}`, "fast search", `images ${i}.`, "the code of text"), group: String(i % 2) }));
  const open = () => pairBatches({ tokenizer, sources: [{ id: "a", share: 1, passages }], batchSize: 4, longestQuery: 6, longestDocument: 10, seed: 5 });
  const [straight, resumed] = [open(), open()];
  await straight.next();
  const position = straight.state();
  const second = await straight.next();
  resumed.restore(position);
  expect(await resumed.next()).toEqual(second);
  expect(second.documentIds?.shape).toEqual([4, 10]);
  expect(() => resumed.restore({ kind: "pairs", seed: 6, step: 0 })).toThrow("expected a position among the pairs of seed 5");
});

test("hard candidates are what both searches find, never the document itself", () => {
  const documents = ["red apple", "green apple", "blue sky", "dark night"];
  const vectors = [[1, 0], [0.9, 0.1], [0, 1], [0.2, 0.9]].map((values) => Float32Array.from(values));
  const found = hardCandidates(["apple", "sky"], documents.slice(0, 4), { queries: [vectors[0] as Float32Array, vectors[2] as Float32Array], documents: vectors }, 2, () => 0);
  expect(found[0]).toBe(1); // second for both searches of "apple", whose own document is 0
  expect([...found.subarray(0, 2)]).not.toContain(0);
  expect([...found.subarray(2, 4)]).not.toContain(1);
  expect(nearestRows(Float32Array.of(0, 1), vectors, 2).map(({ id }) => id)).toEqual([2, 3]);
});

test("the development task asks for the right bodies, and ranks count ties by half", () => {
  const asked = [passage("a", "first", "one"), passage("b", "second", "two")];
  const task = retrievalTask(asked, [passage("c", "third", "three")], { queries: 2, documents: 3 }, RandomStream.of(0));
  task.queries.forEach((query, i) => expect(task.documents[task.answers[i] as number]).toBe(query === "first" ? "one" : "two"));
  expect(task.documents).toHaveLength(3);
  const vectors = [[1, 0], [1, 0], [0, 1]].map((values) => Float32Array.from(values));
  expect(ranksByVectors([Float32Array.of(1, 0), Float32Array.of(1, 0)], vectors, [0, 2])).toEqual([1.5, 3]);
  expect(scoresOfRanks([1, 4, 20])).toEqual({ mrr: (1 + 1 / 4 + 1 / 20) / 3, recall10: 2 / 3, recall100: 1 });
});
