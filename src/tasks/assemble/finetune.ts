/** `finetune`: a model that was pre-trained, under a new head. */
import { RequestError } from "../request-error.ts";
import { pretrainConfig } from "./pretrain-config.ts";
import type { PretrainConfigOptions, PretrainedConfig } from "./pretrain-config.ts";

export interface FinetuneOptions extends Omit<PretrainConfigOptions, "from" | "tokenizer"> {
  /** The objective; default cls. */
  readonly target?: string;
  /** Further keys of the configuration, such as `pooling`. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * Carries embedding and encoder of a model on under a head for labelled data; what the model was pre-trained for is dropped.
 *
 * ```ts
 * await finetune("my-model", "labelled.tsv", { out: "my-classifier", steps: 150 });
 * ```
 *
 * `model` is a directory of `pretrainConfig` or a folder of Hugging Face. Throws as `pretrainConfig` does.
 */
export async function finetune(model: string, data: string | readonly string[], { target = "cls", config = {}, ...options }: FinetuneOptions): Promise<PretrainedConfig> {
  if ("target" in config) throw new RequestError("finetune: target: name the objective as the option, not in config");
  return await pretrainConfig({ target: [target], ...config }, [data].flat(), { ...options, from: model });
}
