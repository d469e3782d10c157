/**
 * The foundation `tok-en`: the English vocabulary of the text systems. Byte-level byte-pair encoding, cased, lossless, 4,096
 * ids of which 32 are special and 100 sentinels; words of the scene world and number words are single tokens.
 */
import { ADVERBS, COLOURS, SHAPES, SIZES, SubwordTokenizer, TEXTURES, trainBytePairs, VERBS, loadEnglish } from "../../data/index.ts";
import type { EnglishText, TextDocument } from "../../data/index.ts";
import type { BuiltFoundation, Foundation } from "../foundation.ts";

const NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"] as const;

/** Words that are one token each. */
export const FORCED_WORDS: readonly string[] = [...new Set([...SHAPES, ...COLOURS, ...TEXTURES, ...SIZES, ...VERBS.flatMap((verb) => verb.split("-")), ...ADVERBS, ...NUMBERS])].sort();

export const tokEnSettings = { size: 4096, reserved: 32, sentinels: 100 } as const;

/** Least bytes a token stands for on unseen text. */
const GATE = 3;

const FILE = "tokenizer.json";

const textOf = ({ paragraphs }: TextDocument): string => paragraphs.join("\n");

/** A vocabulary of a corpus. */
export function trainEnglish({ documents }: EnglishText, settings: { readonly size: number; readonly reserved: number; readonly sentinels: number }): SubwordTokenizer {
  function* texts(): Generator<string> {
    for (const document of documents) yield textOf(document);
  }
  return trainBytePairs(texts(), { ...settings, forced: FORCED_WORDS });
}

/** The tokenizer of a built `tok-en` or `tok-en-2k`. */
export const tokenizerOf = ({ files, id }: Pick<BuiltFoundation, "files" | "id">): SubwordTokenizer => {
  const file = files.get(FILE);
  if (!file) throw new Error(`${id}: its files hold no ${FILE}`);
  return new SubwordTokenizer(JSON.parse(new TextDecoder().decode(file)));
};

function vocabularyFoundation(id: string, size: number): Foundation {
  const settings = { ...tokEnSettings, size };
  return {
    id,
    version: 1,
    description: `byte-level byte-pair vocabulary of ${size} ids, trained on the training splits of package descriptions, books, the Brown corpus and WordNet's glosses`,
    minutes: 1,
    inputs: { ...settings, forced: [...FORCED_WORDS], data: { "deb/desc": 1, "en/books": 1, "en/brown": 1, "en/wordnet": 1 } },
    async build({ signal, report }) {
      const english = await loadEnglish("train", { signal });
      report(1, 2);
      const tokenizer = trainEnglish(english, settings);
      report(2, 2);
      const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
      return { [FILE]: encode(tokenizer.toJson()), "tokenizer_config.json": encode(tokenizer.toConfigJson()), "data.json": encode(english.provenance) };
    },
    gate: {
      description: `unseen text comes back exactly, and a token stands for at least ${GATE} bytes of it`,
      async check(files, { signal }) {
        const tokenizer = tokenizerOf({ id, files: new Map(files) });
        const { documents } = await loadEnglish("dev", { signal });
        let [bytes, tokens, changed] = [0, 0, 0];
        for (const document of documents) {
          const text = textOf(document);
          const ids = tokenizer.encode(text);
          bytes += new TextEncoder().encode(text).length;
          tokens += ids.length;
          if (tokenizer.decode(ids) !== text) changed++;
        }
        return { holds: changed === 0 && bytes / tokens >= GATE, measured: `${(bytes / tokens).toFixed(2)} bytes per token on ${documents.length} documents of the dev split, ${changed} of them changed` };
      },
    },
  };
}

export const tokEn: Foundation = vocabularyFoundation("tok-en", tokEnSettings.size);

/** The same with half as many ids. */
export const tokEn2k: Foundation = vocabularyFoundation("tok-en-2k", 2048);
