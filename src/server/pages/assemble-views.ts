/**
 * The page that assembles a model: from what a form sends to a configuration, what it makes, and which further choices
 * would clash. Pure, so that the server, the browser and the static site draw the same.
 */
import { FIELDS, changed, completed, describe } from "./assemble-fields.ts";
import type { ChoiceField, Field, NumberField } from "./assemble-fields.ts";
import type { AssembleView, FieldGroup, FieldView, Preset, RawConfig } from "./assemble-page.ts";
import { AssembleError, checkConfig, checkSpeech, configKeys, explain, parseConfig, pictureProcessorOf, processorOf, sentence, speechStream, wordStream } from "../../train/assemble/index.ts";
import type { AssembleConfig, Explanation } from "../../train/assemble/index.ts";

/** Names and values of a form, in order; a name may come several times. */
export type Entered = readonly (readonly [name: string, value: string])[];

/** What a form sent cannot be read; the message says which field, what was expected and what arrived. */
export class FormError extends Error {
  override readonly name = "FormError";
}

const FIRST = "bert-base";
/** Sent with the fields, so that a form without a tick differs from an address that names a preset only. */
export const SUBMITTED = "fields";
const LONGEST_VALUE = 60;

export interface AssembleForm extends Pick<AssembleView, "base" | "groups" | "file"> {
  readonly config: AssembleConfig;
}

/** The form for what was entered. Throws FormError, or AssembleError where the configuration makes no sense at all. */
export function assembleForm(entered: Entered, presets: readonly Preset[]): AssembleForm {
  const { base, raw } = entryOf(entered, presets);
  const config = parseConfig(raw, "the form");
  requireModest(config);
  return { base, config, groups: groupsOf(raw, config), file: `${JSON.stringify(ordered(raw), null, 2)}\n` };
}

/** The page for it, with what the configuration makes. */
export function assembleView(entered: Entered, presets: readonly Preset[]): AssembleView {
  const { config, base, ...form } = assembleForm(entered, presets);
  const explanation = explain(config);
  const fileName = `${base}.json`;
  return { page: "assemble", presets, base, ...form, fileName, explanation, commands: commandsOf(fileName, config, explanation) };
}

function entryOf(entered: Entered, presets: readonly Preset[]): { readonly base: string; readonly raw: RawConfig } {
  const base = entered.find(([name]) => name === "preset")?.[1] ?? FIRST;
  const preset = presets.find(({ name }) => name === base);
  if (preset === undefined) throw new FormError(`preset: there is no "${base.slice(0, LONGEST_VALUE)}"; choose from ${presets.map(({ name }) => name).join(", ")}`);
  const start = spread(completed(preset.config));
  const raw = entered.some(([name]) => name === SUBMITTED) ? completed(places(start).reduce((config, place) => writePlace(config, place, entered), start)) : start;
  return { base, raw };
}

/** Where a field stands: in the model, or in a stream of a dual one. */
interface Place {
  readonly field: Field;
  /** `stream_0` and `stream_1` of dual models; null elsewhere. */
  readonly stream: "stream_0" | "stream_1" | null;
}

const STREAMS = ["stream_0", "stream_1"] as const;
const isDual = (raw: RawConfig): boolean => raw["stream_0"] !== undefined;
const at = (raw: RawConfig, stream: Place["stream"]): RawConfig => (stream === null ? raw : (raw[stream] as RawConfig));
const put = (raw: RawConfig, stream: Place["stream"], value: RawConfig): RawConfig => (stream === null ? value : { ...raw, [stream]: value });

function places(raw: RawConfig): Place[] {
  return FIELDS.flatMap((field): Place[] => (field.of === "stream" && isDual(raw) ? STREAMS.map((stream) => ({ field, stream })) : [{ field, stream: null }]));
}

/** A dual configuration with all that is of streams inside them, as the form has it. */
function spread(raw: RawConfig): RawConfig {
  if (!isDual(raw)) return raw;
  const keys = FIELDS.filter(({ of }) => of === "stream").flatMap((field) => field.keys).filter((key) => key !== "embedding" && key !== "encoder" && raw[key] !== undefined);
  const shared = Object.fromEntries(keys.map((key) => [key, raw[key]]));
  return { ...changed(raw, Object.fromEntries(keys.map((key) => [key, undefined]))), ...Object.fromEntries(STREAMS.map((stream) => [stream, { ...shared, ...(raw[stream] as RawConfig) }])) };
}

const nameOf = ({ field, stream }: Place): string => (stream === null ? field.key : `${stream}.${field.key}`);

function writePlace(raw: RawConfig, place: Place, entered: Entered): RawConfig {
  const { field, stream } = place;
  const name = nameOf(place);
  const values = entered.flatMap(([key, value]) => (key === name ? [value] : []));
  const config = at(raw, stream);
  switch (field.kind) {
    case "flag":
      return put(raw, stream, changed(config, { [field.key]: values.length > 0 ? true : undefined }));
    case "number":
      return values.length === 0 ? raw : put(raw, stream, field.write(config, numberOf(name, field, values[0] as string)));
    case "one":
    case "many":
    case "menu": {
      const strange = values.find((value) => !field.choices.some((choice) => choice.value === value) && !field.read(config).includes(value));
      if (strange !== undefined) throw new FormError(`${name}: there is no "${strange.slice(0, LONGEST_VALUE)}"; choose from ${field.choices.map(({ value }) => value || '""').join(", ")}`);
      if (field.kind !== "many" && values.length === 0) return raw;
      // what stands there as it is keeps its spelling, and what is usual is not written out
      return same(field.read(config), values) ? raw : put(raw, stream, field.write(config, values));
    }
  }
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((value) => b.includes(value));

function numberOf(name: string, { most }: NumberField, text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const value = Number(trimmed);
  if (!/^\d{1,7}$/.test(trimmed) || value < 1 || value > most) throw new FormError(`${name}: expected a whole number from 1 to ${most}, got "${text.slice(0, LONGEST_VALUE)}"`);
  return value;
}

/** Explaining a configuration takes time with its sizes: what nobody trains is refused. Throws FormError. */
export function requireModest({ streams, decoder_layers_num: decoder = 1, tgt_vocab_size: words = 1 }: AssembleConfig): void {
  const most: Partial<Record<keyof AssembleConfig["streams"][number], number>> = { layers_num: 128, max_seq_length: 8192, image_height: 1024, image_width: 1024, emb_size: 16_384, hidden_size: 16_384, feedforward_size: 65_536, attention_head_size: 16_384, sub_layers_num: 16, kernel_size: 512, channels_num: 16, audio_feature_size: 4096 };
  const sizes = [...streams.flatMap((stream) => Object.entries(most).map(([key, limit]) => [key, stream[key as keyof typeof stream] as number | undefined, limit] as const)), ["decoder_layers_num", decoder, 128] as const, ["tgt_vocab_size", words, 1_000_000] as const];
  const large = sizes.find(([, value, limit]) => value !== undefined && value > limit);
  if (large !== undefined) throw new FormError(`${large[0]}: at most ${large[2]} is explained here, got ${large[1] ?? ""}; \`reprise assemble\` has no such limit`);
  const long = streams.find(({ conv_channels: channels, conv_kernel_sizes: kernels }) => channels.length > 8 || kernels.length > 8 || [...channels, ...kernels].some((size) => size > 65_536));
  if (long !== undefined) throw new FormError("conv_channels and conv_kernel_sizes: at most 8 entries of at most 65536 are explained here; `reprise assemble` has no such limit");
}

function groupsOf(raw: RawConfig, config: AssembleConfig): FieldGroup[] {
  const present = new Set(checkConfig(config).map(sentence));
  const views = places(raw).map((place) => ({ place, view: fieldView(raw, config, place, present) }));
  const group = (legend: string, kind: Field["group"], isIn: (place: Place) => boolean): FieldGroup[] => {
    const fields = views.flatMap(({ place, view }) => (place.field.group === kind && isIn(place) ? [view] : []));
    return fields.length === 0 ? [] : [{ legend, group: kind, fields }];
  };
  const streams: readonly (readonly [Place["stream"], string])[] = isDual(raw) ? [["stream_0", " of the first stream"], ["stream_1", " of the second stream"]] : [[null, ""]];
  const titles = { slots: "Slots", sizes: "Sizes", switches: "Switches" } as const;
  return (["slots", "sizes", "switches"] as const).flatMap((kind) => [
    ...streams.flatMap(([stream, suffix]) => group(`${titles[kind]}${suffix}`, kind, ({ field, stream: own }) => own === stream && (field.of === "stream" || !isDual(raw)))),
    ...(isDual(raw) ? group(`${titles[kind]} of the model`, kind, ({ field }) => field.of === "model") : []),
  ]);
}

function fieldView(raw: RawConfig, config: AssembleConfig, place: Place, present: ReadonlySet<string>): FieldView {
  const { field, stream } = place;
  const own = at(raw, stream);
  const common = { name: nameOf(place), label: field.label, description: field.keys.map(describe).filter((text) => text !== "").slice(0, 1).join("") };
  const clash = (next: RawConfig): string | null => clashOf(put(raw, stream, next), place, present);
  switch (field.kind) {
    case "flag": {
      const chosen = own[field.key] === true;
      return { ...common, kind: "flag", chosen, clash: chosen ? null : clash(changed(own, { [field.key]: true })) };
    }
    case "number": {
      const value = field.read(own);
      return { ...common, kind: "number", value: typeof value === "number" ? String(value) : "", usual: usualOf(config, place), most: field.most };
    }
    case "one":
    case "many":
    case "menu": {
      const chosen = field.read(own);
      return { ...common, kind: field.kind, choices: offered(field, chosen).map((choice) => {
        const isChosen = chosen.includes(choice.value);
        const next = field.kind === "many" ? [...chosen, choice.value] : [choice.value];
        return { ...choice, chosen: isChosen, clash: isChosen ? null : clash(field.write(own, next)) };
      }) };
    }
  }
}

/** The field's choices, and what the configuration has beside them, such as a longer list. */
const offered = (field: ChoiceField, chosen: readonly string[]): ChoiceField["choices"] => [...field.choices, ...chosen.filter((value) => !field.choices.some((choice) => choice.value === value)).map((value) => ({ value, label: value, description: "" }))];

/** What would not fit any more, in this field: the first clash that is not there now. */
function clashOf(next: RawConfig, { field, stream }: Place, present: ReadonlySet<string>): string | null {
  const names = field.keys.map((key) => (stream === null ? key : `${stream}.${key}`));
  const problems = checkConfig(parseConfig(completed(next), "the form")).filter((problem) => !present.has(sentence(problem)));
  const problem = problems.find(({ fields }) => fields.some((name) => names.includes(name) || field.keys.includes(name)));
  return problem === undefined ? null : `${problem.message}; ${problem.fix}`;
}

/** What a size is where nothing is entered. */
function usualOf({ streams, decoder_layers_num: depth, image_tokenizer: codes, ...model }: AssembleConfig, { field, stream }: Place): string {
  const own = streams[stream === "stream_1" ? 1 : 0];
  const values: Readonly<Record<string, unknown>> = field.of === "stream" ? { ...own } : { ...model, decoder_layers_num: depth ?? own?.layers_num, image_vocab_size: codes?.image_vocab_size };
  const value = values[field.key];
  return typeof value === "number" ? String(value) : "";
}

/** Keys in the order in which they are documented. */
function ordered(raw: RawConfig): RawConfig {
  const keys = ["version", "name", ...configKeys().map(({ key }) => key)];
  const place = (key: string): number => (keys.includes(key) ? keys.indexOf(key) : keys.length);
  const entries = Object.entries(raw).sort(([a], [b]) => place(a) - place(b));
  return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === "object" && value !== null && !Array.isArray(value) && key.startsWith("stream_") ? ordered(value as RawConfig) : value]));
}

function commandsOf(file: string, config: AssembleConfig, { problems }: Explanation): string[] {
  const data = problems.length > 0 ? null : dataOf(config);
  return [`reprise assemble ${file} --explain`, ...(data === null ? [] : [`reprise pretrain ${file} --data ${data} --out my-model`])];
}

/** Names for the files that its data processor reads; null where none here makes its batches. */
function dataOf(config: AssembleConfig): string | null {
  try {
    const pictures = pictureProcessorOf(config);
    if (pictures !== undefined) return { classes: "pictures/", pictures: "pictures/", captions: "captions.jsonl" }[pictures.task];
    if (speechStream(config) !== undefined) {
      checkSpeech(config);
      return "speech.jsonl";
    }
    if (config.streams.length > 1 || wordStream(config) === undefined) return null;
    return { texts: "texts.txt", labelled: "labelled.tsv", pairs: "pairs.tsv", tagged: "tagged.jsonl", answers: "answers.jsonl" }[processorOf(config).task];
  } catch (error) {
    if (error instanceof AssembleError) return null;
    throw error;
  }
}
