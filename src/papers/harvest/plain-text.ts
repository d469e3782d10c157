/** Text of strangers as plain text: no markup, no control characters, one line. It is still untrusted: escape it. */

/** C0 and C1 controls, which Postgres (NUL) and terminals do not take well, and the marks that reorder what is shown. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/gu; // eslint-disable-line no-control-regex
const BLOCK_TAG = /<\/?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|jats:p|jats:title)\b[^<>]*>/giu;
const TAG = /<\/?[a-z][a-z0-9:-]*(?:\s[^<>]*)?\/?>/giu;
const HIDDEN_ELEMENT = /<(script|style)\b[^<>]*>[\s\S]*?(?:<\/\1\s*>|$)/giu;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", ndash: "–", mdash: "—", hellip: "…", lsquo: "‘", rsquo: "’", ldquo: "“", rdquo: "”" };
const LARGEST_CODE_POINT = 0x10ffff;

/** One line of well-formed text without control characters. */
export function plainText(value: string): string {
  return value.toWellFormed().normalize("NFC").replace(CONTROLS, "").replace(/\s+/gu, " ").trim();
}

/** The text of an HTML fragment, as feeds carry it. */
export function textOfHtml(html: string): string {
  const stripped = html.replace(HIDDEN_ELEMENT, " ").replace(BLOCK_TAG, " ").replace(TAG, "");
  return plainText(stripped.replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,8});/giu, (whole, name: string) => character(name) ?? whole));
}

function character(name: string): string | undefined {
  if (!name.startsWith("#")) return NAMED[name.toLowerCase()];
  const hexadecimal = name[1] === "x" || name[1] === "X";
  const code = Number.parseInt(name.slice(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10);
  return Number.isNaN(code) || code > LARGEST_CODE_POINT ? undefined : String.fromCodePoint(code);
}
