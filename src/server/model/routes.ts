/** The routes that ask the model. */
import { randomUUID } from "node:crypto";
import { createRoute } from "@hono/zod-openapi";
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import type { ModelService } from "./model-service.ts";
import { CohereRequest, CohereResponse, EmbedRequest, EmbedResponse, ErrorBody, OpenAiRequest, OpenAiResponse, PredictRequest, PredictResponse, RerankRequest, RerankResponse } from "./schemas.ts";
import { hostArray } from "../../engine/index.ts";
import { cosinesToFirst, firstScores, labelScores, ranked, requireRanker, RequestError } from "../../tasks/index.ts";
import type { RankedText, TextInput } from "../../tasks/index.ts";

const problem = (description: string) => ({ description, content: { "application/json": { schema: ErrorBody } } });
const ERRORS = {
  400: problem("the body is not JSON"),
  413: problem("too many texts, a text that is too long, or too large a body"),
  415: problem("the body is not said to be JSON"),
  422: problem("JSON of another shape, or a model of another kind"),
  429: problem("too much is waiting; try again after Retry-After seconds"),
};

/** A route with a JSON body and a JSON answer. */
const post = <P extends string, Q extends z.ZodType, R extends z.ZodType>(path: P, summary: string, request: Q, response: R) =>
  createRoute({
    method: "post",
    path,
    summary,
    request: { body: { required: true, content: { "application/json": { schema: request } } } },
    responses: { 200: { description: "answer", content: { "application/json": { schema: response } } }, ...ERRORS },
  });

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === "string" ? [value] : value);

/** What text-embeddings-inference takes for a batch: a list of lists. A list of texts is one text or a pair. */
const isBatch = (inputs: string | readonly string[] | readonly (readonly string[])[]): inputs is readonly (readonly string[])[] => Array.isArray(inputs[0]);
const textOrPair = ([first = "", second]: readonly string[]): TextInput => (second === undefined ? first : [first, second]);

function unit(row: Float32Array): Float32Array {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) || 1;
  return row.map((value) => value / length);
}

/** Rows as one array, [n, d]. */
function stacked(rows: readonly Float32Array[]) {
  const width = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, i) => all.set(row, i * width));
  return hostArray(all, [rows.length, width]);
}

async function rank(service: ModelService, query: string, texts: readonly string[], { truncate, raw }: { readonly truncate: boolean; readonly raw: boolean }): Promise<RankedText[]> {
  try {
    requireRanker(service.model);
  } catch (error) {
    if (error instanceof RequestError) throw new HTTPException(422, { message: error.message });
    throw error;
  }
  if (service.gives === "vectors") return ranked(cosinesToFirst(stacked(await service.rows(service.encode([query, ...texts], truncate)))));
  const scores = stacked(await service.rows(service.encode(texts.map((text) => [query, text] as const), truncate)));
  return ranked(raw ? Array.from(scores.data, Number) : firstScores(scores));
}

export function addRoutes(app: OpenAPIHono, service: ModelService): void {
  const { model, config } = service;
  const { architecture, task, prepared } = model.pretrained;
  const width = model.stages.dense.at(-1)?.weight.dim(0) ?? prepared.width;

  const requireWidth = (dimensions: number | undefined): void => {
    if (dimensions !== undefined && dimensions !== width) throw new HTTPException(422, { message: `dimensions: the model gives ${width}, and vectors are not cut` });
  };

  app.get("/info", (c) =>
    c.json({
      model_id: config.name, model_type: architecture.modelType, task, gives: service.gives, labels: model.labels, dimensions: service.gives === "vectors" ? width : null,
      max_input_length: model.tokenizer.longest, max_batch_tokens: config.maxBatchTokens, max_client_batch_size: config.maxTexts, max_queued_tokens: config.maxQueuedTokens, max_body_bytes: config.bodyBytes, version: config.version,
    }),
  );

  app.openapi(post("/embed", "one vector for each text", EmbedRequest, EmbedResponse), async (c) => {
    const { inputs, normalize, truncate, dimensions } = c.req.valid("json");
    service.require("vectors", "/embed");
    requireWidth(dimensions);
    const rows = await service.rows(service.encode(listOf(inputs), truncate));
    return c.json(rows.map((row) => Array.from(normalize ? unit(row) : row)), 200);
  });

  app.openapi(post("/v1/embeddings", "the same in the form of OpenAI", OpenAiRequest, OpenAiResponse), async (c) => {
    const { input, encoding_format: format, dimensions } = c.req.valid("json");
    service.require("vectors", "/v1/embeddings");
    requireWidth(dimensions);
    const encoded = service.encode(listOf(input), false);
    const rows = await service.rows(encoded);
    const data = rows.map((row, index) => {
      const vector = unit(row);
      return { object: "embedding" as const, index, embedding: format === "base64" ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64") : Array.from(vector) };
    });
    return c.json({ object: "list" as const, data, model: config.name, usage: { prompt_tokens: encoded.tokens, total_tokens: encoded.tokens } }, 200);
  });

  app.openapi(post("/rerank", "texts by how well they answer a query, best first", RerankRequest, RerankResponse), async (c) => {
    const { query, texts, return_text: withText, raw_scores: raw, truncate } = c.req.valid("json");
    const found = await rank(service, query, texts, { truncate, raw });
    return c.json(found.map(({ index, score }) => ({ index, score, ...(withText ? { text: texts[index] } : {}) })), 200);
  });

  app.openapi(post("/v1/rerank", "the same in the form of Cohere; long documents are cut", CohereRequest, CohereResponse), async (c) => {
    const { query, documents, top_n: top, return_documents: withText } = c.req.valid("json");
    const texts = documents.map((document) => (typeof document === "string" ? document : document.text));
    const found = (await rank(service, query, texts, { truncate: true, raw: false })).slice(0, top);
    return c.json({ id: randomUUID(), results: found.map(({ index, score }) => ({ index, relevance_score: score, ...(withText ? { document: { text: texts[index] as string } } : {}) })) }, 200);
  });

  app.openapi(post("/predict", "labels of each text, the most probable first", PredictRequest, PredictResponse), async (c) => {
    const { inputs, truncate } = c.req.valid("json");
    service.require("scores", "/predict");
    const batch = isBatch(inputs);
    const texts = (batch ? inputs : [listOf(inputs)]).map(textOrPair);
    const found = labelScores(model, stacked(await service.rows(service.encode(texts, truncate))));
    return c.json(batch ? found : (found[0] ?? []), 200);
  });
}
