/** Package descriptions for the toolkits: the fixture `desc/sec12` to fine-tune and test on, and documents of the training split to pre-train on. */
import { debDescriptions, SPLITS } from "../../data/index.ts";
import type { PackageDescription, SubwordTokenizer } from "../../data/index.ts";
import { RandomStream } from "../../engine/index.ts";
import { tokEn, tokenizerOf } from "../../lab/index.ts";
import type { PrepareContext } from "../../lab/index.ts";
import { buildSections } from "../../lab/text/index.ts";
import type { ClassifiedText } from "../../lab/text/index.ts";
import type { TextCorpus } from "../../train/assemble/index.ts";

/** Languages a package may be written in, by its tag: labels of another task, for supervised pre-training. */
export const WRITTEN_IN = ["c", "c++", "perl", "python", "java", "shell", "ruby"] as const;

export interface SectionTexts {
  readonly tokenizer: SubwordTokenizer;
  /** Unlabelled documents of the training split: summary and first paragraphs. */
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

/** Loads the descriptions once for both. Test texts are read by nothing but the test. */
export async function loadSectionTexts({ signal, foundation, message }: Pick<PrepareContext<object>, "signal" | "foundation" | "message">, { unlabelled, train, test }: SectionSizes): Promise<SectionTexts> {
  const tokenizer = tokenizerOf(foundation(tokEn));
  message("reading package descriptions");
  const set = await debDescriptions.load({ signal });
  const sections = buildSections(set, 12, { train, dev: 0, test });
  const usable = set.records.filter(({ paragraphs }, index) => (set.twinOf[index] as number) < 0 && SPLITS[set.splits[index] as number] === "train" && paragraphs.length > 0);
  const drawn = RandomStream.of(0, "section texts").shuffle(usable).slice(0, unlabelled);
  const encode = (paragraph: string): Int32Array => tokenizer.encode(paragraph);
  const documentOf = ({ summary, paragraphs }: PackageDescription): Int32Array[] => [summary, ...paragraphs.slice(0, 2)].map(encode);
  const language = ({ tags }: PackageDescription): number => WRITTEN_IN.findIndex((name) => tags.includes(`implemented-in::${name}`));
  const written = drawn.filter((record) => language(record) >= 0);
  const classified = (texts: readonly ClassifiedText[]): TextCorpus => ({ documents: texts.map(({ text }) => [encode(text)]), labels: Int32Array.from(texts, ({ label }) => label) });
  return {
    tokenizer,
    unlabelled: { documents: drawn.map(documentOf) },
    written: { documents: written.map(documentOf), labels: Int32Array.from(written, language) },
    train: classified(sections.train),
    test: classified(sections.test),
    classes: sections.classes.length,
  };
}
