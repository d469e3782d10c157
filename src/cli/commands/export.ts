/** `reprise export DIR`: a trained model as one ONNX file. */
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { withModel } from "./model-options.ts";
import { writeFileAtomic } from "../../data/node/index.ts";
import { exportOnnx } from "../../tasks/index.ts";

export interface ExportCommandOptions {
  readonly out: string;
  readonly batch?: number;
  readonly json?: boolean;
}

export async function exportModel(ports: CliPorts, directory: string, { out, batch = 1, json = false }: ExportCommandOptions): Promise<void> {
  const { bytes, shape } = await withModel(ports, directory, "cpu", (model) => Promise.resolve({ bytes: exportOnnx(model, { batch }), shape: [batch, ...model.inputShape] }));
  await writeFileAtomic(out, bytes);
  if (json) printJson(ports, { out, verb: "embed", input: { name: "inputs", dtype: "float32", shape }, output: { name: "embedding" }, bytes: bytes.length });
  else ports.out(`embed, inputs float32 [${shape.join(", ")}], ${bytes.length} bytes: ${out}\n`);
}
