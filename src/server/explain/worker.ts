/** The thread's side of `thread.ts`: explains one configuration after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type { ExplainAnswer, ExplainQuestion } from "./thread.ts";
import { assembleView, FormError, requireModest } from "../pages/assemble-views.ts";
import type { Preset } from "../pages/assemble-page.ts";
import { AssembleError, explain, parseConfig } from "../../train/assemble/index.ts";

const port = parentPort as MessagePort; // this module is only ever a worker's entry
const presets = workerData as readonly Preset[];

function answer(question: ExplainQuestion): ExplainAnswer {
  try {
    if (question.kind === "view") return { kind: "made", value: assembleView(question.entered, presets) };
    const config = parseConfig(question.config, "config");
    requireModest(config);
    return { kind: "made", value: explain(config) };
  } catch (error) {
    // What cannot be explained is the asker's mistake, in words.
    if (error instanceof FormError || error instanceof AssembleError) return { kind: "refused", message: error.message };
    return { kind: "failed", error: error instanceof Error ? error : new Error(String(error)) };
  }
}

port.on("message", (question: ExplainQuestion) => port.postMessage(answer(question)));
port.postMessage({ kind: "ready" } satisfies ExplainAnswer);
