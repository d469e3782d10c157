import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { normalisedWords } from "../../../src/data/dedupe.ts";
import { pictureReaders } from "../../../src/data/node/picture-readers.node.ts";
import { cacheDirectory } from "../../../src/data/node/index.ts";
import { books, cutAtSentences } from "../../../src/data/sources/books.ts";
import { baseTag, brown, parseTagged, proseOf } from "../../../src/data/sources/brown.ts";
import { debDescriptions, parseIndex } from "../../../src/data/sources/deb-description.ts";
import { branchOf, parseSynset, wordnet } from "../../../src/data/sources/wordnet.ts";
import type { SourceCard } from "../../../src/data/source.ts";

/** Large packages are audited on machines that have them; no test downloads them. */
const isCached = ({ id, version }: SourceCard): boolean => existsSync(join(cacheDirectory(), "packs", `${id.replace("/", "-")}-v${version}-en.pack`));

const PACKAGES = `Package: tuxpaint
Version: 1
Depends: libc6 (>= 2.34), libsdl1.2debian | libsdl2, tuxpaint-data:any
Description-md5: aa
Homepage: http://example.org
Tag: game::toys, role::program,
 use::viewing
Section: contrib/games

Package: tuxpaint-data
Source: tuxpaint (1.0)
Description-md5: bb
Section: games

Package: nothing
Description-md5: zz
`;
const TRANSLATIONS = `Package: tuxpaint
Description-md5: aa
Description-en: paint program for young children
 It is simple
 and fun.
 .
 It has:
  * stamps
  * magic

Package: tuxpaint-data
Description-md5: bb
Description-en: Paint program, for young children!
 Data files.
`;

test("package descriptions: fields, folded lines, paragraphs and lists", () => {
  expect(parseIndex(PACKAGES, TRANSLATIONS)).toEqual([
    { name: "tuxpaint", source: "tuxpaint", section: "games", tags: ["game::toys", "role::program", "use::viewing"], homepage: "http://example.org", summary: "paint program for young children", paragraphs: ["It is simple and fun.", "It has:\n* stamps\n* magic"], depends: ["libc6", "tuxpaint-data"] },
    { name: "tuxpaint-data", source: "tuxpaint", section: "games", tags: [], homepage: "", summary: "Paint program, for young children!", paragraphs: ["Data files."], depends: [] },
  ]);
});

test("a frozen index keeps twins marked, and packages of one source in one split", async () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const pack = await debDescriptions.freeze("en", new Map([["bookworm/main", new Map([["Packages", encode(PACKAGES)], ["Translation-en", encode(TRANSLATIONS)]])]]), async () => undefined, pictureReaders);
  const set = debDescriptions.thaw([{ part: "en", pack, sha256: "0" }]);
  expect([...set.twinOf]).toEqual([-1, 0]); // equal summaries but for case and punctuation
  expect(set.splits[0]).toBe(set.splits[1]);
  expect(pack.meta["dropped"]).toEqual({ exact: 1, near: 0 });
  await expect(debDescriptions.freeze("en", new Map(), async () => undefined, pictureReaders)).rejects.toThrow("deb/desc: the index has no Packages");
});

test("tagged sentences as prose, and base tags", () => {
  const [sentence] = parseTagged("\n\tThe/at ``/`` big/jj-tl dog's/nn$ ''/'' ,/, and/cc 1\\/2/cd (/( so/rb )/) ./.\n");
  expect(proseOf(sentence!)).toBe('The "big dog\'s", and 1\\/2 (so).');
  expect(["np-tl", "nn$", "fw-nn-tl", "nn-tl-hl", "$", "."].map(baseTag)).toEqual(["np", "nn", "nn", "nn", "$", "."]);
});

test("cuts at ends of sentences only", () => {
  expect(cutAtSentences('One two three. "Four five." six seven? Eight Mr. x nine.', 3)).toEqual(["One two three.", '"Four five." six seven?', "Eight Mr. x nine."]);
  expect(cutAtSentences("")).toEqual([]);
});

const ENTITY = "00001740 03 n 01 entity 0 000 | that which is perceived";
const DYING = '00003938 00 s 02 dying(p) 0 on_the_way 0 002 ! 00003356 a 0101 @ 00001740 n 0000 | passing from life; "a dying man"; "his dying wish"';

test("a synset's line: lemmas, gloss, examples, pointers", () => {
  expect(parseSynset(DYING, "a")).toEqual({
    id: "a00003938",
    pos: "a",
    lemmas: ["dying", "on the way"],
    gloss: "passing from life",
    examples: ["a dying man", "his dying wish"],
    pointers: [["!", "a00003356"], ["@", "n00001740"]],
  });
  const synsets = [parseSynset(ENTITY, "n"), parseSynset(DYING, "a")];
  const net = { synsets, positions: new Map(synsets.map(({ id }, i) => [id, i])) };
  expect([branchOf(net, "a00003938", 0), branchOf(net, "a00003938", 1), branchOf(net, "n00001740", 3)]).toEqual(["n00001740", "a00003938", "n00001740"]);
});

test("the Brown corpus (2.9 MB, fetched once): counts of the manual, 400/50/50 texts, each genre in all splits it is large enough for", async () => {
  const { documents, splits } = await brown.load();
  expect(documents).toHaveLength(500);
  expect(documents.reduce((sum, { sentences }) => sum + sentences.length, 0)).toBe(57_340);
  expect(documents.reduce((sum, { sentences }) => sum + sentences.reduce((words, { forms }) => words + forms.length, 0), 0)).toBe(1_161_192);
  expect([0, 1, 2].map((split) => splits.filter((value) => value === split).length)).toEqual([400, 50, 50]);
  const news = documents.flatMap(({ genre }, i) => (genre === "news" ? [splits[i] as number] : []));
  expect(news).toHaveLength(44);
  expect(news.filter((split) => split === 2).length).toBeGreaterThanOrEqual(4);
});

test.skipIf(!isCached(debDescriptions.card))("audit of deb/desc: no source package and no summary stands in two splits", async () => {
  const { records, splits, twinOf } = await debDescriptions.load();
  const splitOf = new Map<string, number>();
  records.forEach(({ source, summary }, i) => {
    for (const key of twinOf[i] === -1 ? [`source ${source}`, `summary ${normalisedWords(summary).join(" ")}`] : [`source ${source}`]) {
      if ((splitOf.get(key) ?? splits[i]) !== splits[i]) throw new Error(`${key} stands in two splits`);
      splitOf.set(key, splits[i] as number);
    }
  });
  const kept = twinOf.filter((twin) => twin === -1).length;
  expect(kept).toBeGreaterThan(50_000);
  for (const [split, share] of [0.88, 0.04, 0.08].entries()) expect(Math.abs(splits.filter((value, i) => value === split && twinOf[i] === -1).length / kept - share)).toBeLessThan(0.01);
});

test.skipIf(!isCached(wordnet.card))("audit of en/wordnet: no gloss stands in two splits", async () => {
  const { synsets, splits } = await wordnet.load();
  expect(["n", "v", "a", "r"].map((pos) => synsets.filter((synset) => synset.pos === pos).length)).toEqual([82_192, 13_789, 18_185, 3_625]);
  expect(synsets.filter(({ pointers }) => pointers.some(([symbol]) => symbol === "@i")).length).toBe(7_742);
  const splitOf = new Map<string, number>();
  synsets.forEach(({ gloss }, i) => {
    const key = normalisedWords(gloss).join(" ");
    if ((splitOf.get(key) ?? splits[i]) !== splits[i]) throw new Error(`"${gloss}" stands in two splits`);
    splitOf.set(key, splits[i] as number);
  });
});

test.skipIf(!isCached(books.card))("audit of en/books: works and splits, no part twice", async () => {
  const { parts, splits } = await books.load();
  expect(parts.filter(({ work }) => work === "sotu")).toHaveLength(233);
  expect(parts.filter(({ work }) => work === "moby-dick")).toHaveLength(138);
  expect(new Set(parts.map(({ work, part }) => `${work}/${part}`)).size).toBe(parts.length);
  expect(splits.filter((split) => split === 2).length).toBe(36);
  const paragraphs = new Map<string, number>();
  parts.forEach((part, i) => {
    for (const paragraph of part.paragraphs.filter((text) => text.length > 200)) {
      if ((paragraphs.get(paragraph) ?? splits[i]) !== splits[i]) throw new Error(`${part.part}: a paragraph stands in two splits`);
      paragraphs.set(paragraph, splits[i] as number);
    }
  });
});
