/**
 * `node --import tsx bench/text/choices.ts [ROW ...] [--seeds 2] [--smoke] [--json] [--out DIR]`: what the rows of
 * docs/choose-a-method.md that belong to no system say, measured. Without rows all of them, which takes about a quarter of an
 * hour on one thread; `--smoke` tries them with a few steps on little data, whose numbers mean nothing. `--out` keeps the models.
 *
 * All texts are real and all test texts held out: summaries that seek their package's description, pairs of glosses with how
 * near they are in WordNet, sections and tags of packages. "base" is a small encoder trained here on first sentences and the
 * rest of training descriptions, without labels; it stands for a model that somebody has pre-trained.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { debDescriptions, SPLITS, wordnet } from "../../src/data/index.ts";
import type { HostArray } from "../../src/engine/index.ts";
import { RandomStream } from "../../src/engine/index.ts";
import { ApproximateIndex } from "../../src/data/search/approximate-index.node.ts";
import { FlatIndex } from "../../src/data/search/index.ts";
import { loadDescSearch, loadSections, loadWordNetPairs, sentencesOf } from "../../src/lab/text/index.ts";
import type { TextPairs } from "../../src/lab/text/index.ts";
import { evaluateText, fromPretrained, trainText } from "../../src/tasks/index.ts";
import type { PretrainedText, TextData } from "../../src/tasks/index.ts";
import { metrics } from "../../src/train/index.ts";

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { seeds: { type: "string", default: "2" }, smoke: { type: "boolean", default: false }, json: { type: "boolean", default: false }, out: { type: "string" } } });
const smoke = options.smoke;
const seeds = Array.from({ length: smoke ? 1 : Number(options.seeds) }, (_, i) => i + 1);
const out = options.out ?? (await mkdtemp(join(tmpdir(), "reprise-choices-")));
const say = (line: string): void => void process.stderr.write(`${line}\n`);
/** Steps or records of a row; few of them in a smoke test. */
const size = (full: number, tried: number): number => (smoke ? tried : full);
/** Loaded when first asked for, and once. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
}
const context = { signal: new AbortController().signal, message: say };
const descSearch = once(() => loadDescSearch(context));
const sectioned = once(() => loadSections(context, 12));
const descriptions = once(() => debDescriptions.load());
const SETTINGS = { batch: size(32, 8), length: 64, tiny: { vocabulary: size(8192, 512), longest: 256 } };

/** Learning rate from the base: the default of 5e-5 is for encoders a hundred times its size. Chosen beforehand, not tuned. */
const SMALL_BASE = 5e-4;

/** Means over seeds, or one value. */
type Result = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface Training {
  readonly data: TextData;
  readonly steps: number;
  readonly base?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Trains one model, measures it and lets it go. */
async function measured<R>(method: string, name: string, { data, steps, base, settings }: Training, seed: number, measure: (model: PretrainedText) => Promise<R>): Promise<R> {
  const began = performance.now();
  const { model } = await trainText(method, data, { out: join(out, `${name}-${seed}`), base, resume: true, settings: { ...SETTINGS, steps: size(steps, 3), seed, ...(base === undefined ? {} : { learningRate: SMALL_BASE }), ...settings } });
  say(`${name}, seed ${seed}: trained in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  try {
    return await measure(model);
  } finally {
    await model.release();
  }
}

/** Means of what each arm gives, seed by seed. */
async function overSeeds(arms: Readonly<Record<string, (seed: number) => Promise<Readonly<Record<string, number>>>>>): Promise<Result> {
  const result: Record<string, Record<string, number>> = {};
  for (const [name, run] of Object.entries(arms)) {
    const found: Readonly<Record<string, number>>[] = [];
    for (const seed of seeds) found.push(await run(seed));
    result[name] = Object.fromEntries(Object.keys(found[0] ?? {}).flatMap((metric) => {
      const values = found.map((each) => each[metric] as number);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return [[metric, mean], ...(values.length > 1 ? [[`${metric} ±`, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))] as const] : [])] as [string, number][];
    }));
  }
  return result;
}

const evaluated = (data: TextData) => async (model: PretrainedText): Promise<Readonly<Record<string, number>>> => (await evaluateText(model, data)).metrics as Readonly<Record<string, number>>;
const pairsOf = ({ queries, documents }: TextPairs, count = queries.length): TextData => ({ kind: "pairs", records: queries.slice(0, count).map((query, i) => ({ query, positive: documents[i] as string, negatives: [] })) });
/** Summaries and descriptions of the test split: each seeks its own among all. */
const heldOut = async (): Promise<TextData> => {
  const { test } = await descSearch();
  const relevant = test.queries.flatMap((query, i) => [...(test.relevant[i] as ReadonlyMap<number, number>).keys()].slice(0, 1).map((place) => ({ query, positive: test.documents[place] as string, negatives: [] })));
  return { kind: "pairs", records: relevant.slice(0, size(1000, 20)) };
};

/** A folder of the encoder that stands for a pre-trained one; made once. */
const baseFolder = once(async () => {
  const { unlabelled } = await descSearch();
  await measured("bi-encoder", "base", { data: pairsOf(unlabelled, size(20_000, 40)), steps: 600, settings: { negatives: 0 } }, 1, () => Promise.resolve());
  return join(out, "base-1");
});

const ROWS: Readonly<Record<string, () => Promise<Result>>> = {
  async "hard-negatives"() {
    const { train } = await descSearch();
    const [data, test] = [pairsOf(train, size(2000, 30)), await heldOut()];
    const run = (negatives: number) => (seed: number) => measured("bi-encoder", `negatives-${negatives}`, { data, steps: 200, settings: { negatives } }, seed, evaluated(test));
    return overSeeds({ "negatives of the batch": run(0), "and two by BM25": run(2) });
  },

  async "scored-pairs"() {
    const { train, test } = await loadWordNetPairs(context);
    const [data, judged]: TextData[] = [{ kind: "scored", records: train.slice(0, size(train.length, 40)) }, { kind: "scored", records: test.slice(0, size(1000, 30)) }];
    const place = await baseFolder();
    const run = (method: string) => (seed: number) => measured(method, `scored-${method}`, { data: data as TextData, steps: 200, base: place }, seed, evaluated(judged as TextData));
    return overSeeds({ "bi-encoder, CoSENT": run("bi-encoder"), "cross-encoder": run("cross-encoder") });
  },

  async classifier() {
    const sections = await sectioned();
    const records = (texts: typeof sections.train, count: number) => texts.slice(0, count).map(({ text, label }) => ({ text, labels: [sections.classes[label]?.name as string] }));
    const [train, few, test]: TextData[] = [records(sections.train, 1000), records(sections.train, 100), records(sections.test, size(1000, 60))].map((each) => ({ kind: "labelled", records: each }));
    const place = await baseFolder();
    const run = (name: string, data: TextData, from?: string) => (seed: number) => measured("classifier", name, { data, steps: 150, base: from }, seed, evaluated(test as TextData));
    return overSeeds({ "1,000 texts, from base": run("classes-base", train as TextData, place), "1,000 texts, from tiny": run("classes-tiny", train as TextData), "100 texts, from base": run("classes-few", few as TextData, place) });
  },

  async "several-labels"() {
    const { records, splits, twinOf } = await descriptions();
    const facet = "use::";
    const tagged = records.flatMap(({ summary, paragraphs, tags }, i) => (twinOf[i] === -1 && tags.length > 0 ? [{ text: `${summary}. ${paragraphs.join(" ")}`, labels: tags.filter((tag) => tag.startsWith(facet)), split: SPLITS[splits[i] as number] }] : []));
    const counts = new Map<string, number>();
    for (const { labels, split } of tagged) if (split === "train") for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    const known = new Set([...counts].sort(([, a], [, b]) => b - a).slice(0, 12).map(([label]) => label));
    const random = RandomStream.of(5, "several labels");
    const of = (split: string, count: number): TextData => ({ kind: "labelled", records: random.child(split).shuffle(tagged.filter((each) => each.split === split && each.labels.some((label) => known.has(label)))).slice(0, count).map(({ text, labels }) => ({ text, labels: labels.filter((label) => known.has(label)) })) });
    const [train, test, place] = [of("train", size(4000, 200)), of("test", size(1000, 60)), await baseFolder()];
    return overSeeds({ "12 tags, from base": (seed) => measured("classifier", "tags-base", { data: train, steps: 200, base: place }, seed, evaluated(test)), "12 tags, from tiny": (seed) => measured("classifier", "tags-tiny", { data: train, steps: 200 }, seed, evaluated(test)) });
  },

  async "labels-in-words"() {
    const { classes, test } = await sectioned();
    const texts = test.slice(0, size(1000, 60));
    return withBase(async (model) => {
      const accuracy = async (labels: readonly string[]): Promise<number> => {
        const ranked = best(await model.embed(texts.map(({ text }) => text)), await model.embed(labels));
        return ranked.filter((found, i) => found === (texts[i] as (typeof texts)[number]).label).length / texts.length;
      };
      return { "nearest label": { accuracy: await accuracy(classes.map(({ name }) => name)), "with its description": await accuracy(classes.map(({ name, description }) => `${name}. ${description}`)), chance: 1 / classes.length } };
    });
  },

  async "few-pairs"() {
    const { train } = await descSearch();
    return fromBaseAndTiny("few", pairsOf(train, size(200, 30)), 100);
  },

  async "many-pairs"() {
    const { train } = await descSearch();
    return fromBaseAndTiny("many", pairsOf(train, size(train.queries.length, 60)), 400);
  },

  async "long-documents"() {
    const { records, splits, twinOf } = await descriptions();
    const long = RandomStream.of(6, "long documents").shuffle(records.filter(({ paragraphs }, i) => twinOf[i] === -1 && SPLITS[splits[i] as number] === "test" && paragraphs.length >= 4 && paragraphs.join(" ").length > 900)).slice(0, size(600, 20));
    // A sentence from the second half seeks the document it was taken out of.
    const cut = long.flatMap((record) => {
      const sentences = record.paragraphs.flatMap((paragraph, place) => sentencesOf(paragraph).map((sentence) => ({ sentence, place })));
      const taken = sentences.find(({ sentence, place }) => place >= record.paragraphs.length / 2 && sentence.split(" ").length >= 6);
      return taken === undefined ? [] : [{ query: taken.sentence, paragraphs: record.paragraphs.map((paragraph, place) => (place === taken.place ? paragraph.replace(taken.sentence, "") : paragraph)).filter((paragraph) => paragraph.trim() !== "") }];
    });
    return withBase(async (model) => {
      const queries = await model.embed(cut.map(({ query }) => query));
      const search = async (texts: readonly string[], owner: readonly number[]): Promise<number> => {
        const index = new FlatIndex({ width: queries.shape[1] as number });
        index.add(texts.map((_, i) => String(i)), await model.embed(texts), { groups: owner.map(String) });
        const found = await index.search(queries, 10, { by: "groups" });
        await index.release();
        return metrics.rankings(found.map((hits, i) => ({ found: hits.map(({ group }) => String(group)), relevant: new Map([[String(i), 1]]) })), [10]).ndcgAt[10] as number;
      };
      const parts = cut.flatMap(({ paragraphs }, i) => paragraphs.map((text) => ({ text, i })));
      return { [`${cut.length} documents`]: { "whole, nDCG@10": await search(cut.map(({ paragraphs }) => paragraphs.join("\n")), cut.map((_, i) => i)), "paragraphs, nDCG@10": await search(parts.map(({ text }) => text), parts.map(({ i }) => i)), "paragraphs of a document": parts.length / cut.length } };
    });
  },

  async "approximate-index"() {
    const { synsets } = await wordnet.load();
    const texts = RandomStream.of(7, "approximate index").shuffle([...new Set(synsets.map(({ gloss }) => gloss))]);
    const [stored, asked] = [texts.slice(0, size(100_000, 500)), texts.slice(-size(500, 20))];
    return withBase(async (model) => {
      const [vectors, queries] = [await model.embed(stored), await model.embed(asked)];
      const width = queries.shape[1] as number;
      const ids = stored.map((_, i) => String(i));
      const timed = async <T>(run: () => T | Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> => {
        const began = performance.now();
        return { value: await run(), seconds: (performance.now() - began) / 1000 };
      };
      const each = async <T>(run: (query: Float32Array) => T | Promise<T>): Promise<{ readonly found: T[]; readonly milliseconds: number }> => {
        const rows = asked.map((_, i) => (queries.data as Float32Array).slice(i * width, (i + 1) * width));
        await run(rows[0] as Float32Array);
        const { value, seconds } = await timed(async () => {
          const found: T[] = [];
          for (const row of rows) found.push(await run(row));
          return found;
        });
        return { found: value, milliseconds: (1000 * seconds) / rows.length };
      };
      const exact = new FlatIndex({ width });
      const exactBuilt = await timed(() => exact.add(ids, vectors));
      const truth = await each(async (query) => (await exact.search(query, 10))[0] ?? []);
      await exact.release();
      const approximate = await ApproximateIndex.create({ width });
      const built = await timed(() => approximate.add(ids, vectors));
      const near = await each((query) => approximate.search(query, 10)[0] ?? []);
      const shared = near.found.reduce((sum, hits, i) => sum + hits.filter(({ id }) => truth.found[i]?.some((hit) => hit.id === id)).length, 0);
      return {
        exact: { "ms a query": truth.milliseconds, "seconds to add": exactBuilt.seconds, "recall@10": 1, vectors: stored.length },
        approximate: { "ms a query": near.milliseconds, "seconds to add": built.seconds, "recall@10": shared / truth.found.reduce((sum, hits) => sum + hits.length, 0), vectors: stored.length },
      };
    });
  },
};

/** The same pairs and steps, from the base and from a new model. */
async function fromBaseAndTiny(name: string, data: TextData, steps: number): Promise<Result> {
  const [test, place] = [await heldOut(), await baseFolder()];
  const training = { data, steps, settings: { negatives: 0 } };
  return {
    ...(await withBase(async (model) => ({ "base, not tuned": await evaluated(test)(model) }))),
    ...(await overSeeds({
      "from base": (seed) => measured("bi-encoder", `${name}-base`, { ...training, base: place }, seed, evaluated(test)),
      "from tiny": (seed) => measured("bi-encoder", `${name}-tiny`, training, seed, evaluated(test)),
    })),
  };
}

async function withBase(work: (model: PretrainedText) => Promise<Result>): Promise<Result> {
  const model = await fromPretrained(await baseFolder());
  try {
    return await work(model);
  } finally {
    await model.release();
  }
}

/** For each row of a [n, d] the row of b [m, d] with the largest cosine. */
function best(a: HostArray, b: HostArray): number[] {
  const unit = ({ data, shape: [count = 0, width = 0] }: HostArray): number[][] => Array.from({ length: count }, (_, i) => {
    const row = Array.from(data.subarray(i * width, (i + 1) * width), Number);
    const length = Math.hypot(...row) || 1;
    return row.map((value) => value / length);
  });
  const labels = unit(b);
  return unit(a).map((row) => {
    const scores = labels.map((label) => label.reduce((sum, value, d) => sum + value * (row[d] as number), 0));
    return scores.indexOf(Math.max(...scores));
  });
}

const chosen = positionals.length > 0 ? positionals : Object.keys(ROWS);
const unknown = chosen.find((name) => !Object.hasOwn(ROWS, name));
if (unknown !== undefined) throw new Error(`there is no row "${unknown}"; choose from ${Object.keys(ROWS).join(", ")}`);
const results: Record<string, Result> = {};
for (const name of chosen) {
  const began = performance.now();
  const result = await (ROWS[name] as () => Promise<Result>)();
  results[name] = result;
  if (options.json) continue;
  console.log(`${name}${smoke ? " (smoke: the numbers mean nothing)" : ""}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  for (const [arm, values] of Object.entries(result)) console.log(`  ${arm.padEnd(26)} ${Object.entries(values).map(([metric, value]) => `${metric} ${Number.isInteger(value) ? value : value.toFixed(4)}`).join("  ")}`);
}
if (options.json) console.log(JSON.stringify({ seeds, results }, null, 2));
say(`models: ${out}`);
