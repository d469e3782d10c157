/** Titles with LaTeX in them: formulas become MathML, everything else stays plain text. */
import katex from "katex";
import type { RichText } from "./views.ts";

/** `$...$` and `\(...\)`; a dollar before a digit, as in a price, opens no formula unless it is closed on the same side of a space. */
const FORMULA = /\$([^$\s](?:[^$]*[^$\s])?)\$|\\\((.+?)\\\)/g;
const LONGEST_FORMULA = 300;

/** Splits a title into text and formulas. What KaTeX does not understand stays as it was written. */
export function richText(title: string): RichText {
  const parts: (string | { mathml: string })[] = [];
  let end = 0;
  for (const match of title.matchAll(FORMULA)) {
    const mathml = toMathml(match[1] ?? match[2] ?? "");
    if (mathml === undefined) continue;
    if (match.index > end) parts.push(title.slice(end, match.index));
    parts.push({ mathml });
    end = match.index + match[0].length;
  }
  if (end < title.length || parts.length === 0) parts.push(title.slice(end));
  return parts;
}

function toMathml(formula: string): string | undefined {
  if (formula.length > LONGEST_FORMULA) return undefined;
  try {
    return katex.renderToString(formula, { output: "mathml", throwOnError: true, trust: false, strict: "ignore", maxExpand: 100, maxSize: 2 });
  } catch {
    return undefined;
  }
}
