/**
 * Explains configurations in a thread of its own: counting one takes seconds for long rows, and the server's own thread must
 * go on answering. One is explained at a time, few may wait, and one that takes too long is broken off with its thread.
 */
import { Worker } from "node:worker_threads";
import type { AssembleView, Preset, RawConfig } from "../pages/assemble-page.ts";
import type { Entered } from "../pages/assemble-views.ts";
import type { Explanation } from "../../train/assemble/index.ts";

export type ExplainQuestion = { readonly kind: "view"; readonly entered: Entered } | { readonly kind: "config"; readonly config: RawConfig };
/** `ready` comes first, once. */
export type ExplainAnswer = { readonly kind: "ready" } | { readonly kind: "made"; readonly value: AssembleView | Explanation } | { readonly kind: "refused"; readonly message: string } | { readonly kind: "failed"; readonly error: Error };

/** A configuration that makes no sense or is too large; the message says why. */
export class ExplainRefused extends Error {
  override readonly name = "ExplainRefused";
}

/** Too many wait, or this one takes too long. */
export class ExplainBusy extends Error {
  override readonly name = "ExplainBusy";
}

export interface ExplainOptions {
  readonly presets: readonly Preset[];
  /** Configurations that may wait; default 16. */
  readonly waiting?: number;
  /** Milliseconds that one may take; default 30,000. */
  readonly patience?: number;
}

interface Job {
  readonly question: ExplainQuestion;
  resolve(value: AssembleView | Explanation): void;
  reject(error: Error): void;
}

/** This file's own ending: the module beside it has the same, as source and as built. */
const ENDING = import.meta.url.slice(import.meta.url.lastIndexOf("."));
const WORKER = new URL(`./worker${ENDING}`, import.meta.url);
/** MiB of the thread's heap. Graphs of the largest configurations take a few hundred. */
const HEAP = 1536;

export class ExplainThread {
  private readonly presets: readonly Preset[];
  private readonly waiting: number;
  private readonly patience: number;
  private readonly queue: Job[] = [];
  private worker: Worker | undefined;
  /** Whether the thread has loaded what it needs; its patience with a job begins then. */
  private ready = false;
  private current: Job | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor({ presets, waiting = 16, patience = 30_000 }: ExplainOptions) {
    this.presets = presets;
    this.waiting = waiting;
    this.patience = patience;
  }

  /** The page for what a form sent. Throws `ExplainRefused` and `ExplainBusy`. */
  async view(entered: Entered): Promise<AssembleView> {
    return (await this.ask({ kind: "view", entered })) as AssembleView;
  }

  /** What a configuration makes. Throws `ExplainRefused` and `ExplainBusy`. */
  async explain(config: RawConfig): Promise<Explanation> {
    return (await this.ask({ kind: "config", config })) as Explanation;
  }

  /** Ends the thread; what waits is refused. */
  async close(): Promise<void> {
    this.closed = true;
    const worker = this.worker;
    this.drop(new ExplainBusy("the server is stopping"));
    for (const job of this.queue.splice(0)) job.reject(new ExplainBusy("the server is stopping"));
    await worker?.terminate();
  }

  private ask(question: ExplainQuestion): Promise<AssembleView | Explanation> {
    if (this.closed) return Promise.reject(new ExplainBusy("the server is stopping"));
    if (this.queue.length >= this.waiting) return Promise.reject(new ExplainBusy("many configurations are being explained; try again in a moment"));
    return new Promise((resolve, reject) => {
      this.queue.push({ question, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    if (this.current !== undefined) return;
    const job = this.queue.shift();
    if (job === undefined) return;
    this.current = job;
    const worker = (this.worker ??= this.start());
    worker.ref();
    if (this.ready) this.send(worker, job);
  }

  private send(worker: Worker, { question }: Job): void {
    worker.postMessage(question);
    this.timer = setTimeout(() => {
      this.drop(new ExplainBusy(`this configuration takes more than ${this.patience / 1000} seconds to explain; \`reprise assemble\` has no such limit`));
      void worker.terminate();
      this.next();
    }, this.patience);
  }

  private start(): Worker {
    const worker = new Worker(WORKER, { workerData: this.presets, resourceLimits: { maxOldGenerationSizeMb: HEAP } });
    worker.on("message", (answer: ExplainAnswer) => {
      if (answer.kind === "ready") {
        if (this.worker !== worker) return;
        this.ready = true;
        if (this.current !== undefined) this.send(worker, this.current);
        return;
      }
      const job = this.settled(worker);
      if (answer.kind === "made") job?.resolve(answer.value);
      else job?.reject(answer.kind === "refused" ? new ExplainRefused(answer.message) : answer.error);
      this.next();
    });
    const lost = (error: Error): void => {
      if (this.worker !== worker) return; // it was broken off
      this.drop(error);
      this.next();
    };
    worker.on("error", lost);
    worker.on("exit", (code) => lost(new Error(`explain: the thread ended with code ${code}`)));
    return worker;
  }

  /** The job that the thread has answered; an idle thread keeps no process alive. */
  private settled(worker: Worker): Job | undefined {
    if (this.worker !== worker) return undefined;
    clearTimeout(this.timer);
    const job = this.current;
    this.current = undefined;
    worker.unref();
    return job;
  }

  /** Gives up the thread and what it was at. */
  private drop(error: Error): void {
    clearTimeout(this.timer);
    this.worker = undefined;
    this.ready = false;
    const job = this.current;
    this.current = undefined;
    job?.reject(error);
  }
}
