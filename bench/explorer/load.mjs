/**
 * Readers at once: starts the explorer on an empty data folder, lets many readers search and open pages for a while, and
 * prints how many answers came, how many were no success, and how long they took.
 *
 *   node bench/explorer/load.mjs [--readers 200] [--seconds 60] [--json]
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { readers: { type: "string", default: "200" }, seconds: { type: "string", default: "60" }, json: { type: "boolean", default: false } } });
const readers = Number(values.readers);
const seconds = Number(values.seconds);
const root = join(import.meta.dirname, "../..");

const queries = (await readFile(join(root, "bench/search/catalogue-queries.jsonl"), "utf8")).trim().split("\n").map((line) => JSON.parse(line));
const addresses = queries.flatMap(({ query, relevant }) => [`/api/search?limit=10&q=${encodeURIComponent(query)}`, `/?q=${encodeURIComponent(query)}`, `/papers/${Object.keys(relevant)[0]}`]);

const agent = new Agent({ keepAlive: true, maxSockets: readers });

/** Milliseconds and status of one request; status 0 when the connection failed. */
function fetchOnce(port, path) {
  const began = performance.now();
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode, took: performance.now() - began }));
      response.on("error", () => resolve({ status: 0, took: performance.now() - began }));
    });
    // a connection that was kept can be closed just as it is used again; whoever keeps connections asks once more, as browsers do
    request.on("error", (error) => resolve(request.reusedSocket && error.code === "ECONNRESET" ? fetchOnce(port, path) : { status: 0, took: performance.now() - began }));
  });
}

const data = await mkdtemp(join(tmpdir(), "reprise-load-"));
// Every reader comes from one address here, so the limits by address are lifted.
const server = spawn(process.execPath, [join(root, "dist/cli/main.js"), "serve", "--port", "0", "--data", data], { env: { ...process.env, REPRISE_READS_PER_MINUTE: "0", REPRISE_LOG: "error" }, stdio: ["ignore", "ignore", "pipe"] });
try {
  const port = await new Promise((resolve, reject) => {
    server.stderr.on("data", (text) => /127\.0\.0\.1:(\d+)/.test(text) && resolve(Number(RegExp.$1)));
    server.on("exit", () => reject(new Error("the server ended before it listened")));
  });
  for (let quiet = 0; quiet < 3; quiet += 1) await fetchOnce(port, addresses[quiet]);
  const until = performance.now() + seconds * 1000;
  const answers = [];
  await Promise.all(Array.from({ length: readers }, async (_, reader) => {
    for (let i = reader; performance.now() < until; i += readers) {
      const path = addresses[i % addresses.length];
      answers.push({ ...(await fetchOnce(port, path)), search: path.includes("q=") });
    }
  }));
  const quantile = (list, share) => list.sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(share * list.length))] ?? null;
  const searches = answers.filter(({ search }) => search).map(({ took }) => took);
  const result = {
    readers, seconds, answers: answers.length, failures: answers.filter(({ status }) => status !== 200).length,
    statuses: Object.fromEntries([...new Set(answers.map(({ status }) => status))].map((status) => [status, answers.filter((answer) => answer.status === status).length])),
    answersPerSecond: answers.length / seconds, searchMilliseconds: { p50: quantile(searches, 0.5), p99: quantile(searches, 0.99) },
  };
  if (values.json) console.log(JSON.stringify(result));
  else console.log(`${readers} readers for ${seconds} s: ${result.answers} answers (${result.answersPerSecond.toFixed(0)} a second), ${result.failures} failures; search p50 ${result.searchMilliseconds.p50?.toFixed(0)} ms, p99 ${result.searchMilliseconds.p99?.toFixed(0)} ms`);
} finally {
  server.kill("SIGTERM");
  await new Promise((resolve) => server.on("exit", resolve));
  await rm(data, { recursive: true, force: true });
}
