/**
 * Many vectors in the in-process index. Real texts are fewer than a million, so each is drawn near the vector of a real one,
 * as far from it as that one's nearest real neighbour is: clusters have the real vectors' places and spread.
 */
import "../../src/data/index.ts";
import { ApproximateIndex } from "../../src/data/search/approximate-index.node.ts";
import { debDescriptions } from "../../src/data/sources/deb-description.ts";
import { RandomStream } from "../../src/engine/index.ts";
import { GRAPH_OPTIONS } from "../../src/papers/search/graph-neighbours.ts";
import { dot } from "../../src/papers/search/neighbours.ts";
import { timesOf } from "./percentiles.ts";
import { scaleModels } from "./scale-models.ts";

const CENTRES = 4000;
const CHUNK = 10_000;
const QUERIES = 200;
const WANTED = 10;
const ENCODED_AT_ONCE = 64;

interface Best {
  readonly id: number;
  readonly score: number;
}

export async function vectorsAtScale({ vectors, models: directory }: { readonly vectors: number; readonly models: string | undefined }): Promise<Readonly<Record<string, unknown>>> {
  const { centres, spread, encoder, dimension } = await realVectors(directory);
  const random = RandomStream.of(0, "vectors");
  const draw = (): Float32Array => near(centres[random.integer(centres.length)] as Float32Array, spread, random);
  const queries = Array.from({ length: QUERIES }, draw);
  const exact = queries.map((): Best[] => []);
  const before = process.memoryUsage().rss;
  const index = await ApproximateIndex.create({ width: dimension, ...GRAPH_OPTIONS });
  let building = 0;
  for (let start = 0; start < vectors; start += CHUNK) {
    const count = Math.min(CHUNK, vectors - start);
    const rows = new Float32Array(count * dimension);
    for (let i = 0; i < count; i++) rows.set(draw(), i * dimension);
    const began = performance.now();
    index.add(Array.from({ length: count }, (_, i) => start + i), rows);
    building += performance.now() - began;
    queries.forEach((query, q) => (exact[q] = merged(exact[q] as Best[], query, rows, start)));
    if (((start + count) / CHUNK) % 10 === 0) process.stderr.write(`${start + count} of ${vectors} vectors\n`);
  }
  const memory = (process.memoryUsage().rss - before) / 2 ** 20;
  const took: number[] = [];
  let found = 0;
  queries.forEach((query, q) => {
    const began = performance.now();
    const [hits = []] = index.search(query, WANTED);
    took.push(performance.now() - began);
    const right = new Set((exact[q] as Best[]).map(({ id }) => id));
    found += hits.filter(({ id }) => right.has(Number(id))).length;
  });
  return { vectors, dimension, encoder, "mean cosine of nearest real neighbours": spread, "recall@10 against exact search": found / (QUERIES * Math.min(WANTED, vectors)), "seconds to build": building / 1000, "vectors added a second": (1000 * vectors) / building, "MiB of memory": memory, "milliseconds a search": timesOf(took) };
}

async function realVectors(directory: string | undefined): Promise<{ centres: readonly Float32Array[]; spread: number; encoder: string; dimension: number }> {
  const { records, twinOf } = await debDescriptions.load();
  const texts = records.filter((_, i) => twinOf[i] === -1).slice(0, CENTRES).map(({ summary, paragraphs }) => `${summary}. ${paragraphs[0] ?? ""}`);
  const models = await scaleModels(directory);
  const centres: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += ENCODED_AT_ONCE) centres.push(...(await models.encoder.encode(texts.slice(start, start + ENCODED_AT_ONCE), "document")));
  const { id: encoder, dimension } = models.encoder;
  await models.release();
  const sample = centres.slice(0, QUERIES);
  const nearest = sample.map((vector, i) => Math.max(...centres.map((other, j) => (i === j ? -1 : dot(vector, other, 0)))));
  return { centres, spread: nearest.reduce((total, cosine) => total + cosine, 0) / nearest.length, encoder, dimension };
}

/** A vector of unit length at the given cosine from `centre`, in a random direction. */
function near(centre: Float32Array, cosine: number, random: RandomStream): Float32Array {
  const noise = centre.map(() => random.normal());
  const along = dot(noise, centre, 0);
  const aside = noise.map((value, i) => value - along * (centre[i] as number));
  const scale = Math.sqrt(1 - cosine ** 2) / Math.hypot(...aside);
  return centre.map((value, i) => cosine * value + scale * (aside[i] as number));
}

function merged(best: readonly Best[], query: Float32Array, rows: Float32Array, start: number): Best[] {
  const all = [...best];
  const least = (): number => (all.length < WANTED ? -Infinity : (all[WANTED - 1] as Best).score);
  for (let i = 0; i * query.length < rows.length; i++) {
    const score = dot(query, rows, i * query.length);
    if (score <= least()) continue;
    const place = all.findIndex((other) => other.score < score);
    all.splice(place < 0 ? all.length : place, 0, { id: start + i, score });
    all.length = Math.min(all.length, WANTED);
  }
  return all;
}
