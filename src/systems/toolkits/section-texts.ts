/** Package descriptions with the kind of their section, in twelve kinds: the classification that both toolkits are tried on. */
import { debDescriptions, SPLITS } from "../../data/index.ts";
import type { SubwordTokenizer } from "../../data/index.ts";
import { RandomStream } from "../../engine/index.ts";
import { tokEn, tokenizerOf } from "../../lab/index.ts";
import type { PrepareContext } from "../../lab/index.ts";
import type { TextCorpus } from "../../train/assemble/index.ts";

/** Kinds and the archive's sections they are made of; libraries and what fits nowhere are left out. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  games: ["games"],
  science: ["science", "math", "electronics", "hamradio"],
  network: ["net", "mail", "web", "httpd", "comm", "news"],
  media: ["sound", "video"],
  graphics: ["graphics"],
  documents: ["text", "editors", "tex", "doc"],
  system: ["admin", "utils", "shells", "kernel"],
  desktop: ["x11", "gnome", "kde", "xfce", "fonts"],
  development: ["devel", "vcs", "database"],
  python: ["python"],
  perl: ["perl"],
  languages: ["ruby", "javascript", "java", "golang", "rust", "haskell", "ocaml", "php", "gnu-r", "lisp"],
};

/** Languages a package may be written in, by its tag: labels of another task, for supervised pre-training. */
export const WRITTEN_IN = ["c", "c++", "perl", "python", "java", "shell", "ruby"] as const;

export interface SectionTexts {
  readonly tokenizer: SubwordTokenizer;
  /** Unlabelled texts of the training split. */
  readonly unlabelled: TextCorpus;
  /** Those of them whose language is known, with it. */
  readonly written: TextCorpus;
  readonly train: TextCorpus;
  readonly test: TextCorpus;
  readonly classes: number;
}

export interface SectionSizes {
  readonly unlabelled: number;
  readonly train: number;
  readonly test: number;
}

/** Loads the descriptions, draws balanced labelled sets, and leaves the labelled training texts in the unlabelled ones without their labels. */
export async function loadSectionTexts({ signal, foundation, message }: Pick<PrepareContext<object>, "signal" | "foundation" | "message">, sizes: SectionSizes): Promise<SectionTexts> {
  const tokenizer = tokenizerOf(foundation(tokEn));
  message("reading package descriptions");
  const { records, splits, twinOf } = await debDescriptions.load({ signal });
  const kinds = Object.entries(KINDS);
  const random = RandomStream.of(0, "section texts");
  const usable = records.flatMap((record, index) => {
    const kind = kinds.findIndex(([, sections]) => sections.includes(record.section));
    return (twinOf[index] as number) >= 0 || kind < 0 || record.paragraphs.length === 0 ? [] : [{ record, kind, split: SPLITS[splits[index] as number] }];
  });
  const shuffled = random.shuffle([...usable]);
  const balanced = (split: string, count: number): typeof usable => {
    const each = Math.ceil(count / kinds.length);
    return kinds.flatMap((_, kind) => shuffled.filter((item) => item.split === split && item.kind === kind).slice(0, each)).slice(0, each * kinds.length);
  };
  const corpus = (items: typeof usable, label: (item: (typeof usable)[number]) => number): TextCorpus => ({
    documents: items.map(({ record }) => [record.summary, ...record.paragraphs.slice(0, 2)].map((paragraph): Int32Array => tokenizer.encode(paragraph))),
    labels: Int32Array.from(items, label),
  });
  const unlabelled = shuffled.filter(({ split }) => split === "train").slice(0, sizes.unlabelled);
  const language = ({ record }: (typeof usable)[number]): number => WRITTEN_IN.findIndex((name) => record.tags.includes(`implemented-in::${name}`));
  const kindOf = ({ kind }: (typeof usable)[number]): number => kind;
  return {
    tokenizer,
    unlabelled: { documents: corpus(unlabelled, kindOf).documents },
    written: corpus(unlabelled.filter((item) => language(item) >= 0), language),
    train: corpus(balanced("train", sizes.train), kindOf),
    test: corpus(balanced("test", sizes.test), kindOf),
    classes: kinds.length,
  };
}
