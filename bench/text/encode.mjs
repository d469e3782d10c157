/**
 * `node --import tsx bench/text/encode.mjs [MODEL] [--texts N] [--threads N] [--rounds N] [--json]`: texts of mixed length
 * through the same ONNX file, by transformers.js and by us, in turn in one process. MODEL is a folder of
 * sentence-transformers; without it, a BERT of six layers and width 384 with random weights is made, for whose speed the
 * weights do not matter. transformers.js gets batches of 32 in the order of the texts, as its users give them.
 */
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AutoModel, AutoTokenizer, env, mean_pooling } from "@huggingface/transformers";
import { exportFolder, fromPretrained, TextSession } from "../../src/tasks/index.ts";
import { tinyModel } from "../../src/tasks/text/base-model.ts";
import { RandomStream } from "../../src/engine/index.ts";

const words = process.argv.slice(2);
const option = (name, usual) => (words.includes(name) ? Number(words[words.indexOf(name) + 1]) : usual);
const count = option("--texts", 512);
const threads = option("--threads", 2);
const rounds = option("--rounds", 3);
const BATCH = 32;

/** Lengths as collections have them: most short, some long (log-normal, median 24 words, at most 180). */
function makeTexts() {
  const random = RandomStream.of(7, "texts");
  const vocabulary = Array.from({ length: 2000 }, () => Array.from({ length: 2 + random.integer(7) }, () => "abcdefghijklmnopqrstuvwxyz"[random.integer(26)]).join(""));
  return Array.from({ length: count }, () => Array.from({ length: Math.min(180, Math.max(3, Math.round(24 * Math.exp(0.8 * random.normal())))) }, () => vocabulary[random.integer(vocabulary.length)]).join(" "));
}

const texts = makeTexts();
const given = words[0]?.startsWith("--") ? undefined : words[0];
const folder = given ?? (await mkdtemp(join(tmpdir(), "reprise-encode-")));
if (given === undefined) await exportFolder(tinyModel(texts, { vocabulary: 8192, width: 384, depth: 6, heads: 12, longest: 512 }, { task: "features", labels: [], seed: 1 }), folder, { format: "sentence-transformers" });

env.allowRemoteModels = false;
env.localModelPath = "";
const theirTokenizer = await AutoTokenizer.from_pretrained(folder);
const theirModel = await AutoModel.from_pretrained(folder, { dtype: "fp32", session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 } });
const own = await fromPretrained(folder);
const session = await TextSession.open(await readFile(join(folder, "onnx/model.onnx")), { segments: own.pretrained.prepared.segments, output: "sentence_embedding", padId: own.tokenizer.padId, threads });

async function theirs() {
  const rows = [];
  for (let from = 0; from < texts.length; from += BATCH) {
    const inputs = theirTokenizer(texts.slice(from, from + BATCH), { padding: true, truncation: true });
    const { last_hidden_state: states } = await theirModel(inputs);
    rows.push(...mean_pooling(states, inputs.attention_mask).tolist());
  }
  return rows;
}

async function ours() {
  const { data, shape } = await session.rows(texts.map((text) => own.tokenizer.encode(text)));
  return Array.from({ length: texts.length }, (_, i) => data.subarray(i * shape[1], (i + 1) * shape[1]));
}

const seconds = { theirs: [], ours: [] };
const contenders = { theirs, ours };
const found = {};
for (let round = -1; round < rounds; round++) {
  for (const name of round % 2 === 0 ? ["theirs", "ours"] : ["ours", "theirs"]) {
    const cpu = process.cpuUsage();
    const began = performance.now();
    found[name] = await contenders[name]();
    const used = process.cpuUsage(cpu);
    // Round -1 warms up. Processor time beside wall-clock time: on a busy machine it says more.
    if (round >= 0) seconds[name].push({ wall: (performance.now() - began) / 1000, cpu: (used.user + used.system) / 1e6 });
  }
}
const worst = found.ours.reduce((most, row, i) => row.reduce((m, value, k) => Math.max(m, Math.abs(value - found.theirs[i][k])), most), 0);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const of = (name, kind) => median(seconds[name].map((entry) => entry[kind]));
const result = {
  texts: count, threads, rounds, largestDifference: worst,
  transformersJs: { textsPerSecond: count / of("theirs", "wall"), cpuSeconds: of("theirs", "cpu") },
  reprise: { textsPerSecond: count / of("ours", "wall"), cpuSeconds: of("ours", "cpu") },
  ratio: of("theirs", "wall") / of("ours", "wall"), cpuRatio: of("theirs", "cpu") / of("ours", "cpu"),
};
if (words.includes("--json")) console.log(JSON.stringify(result, null, 2));
else console.log(`${count} texts, ${threads} threads: transformers.js ${result.transformersJs.textsPerSecond.toFixed(1)} texts/s, reprise ${result.reprise.textsPerSecond.toFixed(1)} texts/s: ${result.ratio.toFixed(2)}x (processor time ${result.cpuRatio.toFixed(2)}x); vectors differ by at most ${worst.toExponential(1)}`);
await session.release();
