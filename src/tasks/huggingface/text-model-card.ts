/** `README.md` of an exported text model, with the header that the hub reads. */
import type { TextTask } from "../../nn/pretrained/index.ts";
import { ONNX_FILES } from "./export-text.ts";
import type { ExportDtype } from "./export-choices.ts";
import type { PretrainedText } from "./pretrained-text.ts";

const PIPELINES: Readonly<Record<TextTask, string>> = {
  features: "feature-extraction",
  "masked-lm": "fill-mask",
  "sequence-classification": "text-classification",
  "token-classification": "token-classification",
  "replaced-token-detection": "token-classification",
  "causal-lm": "text-generation",
  "seq2seq-lm": "text2text-generation",
  "pre-training": "fill-mask",
};

/** `dtype` of transformers.js for each of our types. */
const THEIR_DTYPE: Readonly<Record<ExportDtype, string>> = { fp32: "fp32", fp16: "fp16", int8: "q8" };

export function textModelCard(model: PretrainedText, { sentence, dtypes, note }: { readonly sentence: boolean; readonly dtypes: readonly ExportDtype[]; readonly note?: string }): string {
  const { architecture, task, prepared, module } = model.pretrained;
  const pipeline = PIPELINES[task];
  const tags = [...(sentence ? ["sentence-transformers", "sentence-similarity"] : []), "transformers.js", "onnx", "reprise"];
  const options = sentence ? `, { pooling: "mean", normalize: true }` : "";
  return `---
library_name: ${sentence ? "sentence-transformers" : "transformers"}
pipeline_tag: ${sentence ? "sentence-similarity" : pipeline}
tags:
${tags.map((tag) => `- ${tag}`).join("\n")}
---

# ${architecture.modelType} for ${task}

Architecture: ${architecture.source}. ${module.parameterCount()} parameters, width ${prepared.width}, texts of at most ${model.tokenizer.longest} tokens.
${model.labels.length === 0 ? "" : `Labels: ${model.labels.join(", ")}.\n`}Exported by reprise. It says nothing of how the model was trained or how good it is: test it on your own data.
${note === undefined ? "" : `\n${note}\n`}
## Use

In TypeScript:

\`\`\`ts
import { fromPretrained } from "reprise/tasks";

const model = await fromPretrained("FOLDER");
${task === "sequence-classification" ? 'const scores = await model.scores(["a text"]);' : 'const vectors = await model.embed(["a text"]);'}
\`\`\`

With transformers.js:

\`\`\`js
import { pipeline } from "@huggingface/transformers";

const run = await pipeline("${pipeline}", "FOLDER", { dtype: "${THEIR_DTYPE[dtypes[0] ?? "fp32"]}" });
const output = await run("a text"${options});
\`\`\`

## Graphs

${dtypes.map((dtype) => `- \`${ONNX_FILES[dtype].file}\`: ${dtype}, for \`dtype: "${THEIR_DTYPE[dtype]}"\``).join("\n")}

Inputs are int64 [batch_size, sequence_length] of any size${prepared.longest === null ? "" : ` up to ${prepared.longest} tokens`}.${sentence ? " The output `sentence_embedding` is the finished vector of a text." : ""}
`;
}
