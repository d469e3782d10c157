/** Models that read queries and documents differently: the folder is that of the encoder as it was, with two files more. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../data/node/index.ts";
import { RandomStream } from "../../engine/index.ts";
import type { SidedModel, SidedRecipe, SidedSettings } from "../../lab/index.ts";
import { withoutChanges } from "../../nn/index.ts";
import { SentenceStages } from "../../nn/pretrained/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../train/index.ts";
import { exportFolder } from "../huggingface/export-folder.ts";
import { readJson } from "../huggingface/model-files.ts";
import type { ModelFiles } from "../huggingface/model-files.ts";
import { PretrainedText } from "../huggingface/pretrained-text.ts";
import { RequestError } from "../request-error.ts";
import { TextTokenizer } from "../huggingface/tokenizer.ts";
import { bertEncoderOf, causalEncoderOf } from "./encoder-of.ts";
import { findTextRecipe } from "./methods/index.ts";

const FORMAT = 1;
const FILES = { about: "sides.json", weights: "sides.safetensors" } as const;

interface AboutSides extends SidedSettings {
  readonly format: number;
  readonly method: string;
  readonly version: number;
}

/** A text model whose two sides are trained apart. */
export type SidedText = PretrainedText & { readonly sides: SidedModel };

/** The same model with a side for queries and one for documents; its encoder is changed in place. Throws for models of other types, and when nothing would be trained. */
export function buildSided(method: string, recipe: SidedRecipe, model: PretrainedText, { rank, prefix }: SidedSettings, seed: number): SidedText {
  const { pretrained, module, config, device, tokenizer: { tokenizer, longest, padId, table } } = model;
  const encoder = recipe.base === "bert" ? bertEncoderOf(method, model) : causalEncoderOf(method, model);
  const end = Number(config["eos_token_id"] ?? tokenizer.special.sep ?? padId);
  const sides = recipe.build({ model: module, encoder, width: pretrained.prepared.width, end, random: RandomStream.of(seed, "sides"), rank, prefix });
  if ([...sides.namedParameters().keys()].every((name) => recipe.frozen.test(name))) throw new RequestError(`${method}: nothing would be trained with sides.rank=${rank} and sides.prefix=${prefix}`);
  const stages = recipe.pooling === undefined ? model.stages : new SentenceStages([{ kind: "pooling", pooling: recipe.pooling }], RandomStream.of(0, "stages"));
  return new PretrainedText({ pretrained, tokenizer: new TextTokenizer(tokenizer, { longest, padId, around: recipe.roleTokens === true ? end : null, table }), stages, use: model.use, device, sides }) as SidedText;
}

/** Weights beside those of the model as it was, by path in its sides. */
async function addedTo({ module, sides }: SidedText): Promise<Set<string>> {
  const before = await withoutChanges(module, () => new Set(module.namedParameters().values()));
  return new Set([...sides.namedParameters()].flatMap(([name, parameter]) => (before.has(parameter) ? [] : [name])));
}

/** How many weights the sides add, and how many of all are trained. */
export async function tunedWeights(model: SidedText, { frozen }: SidedRecipe): Promise<{ readonly added: number; readonly trained: number; readonly frozen: number }> {
  const added = await addedTo(model);
  const sizes = [...model.sides.namedParameters()].map(([name, { size }]) => ({ name, size }));
  const sum = (chosen: typeof sizes): number => chosen.reduce((total, { size }) => total + size, 0);
  return { added: sum(sizes.filter(({ name }) => added.has(name))), trained: sum(sizes.filter(({ name }) => !frozen.test(name))), frozen: sum(sizes.filter(({ name }) => frozen.test(name))) };
}

/** Writes the folder, whose tokenizer is that of `base`: the files of the sides first, `config.json` of the encoder last. */
export async function saveSided(directory: string, method: string, { version }: SidedRecipe, model: SidedText, base: PretrainedText, { rank, prefix }: SidedSettings): Promise<void> {
  const added = await addedTo(model);
  const about: AboutSides = { format: FORMAT, method, version, rank, prefix };
  await writeFileAtomic(join(directory, FILES.weights), encodeSafetensors(new Map([...model.sides.stateDict()].filter(([name]) => added.has(name)))));
  await writeFileAtomic(join(directory, FILES.about), new TextEncoder().encode(`${JSON.stringify(about, null, 2)}\n`));
  const { pretrained, stages, use, device } = model;
  const note = `${method} was trained on this model. \`${FILES.about}\` and \`${FILES.weights}\` hold what makes it read queries and documents differently; reprise reads them with the rest, other libraries see the model without them.`;
  await withoutChanges(model.module, () => exportFolder(new PretrainedText({ pretrained, tokenizer: base.tokenizer, stages, use, device }), directory, { format: "sentence-transformers", note }));
}

/** The model of a folder with its sides, if it has any. Throws, naming the file, for what is missing, damaged or of another version. */
export async function withSides(model: PretrainedText, files: ModelFiles): Promise<PretrainedText> {
  const about = (await readJson(files, FILES.about)) as unknown as AboutSides | undefined;
  if (about === undefined) return model;
  const path = `${files.label}/${FILES.about}`;
  const recipe = about.format === FORMAT ? await findTextRecipe(about.method) : undefined;
  const sides = recipe === undefined || "run" in recipe ? undefined : recipe.sides;
  if (sides === undefined || sides.version !== about.version) throw new RequestError(`${path}: ${sides === undefined ? `unknown sides ${JSON.stringify(about.method)} of format ${JSON.stringify(about.format)}` : `${about.method} of version ${about.version}, this is ${sides.version}`}; train it again`);
  for (const name of ["rank", "prefix"] as const) if (!Number.isInteger(about[name]) || about[name] < 0) throw new Error(`${path}: ${name}: expected a whole number, found ${JSON.stringify(about[name])}; train it again`);
  const stored = await files.locate(FILES.weights);
  if (stored === undefined) throw new Error(`${files.label}/${FILES.weights}: the file is missing; train it again`);
  const built = buildSided(about.method, sides, model, about, 0);
  const weights = decodeSafetensors(new Uint8Array(await readFile(stored)), `${files.label}/${FILES.weights}`).tensors;
  const missing = [...(await addedTo(built))].filter((name) => !weights.has(name));
  if (missing.length > 0) throw new Error(`${files.label}/${FILES.weights}: ${missing.slice(0, 8).join(", ")} missing; train it again`);
  built.sides.loadStateDict(weights, { partial: true });
  return built;
}
