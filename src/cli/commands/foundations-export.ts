/** `reprise foundations export ID`: a foundation as a folder that Hugging Face's libraries open, and training starts from. */
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import type { Device } from "../../engine/index.ts";
import { builtFoundation, exportedFoundation, exportFolder, foundationText } from "../../tasks/index.ts";

export interface ExportFoundationOptions {
  readonly out: string;
  readonly device?: Device;
  readonly json?: boolean;
}

export async function exportFoundation(ports: CliPorts, id: string, { out, device, json = false }: ExportFoundationOptions): Promise<void> {
  const foundation = exportedFoundation(id);
  const progress = ports.progress();
  try {
    const model = foundationText(await builtFoundation(foundation, { device, signal: ports.signal, progress }));
    const note = `This is ${id}, ${foundation.description}, trained with the exact GELU; readers of this type compute it by tanh.`;
    const files = await exportFolder(model, out, { format: "huggingface", note });
    if (json) printJson(ports, { out, id, architecture: model.pretrained.architecture.modelType, files });
    else ports.out(`${id} as ${model.pretrained.architecture.modelType}, ${files.length} files: ${out}\n`);
  } finally {
    progress.end();
  }
}
