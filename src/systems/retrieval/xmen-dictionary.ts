/** Dictionaries as people have them: records of concepts, and tables in the form of UMLS. */
import { z } from "zod";
import type { Concept } from "./xmen-candidates.ts";

const text = z.string().trim().min(1, "is empty");

/** A record: an id, a name, and further names and types if there are any. */
const CONCEPT_SCHEMA = z.object({
  id: z.union([text, z.int().transform(String)]),
  name: text,
  aliases: z.array(text).default([]),
  types: z.array(text).default([]),
});

/** A concept from a record, or why it is none. */
export function parseConcept(value: unknown): { readonly concept: Concept } | { readonly reason: string } {
  const parsed = CONCEPT_SCHEMA.safeParse(value);
  if (parsed.success) return { concept: parsed.data };
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? "");
  if (field !== "" && typeof value === "object" && value !== null && !(field in value)) return { reason: `${field}: is missing; a concept has id, name, and perhaps aliases and types, this record ${Object.keys(value).join(", ") || "nothing"}` };
  return { reason: `${issue?.path.join(".") || "record"}: ${issue?.message ?? "is not valid"}` };
}

/** Fields of a line of MRCONSO: concept, language, whether the term and the string are preferred, the string, and whether it is suppressed. */
const CONSO = { concept: 0, language: 1, term: 2, string: 4, preferred: 6, text: 14, suppressed: 16 } as const;
/** Fields of a line of MRSTY. */
const STY = { concept: 0, type: 3 } as const;

export interface UmlsOptions {
  /** Languages to take, such as ENG and GER; default all. */
  readonly languages?: readonly string[];
}

/**
 * Concepts from the lines of MRCONSO and MRSTY, `|` between fields. The name is the preferred English string, else the
 * first; suppressed strings are left out. Throws with the number of a line that has too few fields.
 */
export function umlsConcepts(conso: readonly string[], sty: readonly string[] = [], { languages }: UmlsOptions = {}): Concept[] {
  const fieldsOf = (line: string, number: number, table: string, least: number): string[] => {
    const fields = line.split("|");
    if (fields.length <= least) throw new RangeError(`${table} line ${number + 1}: expected at least ${least + 1} fields between "|", got ${fields.length}`);
    return fields;
  };
  const found = new Map<string, { name: string; preferred: boolean; readonly names: Set<string> }>();
  conso.forEach((line, i) => {
    if (line === "") return;
    const fields = fieldsOf(line, i, "MRCONSO", CONSO.suppressed);
    const field = (name: keyof typeof CONSO): string => fields[CONSO[name]] as string;
    if (field("suppressed") !== "N" || (languages !== undefined && !languages.includes(field("language")))) return;
    const isPreferred = field("language") === "ENG" && field("term") === "P" && field("string") === "PF" && field("preferred") === "Y";
    const entry = found.get(field("concept")) ?? { name: field("text"), preferred: false, names: new Set<string>() };
    if (isPreferred && !entry.preferred) Object.assign(entry, { name: field("text"), preferred: true });
    entry.names.add(field("text"));
    found.set(field("concept"), entry);
  });
  const types = new Map<string, string[]>();
  sty.forEach((line, i) => {
    if (line === "") return;
    const fields = fieldsOf(line, i, "MRSTY", STY.type);
    types.set(fields[STY.concept] as string, [...(types.get(fields[STY.concept] as string) ?? []), fields[STY.type] as string]);
  });
  return [...found].map(([id, { name, names }]) => ({ id, name, aliases: [...names].filter((other) => other !== name), types: types.get(id) ?? [] }));
}
