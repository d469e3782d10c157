/** The catalogue: the 209 papers whose systems this project has or plans, family by family. */
import type { Family, Paper } from "./family.ts";
import { audio } from "./families/audio.ts";
import { classification } from "./families/classification.ts";
import { code } from "./families/code.ts";
import { crosslingual } from "./families/crosslingual.ts";
import { dataSelection } from "./families/data-selection.ts";
import { generation } from "./families/generation.ts";
import { languageModels } from "./families/language-models.ts";
import { longContext } from "./families/long-context.ts";
import { masked } from "./families/masked.ts";
import { multimodalLlm } from "./families/multimodal-llm.ts";
import { retrieval } from "./families/retrieval.ts";
import { sceneText } from "./families/scene-text.ts";
import { science } from "./families/science.ts";
import { seq2seq } from "./families/seq2seq.ts";
import { tagging } from "./families/tagging.ts";
import { textEncoders } from "./families/text-encoders.ts";
import { toolkits } from "./families/toolkits.ts";
import { translation } from "./families/translation.ts";
import { video } from "./families/video.ts";
import { vision } from "./families/vision.ts";
import { visionLanguage } from "./families/vision-language.ts";

/** All families, in alphabetical order. */
export const FAMILIES: readonly Family[] = [
  audio,
  classification,
  code,
  crosslingual,
  dataSelection,
  generation,
  languageModels,
  longContext,
  masked,
  multimodalLlm,
  retrieval,
  sceneText,
  science,
  seq2seq,
  tagging,
  textEncoders,
  toolkits,
  translation,
  video,
  vision,
  visionLanguage,
];

/** A paper with the name of its family. */
export interface CataloguedPaper {
  readonly slug: string;
  readonly family: string;
  readonly title: string;
  /** arXiv identifier. */
  readonly arxiv: string;
}

/** All papers, in the order of the families. */
export const CATALOGUE: readonly CataloguedPaper[] = FAMILIES.flatMap(({ name, papers }) => papers.map(({ slug, title, arxiv }) => ({ slug, family: name, title, arxiv })));

const bySlug: ReadonlyMap<string, CataloguedPaper> = new Map(CATALOGUE.map((paper) => [paper.slug, paper]));

/** The paper called `slug`, if the catalogue has it. */
export function findPaper(slug: string): CataloguedPaper | undefined {
  return bySlug.get(slug);
}

const cardBySlug: ReadonlyMap<string, Paper> = new Map(FAMILIES.flatMap(({ papers }) => papers.map((paper) => [paper.slug, paper])));

/** The paper called `slug` with its card, if the catalogue has it. */
export function findCard(slug: string): Paper | undefined {
  return cardBySlug.get(slug);
}
