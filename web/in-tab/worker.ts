/** Trains apart from the page, so that the page stays quick. Everything it needs, the runtime included, is fetched when it starts. */
import { trainCrossMae } from "./train-crossmae.ts";
import type { News, Start } from "./messages.ts";

const tell = (news: News): void => postMessage(news);

addEventListener("message", ({ data: { steps, pictures } }: MessageEvent<Start>) => {
  let before = performance.now();
  trainCrossMae({
    steps,
    ...(pictures !== null && { pictures }),
    onStep(step, loss) {
      const now = performance.now();
      tell({ kind: "step", step, loss, milliseconds: now - before });
      before = now;
    },
  }).then(
    () => tell({ kind: "done" }),
    (error: unknown) => tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
});
