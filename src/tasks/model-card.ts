/** `README.md` of a trained model, written from its system's declaration and its config. */
import { settingEntries, verbsOf } from "../lab/index.ts";
import type { Verb } from "../lab/index.ts";
import type { UsableSystem } from "./find-system.ts";
import type { ModelConfig } from "./model-config.ts";

/** How each verb is called, on the command line and in TypeScript. */
const CALLS: Readonly<Record<Verb, { readonly shell: string; readonly code: string }>> = {
  embed: { shell: "reprise embed . --data FOLDER > features.jsonl", code: 'const { vectors, names } = await embed(model, "FOLDER");' },
  reconstruct: { shell: "reprise reconstruct . --image FILE --hide 0,1,2 --out filled.png", code: 'const { picture } = await reconstruct(model, "FILE", { hide: [0, 1, 2] });' },
  complete: { shell: "reprise complete . --image FILE --other FILE --out filled.png", code: 'const { picture } = await complete(model, "FILE", "OTHER", { ratio: 0.9 });' },
  predict: { shell: "reprise predict . --image FILE --want depth --out depth.png", code: 'const { map } = await predict(model, "FILE", "depth");' },
  jigsaw: { shell: "reprise jigsaw . --image FILE --out solved.png", code: 'const { picture } = await jigsaw(model, "FILE");' },
  classify: { shell: 'reprise classify . --data FOLDER --labels "cat,dog"', code: 'const { nearest } = await classify(model, "FOLDER", ["cat", "dog"]);' },
};

export function modelCard({ system, recipe }: UsableSystem, { settings, training, parameters, provenance, createdAt }: ModelConfig): string {
  const verbs = verbsOf(recipe);
  const { data, steps, loss } = training;
  const rows = settingEntries(recipe.settings).map(({ path, description }) => `| \`${path}\` | ${JSON.stringify(valueAt(settings, path))} | ${description} |`);
  return `# ${system.slug} trained on ${data.count} ${data.kind}

${system.summary}

A model of the system \`${system.slug}\`: *${system.title}*, [arXiv ${system.arxiv}](https://arxiv.org/abs/${system.arxiv}).
${parameters} parameters, ${steps} steps, training loss ${loss.toPrecision(4)} at the end (mean of the last tenth of the steps).
Made on ${createdAt.slice(0, 10)} by reprise ${provenance.version}${provenance.commit === null ? "" : ` (commit ${provenance.commit.slice(0, 12)}${provenance.changed ? " with changes" : ""})`} from ${data.count} ${data.kind} of its user${data.broken > 0 ? `; ${data.broken} more could not be read` : ""}.
It has not been evaluated on any task: test it on data it was not trained on before you rely on it.

## Use

\`\`\`sh
${verbs.map((verb) => CALLS[verb].shell).join("\n")}
\`\`\`

\`\`\`ts
import { loadModel, ${verbs.join(", ")} } from "reprise/tasks";

const model = await loadModel(".");
${verbs.map((verb) => CALLS[verb].code).join("\n")}
\`\`\`

## How it works

${system.mechanism.map((step, i) => `${i + 1}. ${step}`).join("\n")}

## Settings

| setting | value | meaning |
| --- | --- | --- |
${rows.join("\n")}

## Files

- \`model.safetensors\`: the weights, under the names of the modules
- \`config.json\`: system, settings, training and provenance
- \`README.md\`: this card
`;
}

function valueAt(settings: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined), settings);
}
