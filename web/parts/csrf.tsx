import type { JSX } from "preact";
import type { Shell } from "../../src/server/pages/views.ts";

/** The field that proves a form is ours; every form that changes something has one. */
export function Csrf({ shell }: { readonly shell: Shell }): JSX.Element {
  return <input type="hidden" name="csrf" value={shell.csrf} />;
}
