/** `config.json` of a trained model: everything about it that is not a weight. */
import { z } from "zod";

/** Version of the model directory's layout. */
export const MODEL_FORMAT = 1;

const text = z.string();
const count = z.int().min(0);

const schema = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  /** Slug of the system. */
  system: text,
  /** Version of the system's recipe. */
  recipe: z.int().positive(),
  settings: z.record(text, z.unknown()),
  parameters: count,
  /** SHA-256 of model.safetensors: the two files belong together. */
  weights: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
  training: z.strictObject({
    steps: count,
    /** Mean of the last tenth of the steps. */
    loss: z.number(),
    data: z.strictObject({ kind: text, count, broken: count, fingerprint: text }),
    /** Content key of each foundation that training started from, by id. */
    foundations: z.record(text, text).default({}),
  }),
  provenance: z.strictObject({ version: text, commit: text.nullable(), changed: z.boolean(), machine: text, node: text }),
  createdAt: text,
});

export type ModelConfig = z.output<typeof schema>;

/** The config in JSON text. Throws, beginning with `path`, when it is not one of this format. */
export function parseModelConfig(bytes: Uint8Array, path: string): ModelConfig {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Error(`${path}: expected JSON, found ${bytes.length} bytes that do not parse; restore the file or train again`, { cause });
  }
  const format = typeof value === "object" && value !== null && "format" in value ? value.format : undefined;
  if (format !== MODEL_FORMAT) throw new Error(`${path}: expected a model of format ${MODEL_FORMAT}, found ${format === undefined ? "no format" : JSON.stringify(format)}; use the version of reprise that wrote it`);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${path}: ${parsed.error.issues.map((issue) => `${issue.path.map(String).join(".") || "config"}: ${issue.message}`).join("; ")}`);
}

