/** The sources there are, by id. */
import { closestMatch } from "leven";
import { books } from "./sources/books.ts";
import { brown } from "./sources/brown.ts";
import { debBitext } from "./sources/deb-bitext.ts";
import { debDescriptions } from "./sources/deb-description.ts";
import { docstrings } from "./sources/docstrings.ts";
import { emojiArt } from "./sources/emoji-art.ts";
import { emojiText } from "./sources/emoji-text.ts";
import { isoCodes } from "./sources/iso-codes.ts";
import { digits } from "./sources/digits.ts";
import { glove } from "./sources/glove.ts";
import { spam } from "./sources/spam.ts";
import { speechPrompts } from "./sources/speech-prompts.ts";
import { wordnet } from "./sources/wordnet.ts";
import { SourceError } from "./source-error.ts";
import type { Source, SourceCard } from "./source.ts";

const SOURCES: readonly Source<unknown>[] = [books, brown, debBitext, debDescriptions, digits, docstrings, emojiArt, emojiText, glove, isoCodes, spam, speechPrompts, wordnet];

/** Cards of all sources, sorted by id. */
export function listSources(): SourceCard[] {
  return SOURCES.map(({ card }) => card).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A source by id, for tools that take ids from outside; code imports the typed source itself. */
export function getSource(id: string): Source<unknown> {
  const source = SOURCES.find(({ card }) => card.id === id);
  if (source) return source;
  const ids = listSources().map((card) => card.id);
  throw new SourceError(`unknown source "${id}"; choose from ${ids.join(", ")} (did you mean "${closestMatch(id, ids)}"?)`);
}
