import type { JSX } from "preact";
import type { RichText } from "../../src/server/pages/views.ts";

/** A text with formulas. The markup of a formula was made by the server from LaTeX; everything else is escaped. */
export function Rich({ text }: { readonly text: RichText }): JSX.Element {
  return <>{text.map((part, index) => (typeof part === "string" ? part : <span key={index} class="formula" dangerouslySetInnerHTML={{ __html: part.mathml }} />))}</>;
}
