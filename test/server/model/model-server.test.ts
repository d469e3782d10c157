/** The model server over real HTTP: what clients of other servers send, what breaks, and floods. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listen } from "../../../src/server/listen.ts";
import type { Listening } from "../../../src/server/listen.ts";
import { openLog } from "../../../src/server/log.ts";
import { createModelApp } from "../../../src/server/model/app.ts";
import { MODEL_SERVER_DEFAULTS } from "../../../src/server/model/config.ts";
import type { ModelServerConfig } from "../../../src/server/model/config.ts";
import { ModelService } from "../../../src/server/model/model-service.ts";
import { fromPretrained } from "../../../src/tasks/index.ts";
import type { PretrainedText } from "../../../src/tasks/index.ts";
import { hostArray } from "../../../src/engine/index.ts";
import { encodeSafetensors } from "../../../src/train/index.ts";
import { addStages, folderWithExtraToken, modelFolder, TEXTS } from "../../tasks/huggingface/folders.ts";

let vectors: PretrainedText;
let classifier: PretrainedText;
const servers: Listening[] = [];

async function start(model: PretrainedText, config: Partial<ModelServerConfig> = {}) {
  const service = await ModelService.open(model, { ...MODEL_SERVER_DEFAULTS, name: "tiny", version: "1.2.3", ...config });
  const server = await listen(createModelApp(service, openLog("silent")), { host: "127.0.0.1", port: 0 });
  servers.push(server);
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(server.url + path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any }; // eslint-disable-line @typescript-eslint/no-explicit-any -- bodies of many forms
  };
  return { service, server, post, get: (path: string) => fetch(server.url + path) };
}

beforeAll(async () => {
  vectors = await fromPretrained(modelFolder("bert-features"));
  classifier = await fromPretrained(modelFolder("bert-sequence-classification"));
});
afterAll(async () => {
  for (const server of servers) await server.stop(1000);
  await vectors.release();
  await classifier.release();
});

test("what is null is left out, and a type that is not JSON's is told what is expected", async () => {
  const { post } = await start(vectors);
  const plain = await post("v1/embeddings", { input: "the cat" });
  const nulls = await post("v1/embeddings", { input: "the cat", model: null, user: null, dimensions: null, encoding_format: null });
  expect([nulls.status, nulls.body]).toEqual([200, plain.body]);
  expect((await post("embed", { inputs: "the cat", normalize: null, truncate: null, dimensions: null, prompt_name: null })).body).toEqual([plain.body.data[0].embedding]);
  expect((await post("v1/rerank", { query: "cat", documents: ["a dog", "the cat"], top_n: null, return_documents: null })).body.results.length).toBe(2);
  for (const type of ["application/json-seq", "application/json;", "text/plain"]) expect((await post("embed", { inputs: "a" }, { "content-type": type })).body.error).toEqual({ status: 415, type: "unsupported_media_type", message: "expected Content-Type: application/json" });
});

test("a client that leaves while it sends is no failure of the server", async () => {
  const { server, get } = await start(vectors);
  const { port } = new URL(server.url);
  await new Promise<void>((settle) => {
    const leaving = request({ host: "127.0.0.1", port, method: "POST", path: "/embed", headers: { "content-type": "application/json" } }); // of a length that is not said
    leaving.on("error", () => settle());
    leaving.write('{"inputs": "the');
    setTimeout(() => leaving.destroy(), 100);
  });
  await expect.poll(async () => await (await get("metrics")).text(), { timeout: 10_000 }).toMatch(/route="\/embed",status="400"\} 1/);
  expect(await (await get("metrics")).text()).not.toMatch(/status="500"/);
});

test("vectors in the forms of text-embeddings-inference and of OpenAI are those of the model", async () => {
  const { post } = await start(vectors);
  const expected = await vectors.embed(TEXTS);
  const { status, body } = await post("embed", { inputs: TEXTS, normalize: false });
  expect(status).toBe(200);
  body.flat().forEach((value: number, i: number) => expect(value).toBeCloseTo(Number(expected.data[i]), 5));
  const one = await post("embed", { inputs: TEXTS[0] });
  expect(one.body.length).toBe(1);
  expect(Math.hypot(...one.body[0])).toBeCloseTo(1, 5);
  const floats = await post("v1/embeddings", { input: TEXTS, model: "any" });
  expect(floats.body).toMatchObject({ object: "list", model: "tiny", data: [{ object: "embedding", index: 0 }, { index: 1 }, { index: 2 }, { index: 3 }] });
  const bytes = await post("v1/embeddings", { input: TEXTS[0], encoding_format: "base64" });
  const decoded = new Float32Array(new Uint8Array(Buffer.from(bytes.body.data[0].embedding, "base64")).buffer);
  floats.body.data[0].embedding.forEach((value: number, i: number) => expect(decoded[i]).toBeCloseTo(value, 5));
  expect(bytes.body.usage.prompt_tokens).toBe(vectors.tokenizer.encode(TEXTS[0] as string).ids.length);
});

test("rankings and labels", async () => {
  const search = await start(vectors);
  const ranked = await search.post("rerank", { query: "dog", texts: ["the cat sat on the mat.", "dog"], return_text: true });
  expect(ranked.body[0]).toMatchObject({ index: 1, text: "dog" });
  expect(ranked.body[0].score).toBeCloseTo(1, 5);
  const cohere = await search.post("v1/rerank", { query: "dog", documents: [{ text: "a dog sat" }, "dog"], top_n: 1 });
  expect(cohere.body.results).toMatchObject([{ index: 1 }]);
  expect((await search.post("predict", { inputs: "dog" })).status).toBe(422);
  const labels = await start(classifier);
  const { body } = await labels.post("predict", { inputs: [["dog"], ["cat", "sat"]] });
  expect(body).toHaveLength(2);
  for (const scores of body) {
    expect(scores.map(({ label }: { label: string }) => label).sort()).toEqual(["bad", "fair", "good"]);
    expect(scores.reduce((sum: number, { score }: { score: number }) => sum + score, 0)).toBeCloseTo(1, 5);
    expect(scores[0].score).toBeGreaterThanOrEqual(scores[2].score);
  }
  const one = async (inputs: unknown) => (await labels.post("predict", { inputs })).body;
  expect(await one("dog")).toEqual(await one(["dog"]));
  expect([await one([["dog"]]), await one([["cat", "sat"]])]).toEqual([[await one("dog")], [await one(["cat", "sat"])]]);
  expect(await one(["cat", "sat"])).not.toEqual(await one("cat"));
  for (const inputs of [[], ["a", "b", "c"], [["a", "b", "c"]], ["a", ["b"]], [["a"], "b"], [[]]]) expect([inputs, (await labels.post("predict", { inputs })).status]).toEqual([inputs, 422]);
  expect((await labels.post("predict", { inputs: "dog", raw_scores: true })).body.error.message).toMatch(/raw_scores: only false/);
  expect((await labels.post("embed", { inputs: "dog" })).body.error.message).toMatch(/gives scores/);
});

test("what is not understood is answered with a reason, and the server goes on", async () => {
  const { post, get, server } = await start(vectors, { maxTexts: 2, bodyBytes: 2000 });
  for (const [path, body, status, message] of [
    ["embed", "{nonsense", 400, /JSON/],
    ["embed", {}, 422, /inputs/],
    ["embed", { inputs: [] }, 422, /at least one text/],
    ["embed", { inputs: [1, 2] }, 422, /inputs/],
    ["embed", { inputs: "" }, 422, /not empty/],
    ["embed", { inputs: ["a", "b", "c"] }, 413, /3 texts; a request may have 2/],
    ["embed", { inputs: "dog ".repeat(200) }, 413, /200|tokens, the model takes 40/],
    ["embed", { inputs: "x".repeat(3000) }, 413, /2000 bytes/],
    ["v1/embeddings", { input: "dog", dimensions: 3 }, 422, /the model gives 16/],
    ["embed", { inputs: "dog", dimensions: 3 }, 422, /the model gives 16/],
    ["embed", { inputs: "dog", prompt_name: "query" }, 422, /prompt_name: texts are taken as they are/],
    ["v1/embeddings", { input: "dog", encoding_format: "hex" }, 422, /encoding_format/],
    ["rerank", { query: "dog" }, 422, /texts/],
    ["nothing", {}, 404, /there is no POST/],
  ] as const) {
    const answer = await post(path, body);
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.body.error.message).toMatch(message);
  }
  expect((await post("embed", { inputs: "dog ".repeat(200), truncate: true })).status).toBe(200);
  expect((await fetch(`${server.url}embed`, { method: "POST", headers: { "content-type": "text/plain" }, body: '{"inputs":"dog"}' })).status).toBe(415);
  expect((await fetch(`${server.url}embed`, { method: "POST", headers: { "content-type": "Application/JSON; Charset=UTF-8" }, body: '{"inputs":"dog"}' })).status).toBe(200);
  expect((await get("health")).status).toBe(200);
  expect((await post("embed", { inputs: "dog" })).status).toBe(200);
});

test("after a body that is too large the connection is closed, so that the next request goes through another", async () => {
  const { server } = await start(vectors, { bodyBytes: 2000 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (inputs: string): Promise<number | undefined> => new Promise((resolve, reject) => {
    const asked = request(`${server.url}embed`, { method: "POST", agent, headers: { "content-type": "application/json" } }, (answer) => answer.resume().on("end", () => resolve(answer.statusCode)));
    asked.on("error", reject).end(JSON.stringify({ inputs }));
  });
  expect([await ask("x".repeat(3_000_000)), await ask("dog"), await ask("x".repeat(3_000_000)), await ask("dog")]).toEqual([413, 200, 413, 200]);
  agent.destroy();
});

test("a flood is answered in full or with 429, texts share batches, and nobody gets another's vector", async () => {
  const { post, get } = await start(vectors, { maxQueuedTokens: 64, waitMilliseconds: 300 });
  const expected = new Map<string, number>();
  for (const text of TEXTS) expected.set(text, (await post("embed", { inputs: text })).body[0][0]);
  const answers = await Promise.all(Array.from({ length: 60 }, async (_, i) => ({ text: TEXTS[i % TEXTS.length] as string, ...(await post("embed", { inputs: TEXTS[i % TEXTS.length] })) })));
  const done = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 429);
  expect(done.length + refused.length).toBe(60);
  expect(done.length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.headers.get("retry-after")).toBe("1");
  for (const { text, body } of done) expect(body[0][0]).toBeCloseTo(expected.get(text) as number, 4);
  const metrics = await (await get("metrics")).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(metrics)?.[1]);
  expect(value("reprise_model_texts_total")).toBe(done.length + TEXTS.length);
  expect(value("reprise_model_batch_texts_count")).toBeLessThan(done.length);
  expect(metrics).toContain('reprise_http_requests_total{method="POST",route="/embed",status="429"}');
});

test("a token is asked of everything but health", async () => {
  const { post, get } = await start(vectors, { token: "s3cret" });
  expect((await post("embed", { inputs: "dog" })).status).toBe(401);
  expect((await post("embed", { inputs: "dog" }, { authorization: "Bearer wrong" })).status).toBe(401);
  expect((await post("embed", { inputs: "dog" }, { authorization: "Bearer s3cret" })).status).toBe(200);
  expect([(await get("health")).status, (await get("metrics")).status, (await get("info")).status]).toEqual([200, 401, 401]);
});

test("the server describes itself", async () => {
  const { get } = await start(vectors);
  expect(await (await get("info")).json()).toMatchObject({ model_id: "tiny", gives: "vectors", dimensions: 16, max_input_length: 40, version: "1.2.3" });
  const { openapi, paths } = (await (await get("openapi.json")).json()) as { openapi: string; paths: object };
  expect(openapi).toBe("3.1.0");
  expect(Object.keys(paths).sort()).toEqual(["/embed", "/predict", "/rerank", "/v1/embeddings", "/v1/rerank"]);
  expect(await (await get("docs")).text()).toContain("<h2>POST /v1/rerank</h2>");
});

test("vectors of a dense stage are as wide as it makes them, and /info says so", async () => {
  const folder = modelFolder("bert-features");
  addStages(folder, [["Pooling", { pooling_mode_cls_token: true }], ["Dense", { in_features: 16, out_features: 3, bias: false }]]);
  writeFileSync(join(folder, "2_Dense", "model.safetensors"), encodeSafetensors(new Map([["linear.weight", hostArray(Float32Array.from({ length: 48 }, (_, i) => Math.sin(i)), [3, 16])]])));
  const narrow = await fromPretrained(folder);
  const { get, post } = await start(narrow);
  expect(await (await get("info")).json()).toMatchObject({ dimensions: 3 });
  expect((await post("v1/embeddings", { input: "dog", dimensions: 3 })).body.data[0].embedding).toHaveLength(3);
  expect((await post("v1/embeddings", { input: "dog", dimensions: 16 })).body.error.message).toMatch(/the model gives 3/);
  await narrow.release();
});

test("a token that the model has no row for is the request's problem, and no other's", async () => {
  const model = await fromPretrained(folderWithExtraToken());
  const { post } = await start(model);
  const { status, body } = await post("embed", { inputs: ["dog", "the <extra> cat"] });
  expect([status, body.error.message]).toEqual([422, expect.stringMatching(/the token "<extra>" has id 64, the model's table of words has 64 rows/)]);
  expect((await post("embed", { inputs: "dog" })).status).toBe(200);
  await model.release();
});

test("a server that stops answers what is under way", async () => {
  const { post, server, service } = await start(vectors, { waitMilliseconds: 200 });
  const pending = post("embed", { inputs: "dog" });
  await expect.poll(() => service.metrics.registry.metrics()).toMatch(/^reprise_model_queued_tokens [1-9]/m);
  await server.stop(5000);
  expect((await pending).status).toBe(200);
  await expect(fetch(`${server.url}health`)).rejects.toThrow();
});

test("a server that stops ends connections with their answers, and those that have asked nothing at once", async () => {
  const { server, service } = await start(vectors, { waitMilliseconds: 200 });
  const { port } = new URL(server.url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const silent = connect(Number(port), "127.0.0.1");
  await once(silent, "connect");
  const ask = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const asking = request({ host: "127.0.0.1", port, method: "POST", path: "/embed", agent, headers: { "content-type": "application/json" } }, (answer) => void answer.resume().on("end", () => resolve(answer)));
      asking.on("error", reject);
      asking.end('{"inputs": "dog"}');
    });
  const pending = ask();
  await expect.poll(() => service.metrics.registry.metrics()).toMatch(/^reprise_model_queued_tokens [1-9]/m);
  const began = performance.now();
  await Promise.all([server.stop(20_000), once(silent, "close")]);
  expect(performance.now() - began).toBeLessThan(10_000);
  const { statusCode, headers } = await pending;
  expect([statusCode, headers.connection]).toEqual([200, "close"]);
  await expect(ask()).rejects.toThrow();
  agent.destroy();
});
