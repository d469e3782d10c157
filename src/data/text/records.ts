/** What a user's record must hold for a task, checked field by field. The same rules serve every file format. */
import { z } from "zod";
import { ColumnsError } from "./columns-error.ts";

const text = z.string().refine((value) => value.trim() !== "", "is empty");
/** A number, or digits in a table's cell. */
const number = z.union([z.number(), z.string().trim().regex(/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i, "expected a number").transform(Number)], "expected a number").refine(Number.isFinite, "expected a finite number");
/** Nothing, where a table's cell is empty: its row cannot leave a field out. */
const orBlank = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (typeof value === "string" && value.trim() === "" ? undefined : value), schema.optional());
/** A class; numbers and truth values are classes too. */
const label = z.union([text, z.int().transform(String), z.boolean().transform(String)], "expected a text, a whole number, true or false");

/** A list; in a table's cell a JSON list, or items separated by "|". */
const listOf = <T extends z.ZodType<string>>(item: T, items: string) =>
  z.union(
    [
      z.array(item),
      z.string().transform((cell, context): string[] => {
        if (cell.trim() === "") return [];
        if (!cell.trimStart().startsWith("[")) return cell.split("|").map((part) => part.trim()).filter((part) => part !== "");
        try {
          return z.array(item).parse(JSON.parse(cell));
        } catch {
          context.addIssue({ code: "custom", message: `expected a JSON list of ${items}` });
          return z.NEVER;
        }
      }),
    ],
    `expected a list of ${items}`,
  );
const texts = listOf(text, "texts");
/** Words in a list, or in a cell with spaces between them. */
const words = z.union([z.array(text), z.string().transform((cell) => cell.split(/\s+/).filter((word) => word !== ""))]);

/** A text, or two that are read together. */
export interface PlainText {
  readonly text: string;
  readonly pair?: string;
}

/** A text that may bring a name of its own, by which its user knows it. */
export interface NamedText extends PlainText {
  readonly id?: string;
}

export interface LabelledText extends PlainText {
  /** Empty for a text that is of no class, where several are possible. */
  readonly labels: readonly string[];
}

export interface AnswerInText {
  readonly question: string;
  readonly context: string;
  readonly answer: string;
  /** First UTF-16 unit of the answer in the context. */
  readonly start: number;
}

export interface ChoiceQuestion {
  readonly question: string;
  readonly choices: readonly string[];
  /** Place of the right choice, from 0; null where it is not told. */
  readonly answer: number | null;
}

/** What one concept is to another: head, relation, tail. */
export interface ConceptRelation {
  readonly from: string;
  readonly relation: string;
  readonly to: string;
}

/** The place of the right choice: told by its text, or by its place from 0, in a table's cell as digits. */
function placeOf(answer: string | number | undefined, choices: readonly string[]): number | null | undefined {
  if (answer === undefined || answer === "") return null; // an empty cell tells nothing
  const place = typeof answer === "string" && choices.includes(answer) ? choices.indexOf(answer) : typeof answer === "number" || /^\d+$/.test(answer.trim()) ? Number(answer) : -1;
  return place in choices ? place : undefined;
}

const plainText = (value: string, pair: string | undefined): PlainText => (pair === undefined ? { text: value } : { text: value, pair });

/** Records by task. */
export const RECORD_SCHEMAS = {
  /** A question and its answer, with texts that are no answers. */
  pairs: z.object({ query: text, positive: text, negatives: texts.optional().transform((value) => value ?? []) }),
  /** Two texts and how alike they are. */
  scored: z.object({ a: text, b: text, score: number }),
  /** A text and its class, or any number of them: an empty list says that it is of none. */
  labelled: z.object({ text, pair: orBlank(text), label: orBlank(label), labels: listOf(label, "labels").optional() }).transform(({ text: value, pair, label: one, labels }, context): LabelledText => {
    const all = labels === undefined || (labels.length === 0 && one !== undefined) ? [one ?? []].flat() : labels;
    if (all.length === 0 && labels === undefined) context.addIssue({ code: "custom", message: "expected label or labels" });
    return { ...plainText(value, pair), labels: all };
  }),
  /** Words with a tag for each, such as B-PER, I-PER and O. */
  tagged: z.object({ tokens: words, tags: words }).refine(({ tokens, tags }) => tokens.length > 0 && tokens.length === tags.length, "expected as many tags as tokens, and at least one"),
  /** A question, and a text that holds its answer word for word. */
  answers: z.object({ question: text, context: text, answer: text, start: orBlank(z.coerce.number().int().min(0)) }).transform(({ question, context: within, answer, start: told }, context): AnswerInText => {
    const start = told ?? within.indexOf(answer);
    if (start < 0 || !within.startsWith(answer, start)) context.addIssue({ code: "custom", path: ["answer"], message: `does not stand in the context${told === undefined ? "" : ` at ${told}`}: ${JSON.stringify(answer.slice(0, 60))}` });
    return { question, context: within, answer, start };
  }),
  /** A question with choices, of which one is right. */
  choices: z.object({ question: text, choices: texts.refine((all) => all.length >= 2, "expected at least two choices"), answer: z.union([z.string(), z.int()]).optional() }).transform(({ question, choices, answer }, context): ChoiceQuestion => {
    const place = placeOf(answer, choices);
    if (place === undefined) context.addIssue({ code: "custom", path: ["answer"], message: `expected one of the choices or its place from 0 to ${choices.length - 1}, got ${JSON.stringify(answer)}` });
    return { question, choices, answer: place ?? null };
  }),
  /** A class and what belongs to it, in a sentence or two. */
  descriptions: z.object({ label, description: text }),
  /** What one concept is to another, such as poodle, is a, dog. */
  relations: z.object({ head: text, relation: text, tail: text }).transform(({ head, relation, tail }): ConceptRelation => ({ from: head, relation, to: tail })),
  /** A picture by its path, from the folder of the file that names it, and a text of it. */
  captions: z.object({ image: text, text }),
  /** A picture without a text. */
  pictures: z.object({ image: text }),
  /** A recording by its path, likewise, and what is said. */
  speech: z.object({ audio: text, text }),
  /** A text. What is no name, such as a list, is passed over. */
  texts: z.object({ text, pair: orBlank(text), id: orBlank(z.union([text, z.int().transform(String)])).catch(undefined) }).transform(({ text: value, pair, id }): NamedText => ({ ...(id === undefined ? {} : { id }), ...plainText(value, pair) })),
} as const;

export type RecordTask = keyof typeof RECORD_SCHEMAS;
export type TaskRecord<T extends RecordTask> = z.infer<(typeof RECORD_SCHEMAS)[T]>;

/** Fields of a task, those that may be missing marked. */
export const RECORD_FIELDS: Readonly<Record<RecordTask, readonly { readonly name: string; readonly optional: boolean }[]>> = {
  pairs: [{ name: "query", optional: false }, { name: "positive", optional: false }, { name: "negatives", optional: true }],
  scored: [{ name: "a", optional: false }, { name: "b", optional: false }, { name: "score", optional: false }],
  labelled: [{ name: "text", optional: false }, { name: "pair", optional: true }, { name: "label", optional: true }, { name: "labels", optional: true }],
  tagged: [{ name: "tokens", optional: false }, { name: "tags", optional: false }],
  answers: [{ name: "question", optional: false }, { name: "context", optional: false }, { name: "answer", optional: false }, { name: "start", optional: true }],
  choices: [{ name: "question", optional: false }, { name: "choices", optional: false }, { name: "answer", optional: true }],
  descriptions: [{ name: "label", optional: false }, { name: "description", optional: false }],
  relations: [{ name: "head", optional: false }, { name: "relation", optional: false }, { name: "tail", optional: false }],
  captions: [{ name: "image", optional: false }, { name: "text", optional: false }],
  pictures: [{ name: "image", optional: false }],
  speech: [{ name: "audio", optional: false }, { name: "text", optional: false }],
  texts: [{ name: "text", optional: false }, { name: "pair", optional: true }, { name: "id", optional: true }],
};

/** Where a task's fields stand in the user's files, as far as they are called otherwise: `{ query: "question" }`. */
export type ColumnMapping = Readonly<Record<string, string>>;

/** Checks a mapping's fields. Throws a `ColumnsError` with those there are. */
export function checkMapping(task: RecordTask, columns: ColumnMapping): void {
  const known = RECORD_FIELDS[task].map(({ name }) => name);
  for (const field of Object.keys(columns)) if (!known.includes(field)) throw new ColumnsError(`columns: unknown field "${field}" of ${task}; choose from ${known.join(", ")}`);
}

export type RecordResult<T extends RecordTask> = { readonly record: TaskRecord<T> } | { readonly reason: string };

/** One record from what a file held, or the reason why it is none. */
export function parseRecord<T extends RecordTask>(task: T, value: unknown, columns: ColumnMapping = {}): RecordResult<T> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { reason: `expected an object with ${RECORD_FIELDS[task].map(({ name, optional }) => (optional ? `${name}?` : name)).join(", ")}, got ${Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`}` };
  const row = value as Readonly<Record<string, unknown>>;
  const fields = Object.fromEntries(RECORD_FIELDS[task].map(({ name }) => [name, (Object.hasOwn(row, columns[name] ?? name) ? row[columns[name] ?? name] : undefined) ?? undefined])); // null is no value
  const parsed = RECORD_SCHEMAS[task].safeParse(fields);
  if (parsed.success) return { record: parsed.data as TaskRecord<T> };
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? "");
  const column = columns[field] ?? field;
  if (field !== "" && fields[field] === undefined) return { reason: `has no "${column}"; its fields are ${Object.keys(row).slice(0, 12).join(", ") || "none"}. Name them with columns, such as { ${field}: "..." }` };
  return { reason: `${field === "" ? "" : `${column}: `}${issue?.message ?? "is not valid"}` };
}
