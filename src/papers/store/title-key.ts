/** A title reduced to what stays the same when sources spell it differently. */

const MARK = /\p{M}/gu;
const NOT_WORD = /[^\p{L}\p{N}]+/gu;
const LATEX_COMMAND = /\\[a-zA-Z]+\s*/g;

/** Letters and digits in lower case, words parted by one space; accents, punctuation, LaTeX commands and dollar signs are gone. */
export function titleKey(title: string): string {
  return title.replace(LATEX_COMMAND, "").normalize("NFKD").replace(MARK, "").replace(/[{}$]/g, "").toLowerCase().replace(NOT_WORD, " ").trim();
}
