/** `reprise export DIR`: a trained model as one ONNX file; a text model also as a folder that Hugging Face's libraries open. */
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { UsageError } from "../errors.ts";
import { withModel } from "./model-options.ts";
import { writeFileAtomic } from "../../data/node/index.ts";
import { assembledAsPretrained, exportFolder, exportOnnx, fromPretrained, isAssembledFolder, isFewShot, isPretrainedFolder, isRanker } from "../../tasks/index.ts";
import type { ExportDtype, ExportFormat, PretrainedText } from "../../tasks/index.ts";

export interface ExportCommandOptions {
  readonly out: string;
  readonly batch?: number;
  readonly format?: ExportFormat;
  readonly dtype?: readonly ExportDtype[];
  readonly json?: boolean;
}

export async function exportModel(ports: CliPorts, directory: string, options: ExportCommandOptions): Promise<void> {
  if (await isPretrainedFolder(directory)) await exportText(ports, directory, await fromPretrained(directory), options);
  else if (await isAssembledFolder(directory)) await exportText(ports, directory, await assembledAsPretrained(directory), options);
  else await exportGraph(ports, directory, options);
}

async function exportText(ports: CliPorts, directory: string, model: PretrainedText, { out, batch, format = "onnx", dtype = ["fp32"], json = false }: ExportCommandOptions): Promise<void> {
  if (batch !== undefined) throw new UsageError("--batch is for models of pictures; graphs of text models take any batch");
  for (const [own, what] of [[isRanker, "ranker"], [isFewShot, "classifier"]] as const) if (await own(directory)) ports.error(`${directory}: its ${what} has no place in these formats; what is written is the encoder below it\n`);
  const files = await exportFolder(model, out, { format, dtypes: dtype });
  if (json) printJson(ports, { out, format, architecture: model.pretrained.architecture.modelType, task: model.pretrained.task, files });
  else ports.out(`${model.pretrained.architecture.modelType} for ${model.pretrained.task}, ${files.length} files: ${out}\n`);
}

async function exportGraph(ports: CliPorts, directory: string, { out, batch = 1, format = "onnx", dtype, json = false }: ExportCommandOptions): Promise<void> {
  if (format !== "onnx" || dtype !== undefined) throw new UsageError(`--format ${format}${dtype === undefined ? "" : " and --dtype"}: for folders with a config.json of Hugging Face; a model that pretrain made is exported as one ONNX file`);
  const { bytes, shape } = await withModel(ports, directory, "cpu", (model) => Promise.resolve({ bytes: exportOnnx(model, { batch }), shape: [batch, ...model.inputShape] }));
  await writeFileAtomic(out, bytes);
  if (json) printJson(ports, { out, verb: "embed", input: { name: "inputs", dtype: "float32", shape }, output: { name: "embedding" }, bytes: bytes.length });
  else ports.out(`embed, inputs float32 [${shape.join(", ")}], ${bytes.length} bytes: ${out}\n`);
}
