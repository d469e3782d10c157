/** A BibTeX or BibLaTeX file, as reference managers write it. */
import type { Creator, Entry } from "@retorquere/bibtex-parser";
import { arxivIdentifier, normaliseDoi } from "../identifiers.ts";
import { textOfHtml } from "../plain-text.ts";
import { PageBuilder, defineSource, parseCursor } from "../source.ts";
import type { Source } from "../source.ts";
import type { RawFacts } from "../sighting.ts";
import { FILE_PAGE, fileCursor, fileOptions, fileSource, readTextFile } from "./file.ts";
import type { FileOptions } from "./file.ts";

/** Where a paper can have appeared, best first. */
const VENUE_FIELDS = ["booktitle", "journaltitle", "journal", "eventtitle", "series"];
const NO_VENUE = /^(?:arxiv|corr\b|preprint)/iu;

export const bibtex: Source = defineSource<FileOptions>({
  name: "bibtex",
  options: fileOptions,
  stateKey: (options) => fileSource("bibtex", options),
  async *pages(_fetcher, cursor, options) {
    const name = fileSource("bibtex", options);
    const { parse } = await import("@retorquere/bibtex-parser"); // large: loaded when there is a file to read
    const { entries, errors } = parse(await readTextFile(options.file), { sentenceCase: false, unsupported: "ignore", raw: false });
    const { done } = parseCursor(fileCursor, cursor, name, () => ({ done: 0 }));
    for (let start = done; ; start += FILE_PAGE) {
      const builder = new PageBuilder(name);
      if (start === 0) for (const { error } of errors) builder.report(options.file, error);
      for (const entry of entries.slice(start, start + FILE_PAGE)) {
        const broken = entry.input === ""; // what the parser gave up on is among its errors
        if (!broken) builder.add(entry.key || `an entry of ${options.file} without key`, () => ({ externalId: entry.key, facts: factsOf(entry) }));
      }
      const last = start + FILE_PAGE >= entries.length;
      yield builder.page({ done: last ? 0 : start + FILE_PAGE }, { last });
      if (last) return;
    }
  },
});

function factsOf({ fields }: Entry): RawFacts {
  const field = (name: string): string | undefined => {
    const value: unknown = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof value === "string") return textOfHtml(value);
    return Array.isArray(value) && value.every((part) => typeof part === "string") ? textOfHtml(value.join(", ")) : undefined;
  };
  const eprint = field("eprint");
  const preprint = /arxiv/iu.test(field("archiveprefix") ?? field("eprinttype") ?? "arxiv") ? eprint : undefined;
  const arxiv = [preprint, field("arxivid"), field("doi"), field("url"), field("journal")?.replace(/^arxiv preprint\s+/iu, "")].map(arxivIdentifier).find((value) => value !== null) ?? null;
  const year = Number(/\d{4}/u.exec(field("year") ?? field("date") ?? "")?.[0]);
  return {
    title: field("title") ?? "",
    abstract: field("abstract"),
    authors: (fields.author ?? []).filter(({ lastName, firstName }) => lastName !== "others" || firstName !== undefined).map(nameOf),
    year: Number.isNaN(year) ? null : year,
    venue: VENUE_FIELDS.map(field).find((venue) => venue !== undefined && !NO_VENUE.test(venue)),
    arxiv,
    doi: normaliseDoi(field("doi")),
    url: field("url"),
    keywords: field("keywords")?.split(/\s*[,;]\s*/u) ?? [],
  };
}

function nameOf({ name, prefix, firstName, lastName, suffix }: Creator): string {
  return textOfHtml(name ?? [firstName, prefix, lastName, suffix].filter((part) => part !== undefined && part !== "").join(" "));
}
