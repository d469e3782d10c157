import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadRecords, readRecords } from "../../../src/data/node/index.ts";

const example = (name: string): string => fileURLToPath(new URL(`../../../docs/examples/${name}`, import.meta.url));
const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "reprise-records-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));
const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

test("the examples of the documentation read as it says", async () => {
  const pairs = await loadRecords("pairs", example("pairs.jsonl"));
  expect(pairs.badCount).toBe(0);
  expect(pairs.records[0]).toEqual({ query: "how do I list hidden files?", positive: "Use ls -a: it shows names that begin with a dot.", negatives: ["Use rm to remove files.", "Use ls -l for owners and sizes."] });
  expect(pairs.records[1]?.negatives).toEqual([]);
  expect((await loadRecords("pairs", example("pairs.parquet"))).records).toEqual([
    { query: "how do I list hidden files?", positive: "Use ls -a.", negatives: ["Use rm.", "Use ls -l."] },
    { query: "which command shows free disk space?", positive: "df -h", negatives: [] },
  ]);
  expect((await loadRecords("scored", example("scored.csv"))).records).toEqual([
    { a: "A man plays a guitar.", b: "Someone is making music, on a guitar.", score: 4.5 },
    { a: "A dog runs.", b: "The stock market fell.", score: 0 },
    { a: 'He said "hello".', b: "He greeted her.", score: 3 },
  ]);
  expect((await loadRecords("labelled", example("labelled.tsv"))).records.map(({ labels }) => labels)).toEqual([["great"], ["other"], ["great"]]);
  expect((await loadRecords("texts", example("texts.txt"))).records).toHaveLength(3);
  expect((await loadRecords("choices", example("questions.jsonl"))).records).toEqual([
    { question: "Which command lists hidden files?", choices: ["rm -r", "ls -a", "df -h"], answer: 1 },
    { question: "Which command shows free disk space?", choices: ["df -h", "tail -f", "ls -l"], answer: 0 },
    { question: "Which command follows a growing log?", choices: ["cp", "mv", "tail -f"], answer: 2 },
  ]);
  expect((await loadRecords("relations", example("relations.csv"))).records[0]).toEqual({ from: "ls", relation: "is a", to: "listing command" });
  expect((await loadRecords("labelled", example("reviews"))).records).toEqual([
    { text: "Warm bread, quick service.\nWe will come again.", labels: ["great"] },
    { text: "Cold coffee and a long wait.", labels: ["other"] },
  ]);
});

test("a right choice is told by its text or its place, and anything else is refused", async () => {
  const path = await file("q.csv", "question,choices,answer\nhow many,1|2|3,2\nwhich,a|b,1\nwhich,a|b,\nwhich,a|b,c\nwhich,a|b,2\nwhich,a,0\n");
  const { records, bad } = await loadRecords("choices", path);
  expect(records.map(({ answer }) => answer)).toEqual([1, 1, null]); // "2" is a choice before it is a place
  expect(bad.map(({ line }) => line)).toEqual([5, 6, 7]);
  expect(bad[0]?.reason).toBe('answer: expected one of the choices or its place from 0 to 1, got "c"');
  expect(bad[2]?.reason).toBe("choices: expected at least two choices");
});

test("hostile lines are reported with file, line and reason, and the others are read", async () => {
  const lines = ['\ufeff{"text": "first"}', '{"text": "cut', '{"text": "a\u0000b"}', Buffer.from([0x22, 0xff, 0xfe, 0x22]), `{"text": "${"x".repeat(2000)}"}`, "[1, 2]", '{"text": "  "}', '{"txt": "wrong name"}', "", '{"text": "last"}\r'];
  const path = await file("hostile.jsonl", Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")])));
  const { records, badCount, bad } = await loadRecords("texts", path, { longestLine: 1000 });
  expect(records).toEqual([{ text: "first" }, { text: "last" }]);
  expect(badCount).toBe(7);
  expect(bad.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  expect(bad.every((problem) => problem.file === path)).toBe(true);
  const reasons = bad.map(({ reason }) => reason);
  expect(reasons[0]).toMatch(/^is not JSON/);
  expect(reasons.slice(1)).toEqual([
    "holds a NUL byte",
    "is not UTF-8",
    "has more than 1000 bytes",
    "expected an object with text, pair?, id?, got a list",
    "text: is empty",
    'has no "text"; its fields are txt. Name them with columns, such as { text: "..." }',
  ]);
});

test("carriage returns end lines where there is no line feed, and only there", async () => {
  const rows = ['{"text": "one"}', '{"text": "two"}', "", "{broken", '{"text": "three"}'];
  const { records, bad } = await loadRecords("texts", await file("old.jsonl", rows.join("\r")));
  expect(records.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  expect(bad.map(({ line }) => line)).toEqual([4]);
  expect((await loadRecords("texts", await file("old.txt", "one\rtwo\r"))).records).toEqual([{ text: "one" }, { text: "two" }]);
  expect((await loadRecords("scored", await file("old.csv", "a,b,score\rx,y,1\rz,w,2\r"))).records).toHaveLength(2);
  expect((await loadRecords("texts", await file("mixed.txt", "one\rstill one\ntwo\r\n"))).records).toEqual([{ text: "one\rstill one" }, { text: "two" }]);
  expect((await loadRecords("texts", await file("single.txt", "one\r"))).records).toEqual([{ text: "one" }]);
  await expect(loadRecords("texts", await file("long.txt", "one\r".repeat(300)), { longestLine: 1000 })).rejects.toThrow(/more than 1000 bytes and no line feed: its lines end with carriage returns only; save it with line feeds/);
});

test("hidden files of a folder are passed over", async () => {
  await file("a.txt", "seen");
  for (const name of ["._a.txt", ".b.txt"]) await file(name, "hidden");
  await mkdir(join(folder, ".git"));
  await file(".git/c.txt", "hidden");
  expect((await loadRecords("texts", folder)).records).toEqual([{ text: "seen" }]);
});

test("classes may be numbers or truth values, alone and in lists; what is none says what was expected", async () => {
  const { records, bad } = await loadRecords("labelled", await file("classes.jsonl", '{"text": "a", "label": true}\n{"text": "b", "label": 2}\n{"text": "c", "labels": [1, "x", false]}\n{"text": "d", "label": 0.5}\n{"text": "e", "labels": {"x": 1}}\n'));
  expect(records).toEqual([{ text: "a", labels: ["true"] }, { text: "b", labels: ["2"] }, { text: "c", labels: ["1", "x", "false"] }]);
  expect(bad.map(({ line, reason }) => [line, reason])).toEqual([[4, "label: expected a text, a whole number, true or false"], [5, "labels: expected a list of labels"]]);
  expect((await loadRecords("scored", await file("grade.jsonl", '{"a": "x", "b": "y", "score": "2.5"}\n{"a": "x", "b": "y", "score": true}\n'))).bad[0]?.reason).toBe("score: expected a number");
});

test("an empty cell of a column that may be missing says nothing: the row is read", async () => {
  expect((await loadRecords("labelled", await file("pair.csv", "text,pair,label\na,b,x\nc,,y\nd,e,\n"))).records).toEqual([{ text: "a", pair: "b", labels: ["x"] }, { text: "c", labels: ["y"] }]);
  expect((await loadRecords("labelled", await file("both.csv", "text,label,labels\na,,x|y\nb,z,\n"))).records).toEqual([{ text: "a", labels: ["x", "y"] }, { text: "b", labels: ["z"] }]);
  expect((await loadRecords("texts", await file("second.tsv", "text\tpair\na\t \n"))).records).toEqual([{ text: "a" }]);
  expect((await loadRecords("answers", await file("start.csv", "question,context,answer,start\nwho?,Ann and Bob,Bob,\n"))).records).toEqual([{ question: "who?", context: "Ann and Bob", answer: "Bob", start: 8 }]);
});

test("an empty list of labels is a text of no class; without label and labels there is no record", async () => {
  const { records, bad } = await loadRecords("labelled", await file("l.jsonl", '{"text": "a", "labels": []}\n{"text": "b", "labels": ["x", "y"]}\n{"text": "c"}\n{"text": "d", "label": "x", "labels": []}\n{"text": "e", "labels": null}\n'));
  expect(records).toEqual([{ text: "a", labels: [] }, { text: "b", labels: ["x", "y"] }, { text: "d", labels: ["x"] }]);
  expect(bad.map(({ line, reason }) => [line, reason])).toEqual([[3, "expected label or labels"], [5, "expected label or labels"]]);
});

test("strict stops at the first broken record and says where", async () => {
  const path = await file("a.jsonl", '{"text": "fine"}\nnot json\n');
  await expect(loadRecords("texts", path, { strict: true })).rejects.toThrow(`${path} line 2: is not JSON`);
});

test("a line of many megabytes is passed over without being held", async () => {
  const chunk = Buffer.alloc(2 ** 20, 0x61);
  function* bytes(): Generator<Buffer> {
    for (let i = 0; i < 64; i++) yield chunk;
    yield Buffer.from('\n{"text": "after"}\n');
  }
  const before = process.memoryUsage().arrayBuffers;
  const { records, bad } = await loadRecords("texts", "-", { stdin: Readable.from(bytes(), { objectMode: false }) });
  expect(records).toEqual([{ text: "after" }]);
  expect(bad[0]).toEqual({ file: "-", line: 1, reason: "has more than 1048576 bytes" });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
});

test("gzip is read by its ending; a cut archive gives what came before the cut", async () => {
  const rows = Array.from({ length: 5000 }, (_, i) => JSON.stringify({ text: `line ${i} ${(i * 7919) % 10007}` })).join("\n");
  const whole = gzipSync(rows);
  expect((await loadRecords("texts", await file("a.jsonl.gz", whole))).records).toHaveLength(5000);
  const { records, badCount, bad } = await loadRecords("texts", await file("cut.jsonl.gz", whole.subarray(0, whole.length - 3000)));
  expect(records.length).toBeGreaterThan(0);
  expect(records.length).toBeLessThan(5000);
  expect(badCount).toBe(1);
  expect(bad[0]?.reason).toContain("cannot be read on");
});

test("a damaged gzip file gives every record before the damage, small files and later members too", async () => {
  const rows = (from: number, count: number): string => Array.from({ length: count }, (_, i) => `${JSON.stringify({ text: `line ${from + i} ${((from + i) * 7919) % 10007}` })}\n`).join("");
  const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => `line ${i} ${(i * 7919) % 10007}`);
  const read = async (name: string, bytes: Uint8Array) => {
    const { records, badCount, bad } = await loadRecords("texts", await file(name, bytes));
    expect({ badCount, file: bad[0]?.file, reason: bad[0]?.reason }).toEqual({ badCount: 1, file: join(folder, name), reason: expect.stringContaining("cannot be read on") as string });
    return records.map(({ text }) => text);
  };
  const [first, second] = [gzipSync(rows(0, 3)), gzipSync(rows(3, 3))];
  expect(await read("garbage.jsonl.gz", Buffer.concat([first, Buffer.from("no gzip")]))).toEqual(texts(3));
  expect(await read("header.jsonl.gz", Buffer.concat([first, second, Buffer.from([0x1f, 0x8b, 0x07, 0, 0, 0, 0, 0, 0, 0])]))).toEqual(texts(6));
  const cut = Buffer.concat([first, second]);
  expect((await read("cut-member.jsonl.gz", cut.subarray(0, cut.length - 20))).slice(0, 3)).toEqual(texts(3));

  // Stored blocks hold their bytes as they are, behind a head of five: the place of the damage in the text is known. The
  // length of a block stands there twice, the second time inverted.
  const stored = gzipSync(rows(0, 20_000), { level: 0 });
  let [place, plain] = [10, 0];
  for (let block = 0; block < 7; block++) {
    const length = stored.readUInt16LE(place + 1);
    expect(stored.readUInt16LE(place + 3)).toBe(0xffff - length);
    place += 5 + length;
    plain += length;
  }
  stored.writeUInt16LE(0x5555, place + 3);
  expect(await read("stored.jsonl.gz", stored)).toEqual(texts(rows(0, 20_000).slice(0, plain).split("\n").length - 1));
});

test("the share of the input that is read grows with every record to 1, over files of a folder, gzip and Parquet too", async () => {
  await file("a.jsonl", '{"text": "one"}\n{"text": "two"}\n'); // 16 bytes a line here and there
  await file("b.txt", "three4567890123\nfour567890123456");
  const shares: number[] = [];
  for await (const _record of readRecords("texts", folder, { onShare: (share) => void shares.push(share) }));
  expect(shares).toEqual([16 / 64, 32 / 64, 48 / 64, 1]);
  for (const path of [await file("share.jsonl.gz", gzipSync('{"text": "one"}\n{"text": "two"}\n')), example("pairs.parquet")]) {
    const seen: number[] = [];
    for await (const _record of readRecords(path.endsWith("gz") ? "texts" : "pairs", path, { onShare: (share) => void seen.push(share) }));
    expect([seen.length > 0, seen.every((share) => share > 0 && share <= 1), seen.at(-1)]).toEqual([true, true, 1]);
  }
});

test("tables: columns by mapping, quoted line ends, rows of the wrong width, lists in cells", async () => {
  const path = await file("t.csv", 'question,answer,wrong\n"two\nlines",yes,"no|never"\nonly,two\nlast,one,"[""a"", ""b""]"\n');
  const { records, bad } = await loadRecords("pairs", path, { columns: { query: "question", positive: "answer", negatives: "wrong" } });
  expect(records).toEqual([{ query: "two\nlines", positive: "yes", negatives: ["no", "never"] }, { query: "last", positive: "one", negatives: ["a", "b"] }]);
  expect(bad).toHaveLength(1);
  expect(bad[0]?.line).toBe(4);
  expect(bad[0]?.reason).toContain("Invalid Record Length");
  await expect(loadRecords("pairs", path, { columns: { question: "query" } })).rejects.toThrow('columns: unknown field "question" of pairs; choose from query, positive, negatives');
});

test("a quote that is not closed is reported where it opens, with the lines that are lost", async () => {
  const { records, bad } = await loadRecords("labelled", await file("quote.csv", 'text,label\nfirst,a\n"sec\nond",b\nse"cond,c\n"third,d\nfourth,e\nfifth,f\n'));
  expect(records.map(({ text }) => text)).toEqual(["first", "sec\nond"]);
  expect(bad).toEqual([
    { file: expect.any(String), line: 5, reason: expect.stringContaining("Invalid Opening Quote") },
    { file: expect.any(String), line: 6, reason: "a quote opens and is not closed: all lines from here to 8 are left out" },
  ]);
});

test("a broken line inside a quoted field breaks its row, once; between rows it breaks none", async () => {
  const bad = Buffer.from([0x63, 0xff, 0x0a]);
  const table = (...parts: (string | Buffer)[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part)));
  const quoted = await loadRecords("labelled", await file("in-quotes.csv", table('text,label\none,a\n"two\n', bad, bad, 'end",b\nthree,c\n', bad, "four,d\n")));
  expect(quoted.records.map(({ text }) => text)).toEqual(["one", "three", "four"]);
  expect(quoted.bad.map(({ line, reason }) => [line, reason])).toEqual([[4, "is not UTF-8, inside a quoted field: its row is left out"], [8, "is not UTF-8"]]);
  const column = await loadRecords("texts", await file("one.csv", table('text\n"a\n', bad, 'b"\n', bad, "c\n")));
  expect(column.records).toEqual([{ text: "c" }]);
  expect(column.bad.map(({ line }) => line)).toEqual([3, 5]);
  const swallowed = await loadRecords("labelled", await file("open.csv", table('text,label\none,a\n"two,b\n', bad, "three,c\n")));
  expect(swallowed.records.map(({ text }) => text)).toEqual(["one"]);
  expect(swallowed.bad.map(({ line, reason }) => [line, reason])).toEqual([[3, "a quote opens and is not closed: all lines from here to 5 are left out"], [4, "is not UTF-8"]]);
});

test("scores must be finite numbers, in tables too", async () => {
  const path = await file("s.tsv", "a\tb\tscore\nx\ty\t1e-2\nx\ty\tmuch\nx\ty\t\n");
  const { records, bad } = await loadRecords("scored", path);
  expect(records).toEqual([{ a: "x", b: "y", score: 0.01 }]);
  expect(bad.map(({ line }) => line)).toEqual([3, 4]);
});

test("Parquet: rows over several groups, a missing value is reported with its row", async () => {
  const { records, bad } = await loadRecords("scored", fixture("scored.parquet"));
  expect(records).toEqual([{ a: "x", b: "1", score: 1 }, { a: "z", b: "3", score: 3 }]);
  expect(bad[0]).toMatchObject({ line: 2, reason: expect.stringContaining('has no "a"') });
  const broken = await file("b.parquet", (await readFile(fixture("scored.parquet"))).subarray(0, 100));
  await expect(loadRecords("scored", broken)).rejects.toThrow(/holds no readable record; 1 broken, the first .*cannot be read on/);
});

test("folders are read in the order of their paths; other endings are left alone", async () => {
  await mkdir(join(folder, "sub"));
  await file("b.jsonl", '{"text": "2"}\n');
  await file("a.txt", "1\n");
  await file("notes.md", "# not read\n");
  await file("sub/c.tsv", "text\n3\n");
  const { records, files } = await loadRecords("texts", folder);
  expect(records.map(({ text }) => text)).toEqual(["1", "2", "3"]);
  expect(files).toHaveLength(3);
});

test("what cannot be read at all is said at once", async () => {
  await expect(loadRecords("texts", join(folder, "none.jsonl"))).rejects.toThrow("there is no such file or folder");
  await expect(loadRecords("texts", await file("x.doc", "x"))).rejects.toThrow("its ending does not tell the format");
  await expect(loadRecords("pairs", await file("x.txt", "x"))).rejects.toThrow("plain text holds no fields for pairs");
  await expect(loadRecords("texts", await file("empty.jsonl", ""))).rejects.toThrow("holds no readable record");
});

test("records come one at a time: the reader can stop early", async () => {
  const path = await file("many.jsonl", Array.from({ length: 1000 }, (_, i) => `{"text": "${i}"}`).join("\n"));
  const first: string[] = [];
  for await (const { text } of readRecords("texts", path)) {
    first.push(text);
    if (first.length === 3) break;
  }
  expect(first).toEqual(["0", "1", "2"]);
});
