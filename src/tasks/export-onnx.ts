/** `exportOnnx`: a trained model as one ONNX file for any runtime. */
import { toOnnx } from "../engine/index.ts";
import { RequestError } from "./request-error.ts";
import type { TrainedModel } from "./trained-model.ts";

export interface ExportOptions {
  /** Items in the fixed batch of the exported graph; default 1. */
  readonly batch?: number;
}

/**
 * Bytes of an ONNX model of `embed`, in standard operators only. Input `inputs` is float32 [batch, ...shape of an input],
 * pictures with values 0..1; output `embedding` is float32 [batch, d].
 *
 * ```ts
 * const bytes = exportOnnx(await loadModel("my-model"), { batch: 1 });
 * console.log(bytes.length > 0);
 * ```
 */
export function exportOnnx(model: TrainedModel, { batch = 1 }: ExportOptions = {}): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(batch) || batch < 1) throw new RequestError(`export: batch: expected a whole number of at least 1, got ${batch}`);
  const { system, config, inputShape } = model;
  const graph = model.graph("embed");
  const metadata = { "reprise.system": system.slug, "reprise.arxiv": system.arxiv, "reprise.version": config.provenance.version, "reprise.weights": config.weights };
  return toOnnx(({ inputs }) => ({ embedding: graph({ inputs: inputs as NonNullable<typeof inputs> }) }), { inputs: { shape: [batch, ...inputShape], dtype: "float32" } }, { metadata });
}
