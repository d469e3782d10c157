/** Bodies of requests and answers: what people's clients of text-embeddings-inference, OpenAI and Cohere send and expect. */
import { z } from "@hono/zod-openapi";

const text = z.string().min(1, "expected a text that is not empty");

/** What may be left out: clients write null for that, too. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((given) => given ?? undefined);
const orElse = <T extends z.ZodType>(schema: T, fallback: z.output<T>) => schema.nullish().transform((given) => given ?? fallback).openapi({ default: fallback });

const dimensions = optional(z.int().min(1)).describe("only the width of the model");
const truncate = orElse(z.boolean(), false).describe("cut texts that are too long instead of refusing them");

/** A text, or a list of them. */
const oneOrMany = z.union([text, z.array(text).min(1, "expected at least one text")]);
/** A text or a pair, as one list. */
const textOrPair = z.array(text).min(1, "expected a text, or the two of a pair").max(2, "a list is one text or the two of a pair; for several texts give a list for each");

export const EmbedRequest = z.object({
  inputs: oneOrMany,
  normalize: orElse(z.boolean(), true).describe("bring vectors to unit length"),
  truncate,
  dimensions,
  prompt_name: z.null("texts are taken as they are: put the prompt before them").optional().describe("only null"),
}).openapi("EmbedRequest");
export const EmbedResponse = z.array(z.array(z.number())).openapi("EmbedResponse");

export const RerankRequest = z.object({
  query: text,
  texts: z.array(text).min(1, "expected at least one text"),
  return_text: orElse(z.boolean(), false),
  raw_scores: orElse(z.boolean(), false).describe("scores as the model gives them, not brought to 0..1"),
  truncate,
}).openapi("RerankRequest");
export const RerankResponse = z.array(z.object({ index: z.int(), score: z.number(), text: z.string().optional() })).openapi("RerankResponse");

export const PredictRequest = z.object({
  inputs: z.union([text, textOrPair, z.array(textOrPair).min(1, "expected at least one text")]).describe("a text, a pair of texts as a list, or a batch: a list of such lists of one or two texts"),
  raw_scores: z.literal(false, "only false: scores are probabilities").nullish(),
  truncate,
}).openapi("PredictRequest");
const Prediction = z.array(z.object({ label: z.string(), score: z.number() }));
export const PredictResponse = z.union([Prediction, z.array(Prediction)]).openapi("PredictResponse");

export const OpenAiRequest = z.object({
  input: oneOrMany,
  model: optional(z.string()).describe("taken and given back; one model is served"),
  encoding_format: orElse(z.enum(["float", "base64"]), "float"),
  dimensions,
  user: optional(z.string()),
}).openapi("OpenAiEmbeddingsRequest");
export const OpenAiResponse = z.object({
  object: z.literal("list"),
  data: z.array(z.object({ object: z.literal("embedding"), index: z.int(), embedding: z.union([z.array(z.number()), z.string()]) })),
  model: z.string(),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
}).openapi("OpenAiEmbeddingsResponse");

export const CohereRequest = z.object({
  query: text,
  documents: z.array(z.union([text, z.object({ text })])).min(1, "expected at least one document"),
  model: optional(z.string()),
  top_n: optional(z.int().min(1)),
  return_documents: orElse(z.boolean(), false),
}).openapi("CohereRerankRequest");
export const CohereResponse = z.object({
  id: z.string(),
  results: z.array(z.object({ index: z.int(), relevance_score: z.number(), document: z.object({ text: z.string() }).optional() })),
}).openapi("CohereRerankResponse");

export const ErrorBody = z.object({ error: z.object({ status: z.int(), type: z.string(), message: z.string() }) }).openapi("Error");
