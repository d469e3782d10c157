/** Explains configurations apart from the page: tracing a model takes a while. It asks no server, so the static site has it too. */
import type { Question, Reply } from "./messages.ts";
import { assembleView } from "../../src/server/pages/assemble-views.ts";

addEventListener("message", ({ data: { number, entered, presets } }: MessageEvent<Question>) => {
  postMessage(replyTo());

  function replyTo(): Reply {
    try {
      return { number, view: assembleView(entered, presets) };
    } catch (error) {
      return { number, problem: error instanceof Error ? error.message : String(error) };
    }
  }
});
