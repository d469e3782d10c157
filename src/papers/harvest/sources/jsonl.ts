/** A file of papers, one JSON object a line: {"title": ..., "authors": [...], "arxiv": ...}; docs/harvest.md has all fields. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { arxivIdentifier, normaliseDoi } from "../identifiers.ts";
import { PageBuilder, defineSource, parseCursor } from "../source.ts";
import type { Source } from "../source.ts";
import type { Observation, RawFacts } from "../sighting.ts";
import { FILE_PAGE, fileCursor, fileOptions, fileSource, readTextFile } from "./file.ts";
import type { FileOptions } from "./file.ts";

const KINDS = ["upvotes", "stars", "citations", "comments"] as const;
const optional = z.string().nullish();
const lineSchema = z.strictObject({
  id: z.union([z.string(), z.number()]).nullish(),
  title: z.string(),
  abstract: optional,
  authors: z.array(z.string()).nullish(),
  year: z.number().nullish(),
  venue: optional,
  published: optional,
  updated: optional,
  arxiv: optional,
  doi: optional,
  url: optional,
  code: optional,
  categories: z.array(z.string()).nullish(),
  keywords: z.array(z.string()).nullish(),
  withdrawn: z.boolean().nullish(),
  ...Object.fromEntries(KINDS.map((kind) => [kind, z.number().nullish()])) as Record<(typeof KINDS)[number], z.ZodOptional<z.ZodNullable<z.ZodNumber>>>,
});

export const jsonl: Source = defineSource<FileOptions>({
  name: "jsonl",
  options: fileOptions,
  stateKey: (options) => fileSource("jsonl", options),
  async *pages(_fetcher, cursor, options) {
    const name = fileSource("jsonl", options);
    const lines = (await readTextFile(options.file)).split(/\r?\n/u);
    const { done } = parseCursor(fileCursor, cursor, name, () => ({ done: 0 }));
    for (let start = done; ; start += FILE_PAGE) {
      const builder = new PageBuilder(name);
      lines.slice(start, start + FILE_PAGE).forEach((line, index) => {
        if (line.trim() !== "") builder.add(`line ${start + index + 1}`, () => recordOf(line));
      });
      const last = start + FILE_PAGE >= lines.length;
      yield builder.page({ done: last ? 0 : start + FILE_PAGE }, { last });
      if (last) return;
    }
  },
});

function recordOf(line: string): { externalId: string; facts: RawFacts; observations: Observation[] } {
  const paper = lineSchema.parse(JSON.parse(line));
  const [arxiv, doi] = [identifier(paper.arxiv, arxivIdentifier, "arXiv identifier"), identifier(paper.doi, normaliseDoi, "DOI")];
  return {
    externalId: String(paper.id ?? arxiv ?? doi ?? createHash("sha256").update(paper.title).digest("hex").slice(0, 20)),
    facts: {
      title: paper.title,
      abstract: paper.abstract,
      authors: paper.authors ?? [],
      year: paper.year,
      venue: paper.venue,
      published: paper.published,
      updated: paper.updated,
      arxiv: arxiv ?? arxivIdentifier(paper.doi),
      doi,
      url: paper.url,
      code: paper.code,
      categories: paper.categories ?? [],
      keywords: paper.keywords ?? [],
      withdrawn: paper.withdrawn ?? false,
    },
    observations: KINDS.flatMap((kind) => (typeof paper[kind] === "number" ? [{ kind, value: paper[kind] }] : [])),
  };
}

/** A mistyped identifier would make another paper of it, so it is a problem and not left out. */
function identifier(value: string | null | undefined, normalise: (value: string) => string | null, what: string): string | null {
  if (!value) return null;
  const normal = normalise(value);
  if (normal === null && arxivIdentifier(value) === null) throw new Error(`"${value}" is no ${what}`);
  return normal;
}
