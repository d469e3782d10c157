/** Papers like a given one: near to it in meaning, and with the words of its title and keywords. */
import { explanationOf, matchedWords, passagesFor } from "./explain.ts";
import { fuse } from "./fusion.ts";
import type { SearchedIndexes } from "./pipeline.ts";
import type { SearchHit } from "./port.ts";
import { tellingTerms } from "./query.ts";

const DEPTH = 50;

/** At most `limit` papers like the one called `paper`, whose passages have these vectors; none when there is no such paper. */
export async function similarTo({ lexical, neighbours }: SearchedIndexes, paper: string, vectors: readonly Float32Array[], limit: number): Promise<readonly SearchHit[]> {
  const own = (await lexical.documents([paper])).get(paper);
  if (!own) return [];
  const depth = Math.max(DEPTH, limit) + 1;
  const demands = { required: [], excluded: [], filters: {} };
  const terms = tellingTerms([own.title, ...own.keywords].join(" "));
  const words = (await lexical.byWords(terms, depth, demands)).filter((hit) => hit.id !== paper);
  const centre = meanDirection(vectors);
  const meaning = neighbours && centre ? (await neighbours.nearest(centre, depth, await lexical.admission(demands))).filter((hit) => hit.paper !== paper) : [];
  const fused = fuse(words, meaning, [], depth - 1);
  const documents = await lexical.documents(fused.map((hit) => hit.id));
  return fused
    .flatMap((placed) => {
      const document = documents.get(placed.id);
      return document ? [{ placed, document }] : [];
    })
    .slice(0, limit)
    .map(({ placed, document }, i) => {
      const why = passagesFor(document, { terms, weight: (term) => lexical.weight(term), ...(placed.position !== undefined && { nearest: placed.position }) });
      const standing = { exact: false, fused: i + 1, final: i + 1, reranked: false, ...(placed.lexical !== undefined && { lexical: placed.lexical }), ...(placed.dense !== undefined && { dense: placed.dense }) };
      return { id: document.id, slug: document.slug, title: document.title, score: placed.score, stages: placed.stages, why, explanation: explanationOf(standing, matchedWords(why)) };
    });
}

/** The mean of vectors as a vector of unit length; undefined when there are none, or they cancel out. */
function meanDirection(vectors: readonly Float32Array[]): Float32Array | undefined {
  const [first] = vectors;
  if (!first) return undefined;
  const sum = first.map((_, i) => vectors.reduce((total, vector) => total + (vector[i] as number), 0));
  const length = Math.hypot(...sum);
  return length > 0 ? sum.map((value) => value / length) : undefined;
}
