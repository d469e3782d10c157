/** Trains a paper's system in the reader's own browser: nothing to install, nothing sent anywhere. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { News, Start } from "./messages.ts";
import { readPictures } from "./pictures.ts";
import { Curves } from "../run/curves.tsx";
import type { LiveCurve } from "../../src/papers/runs/live.ts";

/** Papers whose systems are small enough. */
export const IN_TAB: ReadonlySet<string> = new Set(["crossmae"]);

const STEPS = 300;
/** Steps whose times are averaged. */
const RECENT = 20;
/** Steps whose losses are: a batch is small, and its loss depends on its pictures. */
const SMOOTH = 20;

type Phase = "not alive" | "idle" | "loading" | "training" | "stopped" | "done" | "failed";

export function InTabPanel(): JSX.Element {
  const [phase, setPhase] = useState<Phase>("not alive");
  const [curve, setCurve] = useState<LiveCurve>([]);
  const [times, setTimes] = useState<readonly number[]>([]);
  const [problem, setProblem] = useState("");
  const worker = useRef<Worker | null>(null);
  const files = useRef<HTMLInputElement>(null);

  useEffect(() => {
    setPhase("idle");
    return () => worker.current?.terminate();
  }, []);

  const fail = (message: string): void => {
    worker.current?.terminate();
    setProblem(message);
    setPhase("failed");
  };
  const heed = (news: News): void => {
    if (news.kind === "failed") return fail(news.message);
    if (news.kind === "done") return setPhase("done");
    setPhase("training");
    setCurve((before) => [...before, [(100 * news.step) / STEPS, news.loss]]);
    if (news.step > 1) setTimes((before) => [...before, news.milliseconds].slice(-RECENT)); // the first one compiles
  };
  const start = async (): Promise<void> => {
    setCurve([]);
    setTimes([]);
    setProblem("");
    setPhase("loading");
    try {
      const chosen = [...(files.current?.files ?? [])];
      const message: Start = { steps: STEPS, pictures: chosen.length === 0 ? null : await readPictures(chosen) };
      const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
      worker.current = started;
      started.addEventListener("message", ({ data }: MessageEvent<News>) => heed(data));
      started.addEventListener("error", ({ message: text }) => fail(text || "the browser could not start the training"));
      started.postMessage(message);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  };
  const stop = (): void => {
    worker.current?.terminate();
    setPhase("stopped");
  };

  const isBusy = phase === "loading" || phase === "training";
  return (
    <div class="in-tab">
      <p class="quiet">
        A small CrossMAE learns in your browser: from discs that are drawn here, as the experiment's emoji cannot be passed on, or from your own pictures, which never leave the tab. It checks no claim.
      </p>
      <label class="block">
        <span>
          Your pictures <span class="quiet">optional</span>
        </span>
        <input type="file" accept="image/*" multiple ref={files} disabled={isBusy || phase === "not alive"} />
      </label>
      {isBusy ? (
        <button type="button" onClick={stop}>
          Stop
        </button>
      ) : (
        <button type="button" disabled={phase === "not alive"} onClick={() => void start()}>
          Train it in this tab
        </button>
      )}
      <p class="quiet" role="status">
        {statusOf(phase, problem)}
      </p>
      {curve.length > 0 && (
        <>
          <p class="quiet">
            Step {curve.length} of {STEPS}
            {times.length > 0 && `, ${Math.round(times.reduce((sum, time) => sum + time, 0) / times.length)} ms a step`}
          </p>
          <Curves value="loss" arms={{ "every step": curve, [`mean of ${SMOOTH} steps`]: smoothed(curve) }} across="share of the steps" />
        </>
      )}
    </div>
  );
}

/** Each point the mean of itself and those before it, at most SMOOTH. */
function smoothed(curve: LiveCurve): LiveCurve {
  return curve.map(([percent], index) => {
    const recent = curve.slice(Math.max(0, index + 1 - SMOOTH), index + 1);
    return [percent, recent.reduce((sum, [, loss]) => sum + loss, 0) / recent.length];
  });
}

function statusOf(phase: Phase, problem: string): string {
  switch (phase) {
    case "not alive":
    case "idle":
      return "Fetches the runtime, 14 MB, when you press the button.";
    case "loading":
      return "Fetching the runtime and compiling the training step";
    case "training":
      return "Training";
    case "stopped":
      return "Stopped";
    case "done":
      return "Done";
    case "failed":
      return `That failed: ${problem}`;
  }
}
