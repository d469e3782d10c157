/** Runs an exported graph over rows of tokens: rows of like length share a run, and results come back in the order asked. */
import { hostArray } from "../../../engine/index.ts";
import type { HostArray } from "../../../engine/index.ts";
import type { Backend, RuntimeSession } from "../../../engine/runtime/backend.ts";
import { backendFor, defaultThreads, resolveDevice } from "../../../engine/runtime/devices.ts";
import type { TokenRow } from "./token-rows.ts";

export interface GraphOptions {
  /** Where to run; default REPRISE_DEVICE, else the CPU (WebAssembly in a browser). */
  readonly device?: string;
  /** Threads of one run; default REPRISE_THREADS, else onnxruntime's choice. */
  readonly threads?: number;
}

/** Tokens of one run, padding included: bounds its memory, which grows with rows times length squared. */
const TOKENS_AT_ONCE = 4096;
const MOST_ROWS = 32;

export class RowGraph {
  private readonly backend: Backend;
  private readonly session: RuntimeSession;
  private readonly output: string;
  /** Whether the graph tells the tokens of a pair apart. */
  private readonly typed: boolean;

  private constructor(backend: Backend, session: RuntimeSession, output: string, typed: boolean) {
    this.backend = backend;
    this.session = session;
    this.output = output;
    this.typed = typed;
  }

  static async open(model: Uint8Array, output: string, typed: boolean, { device, threads = defaultThreads() }: GraphOptions): Promise<RowGraph> {
    const backend = await backendFor(resolveDevice(device));
    return new RowGraph(backend, await backend.createSession(model, threads === undefined ? {} : { threads }), output, typed);
  }

  /** The output's row for each row of tokens. */
  async run(rows: readonly TokenRow[]): Promise<Float32Array[]> {
    const order = rows.map((_, i) => i).sort((a, b) => (rows[a] as TokenRow).ids.length - (rows[b] as TokenRow).ids.length);
    const results = new Array<Float32Array>(rows.length);
    for (let end = order.length; end > 0; ) {
      const longest = (rows[order[end - 1] as number] as TokenRow).ids.length;
      const start = Math.max(0, end - Math.max(1, Math.min(MOST_ROWS, Math.floor(TOKENS_AT_ONCE / longest))));
      const members = order.slice(start, end);
      const { data, dims } = await this.runBatch(members.map((i) => rows[i] as TokenRow), longest);
      const width = dims.slice(1).reduce((product, extent) => product * extent, 1);
      members.forEach((i, k) => (results[i] = data.slice(k * width, (k + 1) * width)));
      end = start;
    }
    return results;
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private async runBatch(rows: readonly TokenRow[], length: number): Promise<{ readonly data: Float32Array; readonly dims: readonly number[] }> {
    const table = (values: (row: TokenRow) => ArrayLike<number>): HostArray => {
      const filled = new BigInt64Array(rows.length * length);
      rows.forEach((row, i) => Array.from(values(row)).forEach((value, j) => (filled[i * length + j] = BigInt(value))));
      return hostArray(filled, [rows.length, length]);
    };
    const inputs = { input_ids: table(({ ids }) => ids), attention_mask: table(({ ids }) => new Uint8Array(ids.length).fill(1)), ...(this.typed ? { token_type_ids: table(({ types }) => types) } : {}) };
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, array]) => [name, this.backend.tensor(array)]));
    const result = (await this.session.run({ feeds, fetches: { [this.output]: null } }))[this.output];
    if (result === undefined) throw new Error(`search model: the graph gave no output "${this.output}"`);
    return { data: result.data as Float32Array, dims: result.dims };
  }
}
