/** `reprise import PLACE`: fetches a model of Hugging Face, checks that every weight has its place, and says what it is. */
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { exportFolder, fromPretrained } from "../../tasks/index.ts";
import type { HubProgress } from "../../tasks/index.ts";

export interface ImportModelCommandOptions {
  readonly out?: string;
  readonly revision?: string;
  readonly cache?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

export async function importModel(ports: CliPorts, place: string, { out, revision, cache, offline, json = false }: ImportModelCommandOptions): Promise<void> {
  const progress = ports.progress();
  const onProgress = (event: HubProgress): void => {
    if (event.status === "download" || event.status === "done") progress.message(`${event.file}: ${event.status === "done" ? "here" : "fetching"}`);
  };
  try {
    const model = await fromPretrained(place, { revision, cacheDirectory: cache, localFilesOnly: offline, onProgress });
    const { architecture, task, prepared, labels, unused } = model.pretrained;
    const files = out === undefined ? [] : await exportFolder(model, out, { format: model.isSentenceModel ? "sentence-transformers" : "huggingface" });
    const facts = { architecture: architecture.modelType, task, parameters: model.module.parameterCount(), width: prepared.width, longest: model.tokenizer.longest, labels, unused };
    if (json) printJson(ports, { place, ...facts, ...(out === undefined ? {} : { out, files }) });
    else {
      ports.out(`${facts.architecture} for ${task}: ${facts.parameters} parameters, width ${facts.width}, texts of at most ${facts.longest} tokens\n`);
      if (labels.length > 0) ports.out(`labels: ${labels.join(", ")}\n`);
      if (unused.length > 0) ports.out(`not used: ${unused.join(", ")}\n`);
      if (out !== undefined) ports.out(`${files.length} files: ${out}\n`);
    }
  } finally {
    progress.end();
  }
}
