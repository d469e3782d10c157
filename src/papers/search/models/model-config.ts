/** `config.json` of the shipped models: what a loader must know beside the tokenizer and the graph. */
import { z } from "zod";

const common = {
  /** Name and digest of the weights. */
  id: z.string().min(1),
  /** Most tokens of a text or pair. */
  longest: z.int().positive(),
  /** The graph's file in the folder. */
  model: z.string().regex(/^[\w./-]+$/),
};

const encoderConfig = z.looseObject({ ...common, model_type: z.literal("reprise-search-encoder"), dimension: z.int().positive() });
const rerankerConfig = z.looseObject({ ...common, model_type: z.literal("reprise-search-reranker"), longestQuery: z.int().positive() });

export type EncoderConfig = z.infer<typeof encoderConfig>;
export type RerankerConfig = z.infer<typeof rerankerConfig>;

export const readEncoderConfig = (value: unknown, where: string): EncoderConfig => read(encoderConfig, value, where);
export const readRerankerConfig = (value: unknown, where: string): RerankerConfig => read(rerankerConfig, value, where);

function read<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`);
  throw new Error(`${where}: not the configuration of this search model: ${problems.join("; ")}`);
}
