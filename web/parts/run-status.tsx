import type { JSX } from "preact";
import type { RunStatus } from "../../src/papers/runs/run.ts";

const TONES = { queued: "none", running: "live", cancelling: "part", finished: "good", failed: "bad", cancelled: "none" } as const satisfies Record<RunStatus, string>;

/** What a run is doing. */
export function RunStatusBadge({ status }: { readonly status: RunStatus }): JSX.Element {
  return <span class={`badge ${TONES[status]}`}>{status}</span>;
}
