/** Linking names: dictionaries as people have them, spans of a text, what a reranker may change, and the command. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hostArray } from "../../../src/engine/index.ts";
import { NameLinker, readDictionary } from "../../../src/tasks/index.ts";
import type { PretrainedText } from "../../../src/tasks/index.ts";
import { umlsConcepts } from "../../../src/systems/retrieval/xmen-dictionary.ts";
import { commandLine } from "../command-line.ts";

const work = mkdtempSync(join(tmpdir(), "reprise-link-"));
const write = (name: string, text: string): string => {
  writeFileSync(join(work, name), text);
  return join(work, name);
};
const RECORDS = [
  { id: "DEU", name: "Germany", aliases: ["Deutschland"], types: ["country"] },
  { id: "ARG", name: "Argentina", types: ["country"] },
  { id: 978, name: "Euro" },
];
const jsonl = write("concepts.jsonl", RECORDS.map((record) => `${JSON.stringify(record)}\n`).join(""));
const conso = (cui: string, language: string, text: string, { term = "P", string = "PF", preferred = "Y", suppressed = "N" } = {}): string => [cui, language, term, "L1", string, "S1", preferred, "A1", "", "", "", "SRC", "PT", "C1", text, "0", suppressed, ""].join("|");

test("a dictionary of JSON Lines is read, and a broken one is told by file and line", async () => {
  expect(await readDictionary(jsonl)).toEqual([{ ...RECORDS[0] }, { ...RECORDS[1], aliases: [] }, { id: "978", name: "Euro", aliases: [], types: [] }]);
  await expect(readDictionary(write("a.jsonl", '{"id": "A", "name": "a"}\n{"id": "A", "name": "b"}\n'))).rejects.toThrow(/a\.jsonl line 2: the id "A" stands in line 1 too/);
  await expect(readDictionary(write("b.jsonl", '{"id": "A"}\n'))).rejects.toThrow(/b\.jsonl line 1: name: is missing; a concept has id, name, and perhaps aliases and types, this record id/);
  await expect(readDictionary(write("c.jsonl", "Germany\n"))).rejects.toThrow(/c\.jsonl line 1: expected a JSON object/);
  await expect(readDictionary(write("d.jsonl", "\n"))).rejects.toThrow("holds no concept");
  await expect(readDictionary(join(work, "nowhere"))).rejects.toThrow("there is no such dictionary");
});

test("UMLS tables: the preferred English string is the name, suppressed ones and other languages are left out", async () => {
  const lines = [conso("C1", "GER", "Herzinfarkt"), conso("C1", "ENG", "Heart attack", { term: "S" }), conso("C1", "ENG", "Myocardial infarction"), conso("C1", "ENG", "Old name", { suppressed: "O" }), conso("C2", "FRE", "Toux")];
  const types = ["C1|T047|B2|Disease or Syndrome|AT1||", "C1|T033|A2|Finding|AT2||"];
  expect(umlsConcepts(lines, types)).toEqual([
    { id: "C1", name: "Myocardial infarction", aliases: ["Herzinfarkt", "Heart attack"], types: ["Disease or Syndrome", "Finding"] },
    { id: "C2", name: "Toux", aliases: [], types: [] },
  ]);
  expect(umlsConcepts(lines, [], { languages: ["GER"] })).toEqual([{ id: "C1", name: "Herzinfarkt", aliases: [], types: [] }]);
  expect(() => umlsConcepts([lines[0] as string, "C1|ENG"])).toThrow("MRCONSO line 2: expected at least 17 fields");
  mkdirSync(join(work, "META"));
  write("META/MRCONSO.RRF", `${lines.join("\n")}\n`);
  write("META/MRSTY.RRF", `${types.join("\n")}\n`);
  expect((await readDictionary(join(work, "META"))).map(({ id }) => id)).toEqual(["C1", "C2"]);
});

test("names at spans are linked by their characters; what is like nothing has no id", async () => {
  const linker = await NameLinker.open(await readDictionary(jsonl));
  const text = "Von Deutschland nach Argentinien, 10 Qwx";
  const spanOf = (name: string) => ({ start: text.indexOf(name), end: text.indexOf(name) + name.length });
  const links = await linker.link(text, ["Deutschland", "Argentinien", "Qwx"].map(spanOf));
  expect(links.map(({ text: name, id }) => [name, id])).toEqual([["Deutschland", "DEU"], ["Argentinien", "ARG"], ["Qwx", null]]);
  expect(links[0]?.candidates[0]).toMatchObject({ name: "Germany", predictedBy: ["ngram"] });
  expect(links[0]?.candidates[0]?.score).toBeCloseTo(1, 10);
  await expect(linker.link(text, [{ start: 3, end: 99 }])).rejects.toThrow("expected spans within the 40 characters of the text, got 3 to 99");
});

test("a bi-encoder finds what characters do not, and a reranker decides, also that none is meant", async () => {
  const axis = (text: string): number => (/Germany|Deutschland|Allemagne/.test(text) ? 0 : /Argentina/.test(text) ? 1 : 2);
  const model = { embed: (texts: readonly string[]) => Promise.resolve(hostArray(Float32Array.from(texts.flatMap((text) => [0, 1, 2].map((i) => Number(i === axis(text))))), [texts.length, 3])) } as unknown as PretrainedText;
  const concepts = await readDictionary(jsonl);
  const dense = await NameLinker.open(concepts, { model });
  const [link] = await dense.linkNames(["Allemagne"]);
  expect([link?.id, link?.candidates[0]?.predictedBy]).toEqual(["DEU", ["dense"]]);
  await dense.release();

  const scoring = (none: number) => ({ scores: (rows: readonly (readonly [string, string])[]) => Promise.resolve(hostArray(Float32Array.from(rows, ([, name]) => (name === "[NIL]" ? none : name.length)), [rows.length, 1])) }) as unknown as PretrainedText;
  const asked = async (none: number, allowNone = true) => (await (await NameLinker.open(concepts, { reranker: scoring(none), allowNone })).linkNames(["Argentinien, Deutschland"]))[0];
  expect((await asked(0))?.candidates.map(({ name }) => name)).toEqual(["Argentina", "Germany"]);
  expect((await asked(0))?.id).toBe("ARG");
  expect((await asked(99))?.id).toBeNull();
  expect((await asked(99, false))?.id).toBe("ARG");
});

test("reprise link prints a line for each name", async () => {
  const names = write("names.txt", "Deutschland\nEuros\n");
  const { code, out } = await commandLine(work)("link", jsonl, "--data", names, "--lines", "-k", "1", "--json");
  expect(code).toBe(0);
  expect(out.trim().split("\n").map((line) => JSON.parse(line) as unknown)).toEqual([
    { text: "Deutschland", id: "DEU", candidates: [{ id: "DEU", name: "Germany", score: 1, predictedBy: ["ngram"] }] },
    { text: "Euros", id: "978", candidates: [expect.objectContaining({ id: "978", name: "Euro" })] },
  ]);
});
