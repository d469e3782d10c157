/** What a query could be for a passage: its title, one of its sentences, or a few of its words, as carelessly typed as people type. */
import type { RandomStream } from "../../../../engine/index.ts";
import type { Passage } from "./passages.ts";

export interface View {
  readonly query: string;
  readonly document: string;
}

/** Shares of the kinds of views of a passage with title and several sentences; the rest are words. */
const TITLE = 0.55;
const SENTENCE = 0.25;
/** Share of the queries that are changed, and of words that are dropped or mistyped there. */
const CHANGED = 0.4;
const DROPPED = 0.15;
const MISTYPED = 0.08;
const SHORTEST_MISTYPED = 5;
/** Words of a keyword query. */
const KEYWORDS = { fewest: 2, most: 6 } as const;
const CONTENT = /[\p{L}\p{N}][\p{L}\p{N}+-]{3,}/gu;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** One random view. The query never stands in the document as it is, but for keywords. */
export function drawView({ name, title, body }: Passage, random: RandomStream): View {
  const kind = random.uniform();
  const whole = [name, title, ...body].filter((part) => part !== "").join(". ");
  if (title !== "" && (kind < TITLE || body.length === 1)) return { query: careless(title, random), document: [...(random.bernoulli(0.5) ? [name] : []), ...body].join(" ") };
  if (body.length > 1 && kind < TITLE + SENTENCE) {
    const chosen = random.integer(body.length);
    return { query: careless(body[chosen] as string, random), document: [name, title, ...body.filter((_, i) => i !== chosen)].filter((part) => part !== "").join(". ") };
  }
  return { query: careless(keywords(whole, random), random), document: whole };
}

/** A few different words of a text in random order; the text itself when it has none. */
function keywords(text: string, random: RandomStream): string {
  const words = [...new Set(text.match(CONTENT) ?? [])];
  if (words.length === 0) return text;
  return random.shuffle(words).slice(0, KEYWORDS.fewest + random.integer(KEYWORDS.most - KEYWORDS.fewest + 1)).join(" ");
}

/** Some words missing, some mistyped. */
export function careless(text: string, random: RandomStream): string {
  if (!random.bernoulli(CHANGED)) return text;
  const words = text.split(/\s+/);
  const kept = words.filter(() => !random.bernoulli(DROPPED));
  return (kept.length === 0 ? words : kept).map((word) => (word.length >= SHORTEST_MISTYPED && random.bernoulli(MISTYPED) ? mistyped(word, random) : word)).join(" ");
}

/** One letter left out, doubled, replaced, or changed places with the next. */
export function mistyped(word: string, random: RandomStream): string {
  const at = 1 + random.integer(word.length - 2);
  const [before, letter, next, after] = [word.slice(0, at), word[at] as string, word[at + 1] as string, word.slice(at + 2)];
  switch (random.integer(4)) {
    case 0:
      return before + next + after;
    case 1:
      return before + letter + letter + next + after;
    case 2:
      return before + random.choice([...LETTERS]) + next + after;
    default:
      return before + next + letter + after;
  }
}
