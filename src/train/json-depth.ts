/** How deep JSON text is nested. What walks values calls itself, so a file that is nested too deep would end the stack. */

/** Deeper than any file of a model. */
const MOST_DEPTH = 200;

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Array.from('"\\[]{}', (character) => character.charCodeAt(0));

/** Throws, naming the file as `label`, for text with lists and objects more than 200 deep. The text need not be valid. */
export function requireShallowJson(text: string, label: string): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    else if ((code === OPEN_LIST || code === OPEN_OBJECT) && ++depth > MOST_DEPTH) throw new Error(`${label}: lists and objects are nested more than ${MOST_DEPTH} deep at character ${i + 1}; no model's files are`);
  }
}
