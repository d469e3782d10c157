/** What a query demands and leaves out, held against papers. */
import type { SearchDocument } from "./documents.ts";
import type { ParsedQuery, Phrase } from "./query.ts";
import { phraseAt, tokensOf } from "./terms.ts";

/** Whether a paper has all phrases that the query demands and none that it leaves out. */
export function meetsConstraints(document: SearchDocument, { required, excluded }: Pick<ParsedQuery, "required" | "excluded">): boolean {
  return required.every((phrase) => holds(document, phrase)) && !excluded.some((phrase) => holds(document, phrase));
}

function holds(document: SearchDocument, { field, terms }: Phrase): boolean {
  return textsOf(document, field).some((text) => phraseAt(tokensOf(text).map(({ term }) => term), terms) >= 0);
}

/** A phrase does not run from one of them into the next, except through passages, which are parts of one text. */
function textsOf({ title, keywords, authors, passages, slug }: SearchDocument, field: Phrase["field"]): readonly string[] {
  switch (field) {
    case "title":
      return [title];
    case "author":
      return authors;
    case undefined:
      return [title, ...keywords, ...authors, ...(slug === null ? [] : [slug]), passages.map(({ text }) => text).join(" ")];
  }
}
