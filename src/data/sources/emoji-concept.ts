/**
 * What an emoji is about, apart from who is drawn: copies in another skin tone, gender, age of the same sort or
 * direction share one concept, and so one fold.
 */
import { EMOJI_JOINS } from "./emoji-joins.ts";

const PRESENTATION = "FE0F";
const JOINER = "200D";
const SKIN_TONES = new Set(["1F3FB", "1F3FC", "1F3FD", "1F3FE", "1F3FF"]);
/** Signs that, after a joiner, change gender or direction only. */
const VARIATION_SIGNS = new Set(["2640", "2642", "27A1"]);

/** Characters that differ from another in gender only -> the neutral one. */
const NEUTRAL: Readonly<Record<string, string>> = {
  "1F468": "1F9D1", // man -> person
  "1F469": "1F9D1", // woman -> person
  "1F466": "1F9D2", // boy -> child
  "1F467": "1F9D2", // girl -> child
  "1F474": "1F9D3", // old man -> older person
  "1F475": "1F9D3", // old woman -> older person
  "1F934": "1FAC5", // prince -> person with crown
  "1F478": "1FAC5", // princess -> person with crown
  "1F936": "1F385", // Mrs. Claus -> Santa Claus
  "1F57A": "1F483", // man dancing -> woman dancing
  "1F46B": "1F46D", // woman and man holding hands -> two women holding hands
  "1F46C": "1F46D", // two men holding hands -> two women holding hands
};

/** Sequences of several people -> the single character that means the same. */
const GROUPS: readonly (readonly [RegExp, string])[] = [
  [/^1F9D1-1F91D-1F9D1$/, "1F46D"], // holding hands
  [/^1F9D1-2764-1F48B-1F9D1$/, "1F48F"], // kiss
  [/^1F9D1-2764-1F9D1$/, "1F491"], // couple with heart
  [/^1F9D1(-1F9D1)*(-1F9D2)+$/, "1F46A"], // family
];

const joined = new Map(EMOJI_JOINS.map((line) => line.split(" ")).flatMap((group) => group.map((concept) => [concept, group[0] as string])));

/** Concept of an emoji's code points (`1F3C3-200D-2640-FE0F` -> `1F3C3`), before near-identical drawings are joined. */
export function conceptOf(code: string): string {
  const points = code.toUpperCase().split("-");
  const kept = points
    .filter((point, i) => point !== PRESENTATION && point !== JOINER && !SKIN_TONES.has(point) && !(points[i - 1] === JOINER && VARIATION_SIGNS.has(point)))
    .map((point) => NEUTRAL[point] ?? point);
  if (kept.length === 0) return "1F3FB"; // the five skin-tone swatches
  const sequence = kept.join("-");
  return GROUPS.find(([pattern]) => pattern.test(sequence))?.[1] ?? sequence;
}

/** Split key of an emoji: its concept, drawings too alike to tell apart counted as one. */
export function splitKeyOf(code: string): string {
  const concept = conceptOf(code);
  return joined.get(concept) ?? concept;
}
