/** Batches of the bi-encoder: queries and the passages they belong to, all of one source, often all of one group. */
import type { HostArray } from "../../../../engine/index.ts";
import { RandomStream } from "../../../../engine/index.ts";
import type { BatchStream } from "../../../../data/index.ts";
import type { Tokenizer } from "../../../../data/tokenizers/tokenizer.ts";
import { stackRows, textRow } from "../token-rows.ts";
import type { Passage, PassageSource } from "./passages.ts";
import { drawView } from "./views.ts";

export interface PairBatchArrays {
  [name: string]: HostArray;
  readonly queryIds: HostArray;
  readonly queryValid: HostArray;
  readonly documentIds: HostArray;
  readonly documentValid: HostArray;
}

export interface PairBatchOptions {
  readonly tokenizer: Tokenizer;
  readonly sources: readonly PassageSource[];
  readonly batchSize: number;
  readonly longestQuery: number;
  readonly longestDocument: number;
  readonly seed: number;
}

/** Share of the batches whose passages come from one group, which makes the others of a batch hard to tell from the right one. */
const ONE_GROUP = 0.5;

/** Batch n depends on the seed and n alone, so the position is one number. */
export function pairBatches({ tokenizer, sources, batchSize, longestQuery, longestDocument, seed }: PairBatchOptions): BatchStream<PairBatchArrays> {
  const groups = sources.map(({ passages }) => byGroup(passages));
  let step = 0;

  return {
    async next() {
      const random = RandomStream.of(seed, "pairs", step++);
      const place = drawPlace(sources, random);
      const members = drawMembers((sources[place] as PassageSource).passages, groups[place] as ReadonlyMap<string, readonly Passage[]>, batchSize, random);
      const views = members.map((passage) => drawView(passage, random));
      const queries = stackRows(views.map(({ query }) => textRow(tokenizer, query, longestQuery)), longestQuery);
      const documents = stackRows(views.map(({ document }) => textRow(tokenizer, document, longestDocument)), longestDocument);
      return { queryIds: queries.ids, queryValid: queries.valid, documentIds: documents.ids, documentValid: documents.valid };
    },
    state: () => ({ kind: "pairs", seed, step }),
    restore(state) {
      const position = state as { readonly kind?: string; readonly seed?: number; readonly step?: number };
      if (position.kind !== "pairs" || position.seed !== seed || !Number.isInteger(position.step)) throw new Error(`restore: expected a position among the pairs of seed ${seed}, got ${JSON.stringify(state)}`);
      step = position.step as number;
    },
    close: async () => undefined,
  };
}

function byGroup(passages: readonly Passage[]): Map<string, Passage[]> {
  const groups = new Map<string, Passage[]>();
  for (const passage of passages) {
    const members = groups.get(passage.group);
    if (members === undefined) groups.set(passage.group, [passage]);
    else members.push(passage);
  }
  return groups;
}

function drawPlace(sources: readonly PassageSource[], random: RandomStream): number {
  let left = random.uniform() * sources.reduce((total, { share }) => total + share, 0);
  const place = sources.findIndex(({ share }) => (left -= share) < 0);
  return place < 0 ? sources.length - 1 : place;
}

/** Different passages: of the group of a random one, filled up from all. */
function drawMembers(passages: readonly Passage[], groups: ReadonlyMap<string, readonly Passage[]>, count: number, random: RandomStream): Passage[] {
  const chosen = new Set<Passage>();
  if (random.bernoulli(ONE_GROUP)) {
    const group = groups.get(random.choice(passages).group) as readonly Passage[];
    const most = Math.min(count, group.length);
    while (chosen.size < most) chosen.add(most * 2 > group.length ? (group[chosen.size] as Passage) : random.choice(group));
  }
  while (chosen.size < count) chosen.add(random.choice(passages));
  return [...chosen];
}
