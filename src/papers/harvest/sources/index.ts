/** The sources by name. */
import type { Source } from "../source.ts";
import { arxivOai } from "./arxiv-oai.ts";
import { arxiv } from "./arxiv.ts";
import { bibtex } from "./bibtex.ts";
import { feed } from "./feed.ts";
import { huggingFace } from "./hugging-face.ts";
import { jsonl } from "./jsonl.ts";
import { openAlex } from "./openalex.ts";

/** What is harvested over the network. */
export const WEB_SOURCES = ["arxiv", "arxiv-oai", "hugging-face", "openalex", "feed"] as const;
export type WebSourceName = (typeof WEB_SOURCES)[number];
/** What is imported from a file. */
export const FILE_SOURCES = ["bibtex", "jsonl"] as const;
export type FileSourceName = (typeof FILE_SOURCES)[number];

const sources: Readonly<Record<WebSourceName | FileSourceName, Source>> = {
  arxiv,
  "arxiv-oai": arxivOai,
  "hugging-face": huggingFace,
  openalex: openAlex,
  feed,
  bibtex,
  jsonl,
};

/** The source called `name`. */
export function sourceNamed(name: WebSourceName | FileSourceName): Source {
  return sources[name];
}
