/** Repeated keys in JSON text, which JSON.parse silently resolves in favour of the last. */

/** The first key that an object of the text holds twice, or null. The text must be valid JSON. */
export function duplicateKey(text: string): string | null {
  const open: (Set<string> | null)[] = []; // keys of each open object; null for arrays
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;
  let last = "";
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    if (found === "{") open.push(new Set());
    else if (found === "[") open.push(null);
    else if (found === "}" || found === "]") open.pop();
    else if (found === ":") {
      const keys = open.at(-1);
      const key = JSON.parse(last) as string;
      if (keys?.has(key)) return key;
      keys?.add(key);
    } else last = found;
  }
  return null;
}
