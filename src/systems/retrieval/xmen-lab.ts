/** The laboratory of xMEN: dictionaries by language, mentions with what the generators may see of them, synonyms, and scores. */
import { equal, hostArray } from "../../engine/index.ts";
import type { HostArray, RandomStream, Tensor } from "../../engine/index.ts";
import { shuffledBatches } from "../../data/index.ts";
import type { BatchStream } from "../../data/index.ts";
import type { SearchHit } from "../../data/search/index.ts";
import { infoNce } from "../../objectives/index.ts";
import type { BatchTensors } from "../../train/index.ts";
import { batchOfRows, fieldsOf, sideOf, TARGET_LANGUAGES } from "../../lab/text/index.ts";
import type { BiEncoder, NamedConcept, NameMention, QueryDocumentBatch, RowSet, TargetLanguage, TextLoss } from "../../lab/text/index.ts";
import { aliasesOf } from "./xmen-candidates.ts";
import type { Alias, CandidateGenerator, Concept, NameQuery } from "./xmen-candidates.ts";

/** The dictionary of a target language. */
export interface LanguageDictionary {
  readonly concepts: ReadonlyMap<string, Concept>;
  /** Names in the language and in English. */
  readonly aliases: readonly Alias[];
  /** Names in the language alone. */
  readonly own: readonly Alias[];
}

export type Dictionaries = Readonly<Record<TargetLanguage, LanguageDictionary>>;

export function dictionariesOf(concepts: readonly NamedConcept[]): Dictionaries {
  return Object.fromEntries(TARGET_LANGUAGES.map((language): [TargetLanguage, LanguageDictionary] => {
    const all = concepts.map(({ id, kind, names }): Concept => ({ id, name: names.en[0] as string, aliases: [...names.en.slice(1), ...names[language]], types: [kind] }));
    return [language, { concepts: new Map(all.map((concept) => [concept.id, concept])), aliases: aliasesOf(all), own: concepts.flatMap(({ id, names }) => names[language].map((text) => ({ concept: id, text }))) }];
  })) as Dictionaries;
}

/** A mention that is looked for in the dictionary of a language. */
export interface LinkItem {
  readonly mention: NameMention;
  readonly language: TargetLanguage;
  readonly query: NameQuery;
  /** Set when the mention was made from a name of the dictionary, which then counts as unknown. */
  readonly hiddenIn?: string;
  /** What is right; null when the dictionary lacks it. */
  readonly gold: string | null;
}

/** Mentions in target languages, each looked for in the dictionary of its language. */
export const targetItems = (mentions: readonly NameMention[]): LinkItem[] =>
  mentions.map((mention) => ({ mention, language: mention.language as TargetLanguage, query: { text: mention.text }, gold: mention.known ? mention.concept : null }));

/**
 * English mentions, each looked for in a dictionary where its concept has another name, if there is one: there the name
 * itself is hidden, so that what is learned is to match other names, in another language for most. The rest match as they are.
 */
export function englishItems(mentions: readonly NameMention[], dictionaries: Dictionaries, random: RandomStream): LinkItem[] {
  return mentions.map((mention, i) => {
    const { concept, text } = mention;
    const others = TARGET_LANGUAGES.filter((language) => dictionaries[language].aliases.some((alias) => alias.concept === concept && alias.text !== text));
    const abroad = others.filter((language) => dictionaries[language].own.some((alias) => alias.concept === concept && alias.text !== text));
    const language = random.child(i).choice(abroad.length > 0 ? abroad : TARGET_LANGUAGES);
    if (!others.includes(language)) return { mention, language, query: { text }, gold: concept };
    const except = dictionaries[language].aliases.flatMap((alias, place) => (alias.concept === concept && alias.text === text ? [place] : []));
    return { mention, language, query: { text, except }, hiddenIn: concept, gold: concept };
  });
}

/** The best `k` concepts of each item from the generator of its language. */
export async function findAll(items: readonly LinkItem[], generators: Readonly<Record<TargetLanguage, CandidateGenerator>>, k: number): Promise<SearchHit[][]> {
  const found: SearchHit[][] = items.map(() => []);
  for (const language of TARGET_LANGUAGES) {
    const places = items.flatMap((item, i) => (item.language === language ? [i] : []));
    if (places.length === 0) continue;
    const hits = await generators[language].find(places.map((place) => (items[place] as LinkItem).query), k);
    places.forEach((place, i) => (found[place] = hits[i] as SearchHit[]));
  }
  return found;
}

/** Pairs of names of one concept, in all languages, as positions of distinct texts. */
export interface Synonyms {
  readonly texts: readonly string[];
  readonly pairs: readonly (readonly [a: number, b: number])[];
  /** Number of each pair's concept. */
  readonly concepts: Int32Array;
}

export function synonymsOf(concepts: readonly NamedConcept[]): Synonyms {
  const places = new Map<string, number>();
  const placeOf = (text: string): number => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  };
  const pairs = concepts.flatMap(({ names }, concept) => {
    const own = [...new Set(Object.values(names).flat())].map(placeOf);
    return own.flatMap((a, i) => own.slice(i + 1).map((b) => ({ concept, pair: [a, b] as const })));
  });
  return { texts: [...places.keys()], pairs: pairs.map(({ pair }) => pair), concepts: Int32Array.from(pairs, ({ concept }) => concept) };
}

/** Pairs of synonyms with the number of their concept, int32 [B]. */
export type SynonymBatch = QueryDocumentBatch & { readonly concepts: HostArray };

export function synonymBatches(rows: RowSet, { pairs, concepts }: Synonyms, { length, batch, seed }: { readonly length: number; readonly batch: number; readonly seed: number }): BatchStream<SynonymBatch> {
  const side = (indices: Int32Array, place: 0 | 1) => batchOfRows(rows, indices.map((pair) => pairs[pair]?.[place] as number), length);
  return shuffledBatches({ indices: Int32Array.from(pairs.keys()), batchSize: batch, seed }, ({ indices }) => ({
    ...fieldsOf("query", side(indices, 0)),
    ...fieldsOf("document", side(indices, 1)),
    concepts: hostArray(indices.map((pair) => concepts[pair] as number), [batch]),
  }));
}

/** Synonyms before the names of all other concepts of the batch (SapBERT's aim, arXiv 2010.11784); names of one concept are never each other's negatives. */
export const synonymLoss: TextLoss<BiEncoder, BatchTensors<SynonymBatch>> = (model, batch, mode) => {
  const { query, passage, scale } = model.forward({ query: sideOf(batch, "query"), passage: sideOf(batch, "document") }, mode);
  const positives: Tensor = equal(batch.concepts.unsqueeze(1), batch.concepts.unsqueeze(0));
  const { loss, accuracy } = infoNce(query, passage, { scale, similarity: "dot", positives });
  return { loss, accuracy };
};

/** How well candidates find what is known, each share over the items that the dictionary can answer. */
export function recallAt(items: readonly Pick<LinkItem, "gold">[], hits: readonly (readonly SearchHit[])[], k: number): number {
  const known = items.flatMap(({ gold }, i) => (gold === null ? [] : [Number((hits[i] as readonly SearchHit[]).slice(0, k).some(({ id }) => id === gold))]));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

export interface LinkScores {
  /** Share of all items that are answered right, "none of them" included. */
  readonly accuracy: number;
  /** Of answers against what can be answered. */
  readonly f1: number;
  /** 1 where the answer is right. */
  readonly byItem: readonly number[];
}

/** Scores of answers; null says that the dictionary lacks it. */
export function scoreLinks(items: readonly Pick<LinkItem, "gold">[], answers: readonly (string | null)[]): LinkScores {
  const byItem = items.map(({ gold }, i) => Number(gold === answers[i]));
  const right = items.filter(({ gold }, i) => gold !== null && gold === answers[i]).length;
  const [given, wanted] = [answers.filter((answer) => answer !== null).length, items.filter(({ gold }) => gold !== null).length];
  return { accuracy: byItem.reduce((sum, value) => sum + value, 0) / items.length, f1: given + wanted === 0 ? 0 : (2 * right) / (given + wanted), byItem };
}
