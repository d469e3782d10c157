/** HTML in which everything that is put in is escaped, unless it is HTML made here. */

/** A piece of finished HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text that is safe in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Template tag: `html`<td>${name}</td>`` escapes `name`; nested `html` and lists of it stay as they are. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const show = (value: Value): string => {
    if (value instanceof Html) return value.text;
    return typeof value === "object" ? value.map(({ text }) => text).join("") : escapeHtml(String(value));
  };
  return new Html(strings.map((text, i) => (i < values.length ? text + show(values[i] as Value) : text)).join(""));
}

/** Nothing, where a part is left out. */
export const EMPTY = new Html("");
