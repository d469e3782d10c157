/** Follows a run over server-sent events: its state, and what it says. The browser reconnects and asks for what it missed. */
import type { NumberedEvent } from "../../src/papers/runs/event.ts";
import type { RunState } from "../../src/server/pages/views.ts";

export interface Follower {
  readonly onState: (state: RunState) => void;
  /** Events that arrived together. */
  readonly onEvents: (events: readonly NumberedEvent[]) => void;
  readonly onConnection: (isOpen: boolean) => void;
  /** Nothing more will come. */
  readonly onEnd: () => void;
}

/** Starts after event `after`; returns what stops it. */
export function followRun(id: string, after: number, { onState, onEvents, onConnection, onEnd }: Follower): () => void {
  const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/events?after=${after}`);
  let arrived: NumberedEvent[] = [];
  let frame = 0;
  const collect = ({ data }: MessageEvent<string>): void => {
    arrived.push(JSON.parse(data) as NumberedEvent);
    frame ||= requestAnimationFrame(deliver); // one drawing for all that came since the last
  };
  const deliver = (): void => {
    frame = 0;
    onEvents(arrived);
    arrived = [];
  };
  source.addEventListener("progress", collect);
  source.addEventListener("message", collect);
  source.addEventListener("state", ({ data }: MessageEvent<string>) => onState(JSON.parse(data) as RunState));
  source.addEventListener("open", () => onConnection(true));
  source.addEventListener("error", () => onConnection(false));
  source.addEventListener("end", () => {
    source.close();
    onEnd();
  });
  return () => {
    source.close();
    cancelAnimationFrame(frame);
  };
}
