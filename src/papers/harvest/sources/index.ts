/** The sources by name. */
import type { Source } from "../source.ts";
import { arxivOai } from "./arxiv-oai.ts";
import { arxiv } from "./arxiv.ts";
import { bibtex } from "./bibtex.ts";
import { feed } from "./feed.ts";
import { huggingFace } from "./hugging-face.ts";
import { jsonl } from "./jsonl.ts";
import type { FileSourceName, WebSourceName } from "./names.ts";
import { openAlex } from "./openalex.ts";

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
