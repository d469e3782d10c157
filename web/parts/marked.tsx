/** A passage with its matching words marked. */
import type { JSX } from "preact";
import type { Passage } from "../../src/papers/search/port.ts";

export function Marked({ passage: { text, marks } }: { readonly passage: Passage }): JSX.Element {
  const parts: (string | JSX.Element)[] = [];
  let end = 0;
  for (const [from, to] of marks) {
    parts.push(text.slice(end, from), <mark key={from}>{text.slice(from, to)}</mark>);
    end = to;
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  );
}
