/** How the training of a configuration begins: what was begun before, the numbers of the run, the model, and what makes the run the one it is. */
import { RandomStream } from "../../engine/index.ts";
import { ResumeRefused } from "../../lab/run-identity.ts";
import { assemble, parseConfig } from "../../train/assemble/index.ts";
import type { Assembled, AssembleConfig } from "../../train/assemble/index.ts";
import { begunRun, requireSameRun } from "../begun-run.ts";
import { finishedRun } from "./train-assembled.ts";

/** Tokens of a row of words where nobody says: 64, or the longest that the configuration takes. */
export const usualLength = (longest = Infinity): number => Math.min(longest, 64);

type RawConfig = Readonly<Record<string, unknown>>;

/** Numbers of a run; what is not given is as it was begun, or the default. */
export interface RunNumbers {
  /** Updates; default 1000. */
  readonly steps?: number;
  /** Rows in a batch; default 32, or all there are where these are fewer. */
  readonly batch?: number;
  /** Tokens of a row; default what the data say. */
  readonly length?: number;
  /** Default 1e-3. */
  readonly learningRate?: number;
  /** Default 1. */
  readonly seed?: number;
  /** A `tokenizer.json`; default one trained on the texts, of vocab_size ids or 4,096. */
  readonly tokenizer?: string;
}

/** What makes a run the one it is; kept with it. */
export interface AssembledIdentity extends Required<Omit<RunNumbers, "tokenizer">> {
  /** With every size filled in. */
  readonly config: RawConfig;
  readonly data: string;
  readonly tokenizer: string | null;
}

export interface BeginOptions extends RunNumbers {
  readonly out: string;
  readonly resume?: boolean;
}

/** What is trained on. */
export interface RunMatter<C> {
  /** The configuration with the sizes that only data can tell. */
  readonly complete: RawConfig;
  /** The data as the model reads them, asked for once the model is known to fit. `length`: tokens of a row where somebody says. */
  corpusOf(config: AssembleConfig, length: number | undefined): { readonly corpus: C; readonly fingerprint: string; readonly count: number; readonly length: number };
}

export interface ReadyRun<I, C, F> {
  readonly config: AssembleConfig;
  readonly model: Assembled;
  readonly corpus: C;
  readonly identity: I;
  /** What the run found, where it is finished. */
  readonly finished: F | undefined;
}

export interface BegunAssembled<M extends object> {
  /** Identity of the run that was begun before; undefined when none was. */
  readonly begun: (AssembledIdentity & M) | undefined;
  readonly file: string | undefined;
  /** Builds the model, and holds the run against the one that was begun; `more` is what else makes it the one it is. Throws `AssembleError` and `ResumeRefused`. */
  ready<F, C>(matter: RunMatter<C>, more: M): Promise<ReadyRun<AssembledIdentity & M, C, F>>;
}

/** Looks at what `out` holds. Throws `ResumeRefused` for a run that was begun there, unless it is to be continued. */
export async function beginAssembled<M extends object = object>(options: BeginOptions): Promise<BegunAssembled<M>> {
  const { out, resume = false } = options;
  const begun = await begunRun<AssembledIdentity & M>(out);
  if (!resume && begun !== undefined) throw new ResumeRefused(`${out} already holds a run; pass --resume to continue it, or another directory`);
  const { steps = begun?.steps ?? 1000, learningRate = begun?.learningRate ?? 1e-3, seed = begun?.seed ?? 1, tokenizer: file = begun?.tokenizer ?? undefined } = options;
  return {
    begun,
    file,
    async ready<F, C>({ complete, corpusOf }: RunMatter<C>, more: M) {
      const config = parseConfig(complete, "config");
      const model = assemble(config, { random: RandomStream.of(seed, "weights"), where: "config" });
      const { corpus, fingerprint, count, length } = corpusOf(config, options.length ?? begun?.length);
      const batch = Math.min(options.batch ?? begun?.batch ?? 32, count);
      const identity = { config: complete, data: fingerprint, tokenizer: file ?? null, steps, batch, length, learningRate, seed, ...more };
      if (begun !== undefined) requireSameRun(begun, identity, out);
      return { config, model, corpus, identity, finished: await finishedRun<F>(out) };
    },
  };
}
