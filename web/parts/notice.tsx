import type { JSX } from "preact";
import type { Notice } from "../../src/server/pages/views.ts";

/** What a form led to. */
export function NoticeLine({ notice }: { readonly notice: Notice | null }): JSX.Element | null {
  return notice && <p class={`notice ${notice.kind === "done" ? "good" : "bad"}`} role={notice.kind === "done" ? "status" : "alert"}>{notice.text}</p>;
}
