/** The plain text part of mails. */

/** RFC 3676 asks for lines of at most 78 characters; quoting adds to them. */
export const TEXT_WIDTH = 72;

/** Breaks text at spaces into lines of at most TEXT_WIDTH characters, each after `indent`. A longer word stays whole. */
export function wrapText(text: string, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.toWellFormed().split(/[\p{Cc}\s]+/u).filter(Boolean)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > TEXT_WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((content) => `${indent}${content}`).join("\n");
}
