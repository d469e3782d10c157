/** A graph made ready to run on a backend: optimised, lowered, loaded into a session. */
import { costOf, requireFits } from "./cost.ts";
import type { CostReport } from "./cost.ts";
import { DTYPES } from "./dtype.ts";
import type { TypedArray } from "./dtype.ts";
import type { Graph } from "./graph.ts";
import { hostArray } from "./host-array.ts";
import type { HostArray } from "./host-array.ts";
import { lowerGraph } from "./onnx/lower.ts";
import type { Lowering } from "./onnx/emitter.ts";
import { optimize } from "./passes/index.ts";
import type { Parameter } from "./parameter.ts";
import type { Backend, RuntimeSession, RuntimeTensor, SessionOptions } from "./runtime/backend.ts";
import { describeNonFinite } from "./debug.ts";
import { defaultThreads } from "./runtime/devices.ts";
import { verify } from "./verify.ts";
import type { Tensor } from "./tensor.ts";

export interface ProgramOptions extends SessionOptions {
  readonly lowering?: Lowering;
  /** Check the graph after each pass and every result for NaN and infinity, naming the first operation that made one. */
  readonly debug?: boolean;
}

export class Program {
  readonly graph: Graph;
  readonly cost: CostReport;
  /** Size of the ONNX graph in nodes. */
  readonly onnxNodes: number;
  private readonly backend: Backend;
  private readonly session: RuntimeSession;
  private readonly inputNames: readonly string[];
  private readonly parameterNames: readonly string[];
  private readonly outputNames: readonly string[];
  private readonly updated: readonly Parameter[];
  private readonly results: number;
  private readonly debug: boolean;

  private constructor(fields: { graph: Graph; cost: CostReport; backend: Backend; session: RuntimeSession; names: ReturnType<typeof lowerGraph>; updated: readonly Parameter[]; debug: boolean }) {
    this.graph = fields.graph;
    this.cost = fields.cost;
    this.backend = fields.backend;
    this.session = fields.session;
    this.inputNames = fields.names.inputNames;
    this.parameterNames = fields.names.parameterNames;
    this.outputNames = fields.names.outputNames;
    this.onnxNodes = fields.names.nodeCount;
    this.updated = fields.updated;
    this.results = fields.graph.outputs.length - fields.updated.length;
    this.debug = fields.debug;
  }

  /** Outputs of the graph are the results followed by the new values of `updated`. */
  static async load(traced: Graph, updated: readonly Parameter[], backend: Backend, options: ProgramOptions): Promise<Program> {
    const debug = options.debug ?? false;
    const graph = optimize(traced, debug ? verify : undefined);
    const cost = costOf(graph, { assigned: new Set<Tensor>(updated) });
    requireFits(cost, backend.memoryLimit, backend.device);
    const lowered = lowerGraph(graph, { lowering: options.lowering ?? backend.lowering });
    const session = await backend.createSession(lowered.bytes, { ...options, threads: options.threads ?? defaultThreads() });
    return new Program({ graph, cost, backend, session, names: lowered, updated, debug });
  }

  /** Runs once, commits the new parameter values, and returns the results in order. */
  async run(inputs: readonly HostArray[]): Promise<HostArray[]> {
    const make = (array: HostArray): RuntimeTensor => this.backend.tensor(array);
    const feeds: Record<string, RuntimeTensor> = {};
    this.inputNames.forEach((name, i) => (feeds[name] = make(inputs[i] as HostArray)));
    this.parameterNames.forEach((name, i) => (feeds[name] = (this.graph.parameters[i] as Parameter).acquire(make)));
    const fetches: Record<string, RuntimeTensor | null> = {};
    this.outputNames.forEach((name, i) => {
      const parameter = this.updated[i - this.results];
      fetches[name] = parameter === undefined || !this.backend.writesIntoFetches ? null : parameter.acquireSpare(make);
    });
    const outputs = await this.session.run({ feeds, fetches });
    const output = (i: number): RuntimeTensor => outputs[this.outputNames[i] as string] as RuntimeTensor;
    if (this.debug) await this.requireFinite(feeds, this.outputNames.map((_, i) => output(i)));
    this.updated.forEach((parameter, i) => parameter.commit(output(this.results + i), this.backend.writesIntoFetches));
    return this.graph.outputs.slice(0, this.results).map(({ shape, dtype }, i) => hostArray(asTyped(output(i).data, dtype), shape, dtype));
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  private async requireFinite(feeds: Record<string, RuntimeTensor>, outputs: readonly RuntimeTensor[]): Promise<void> {
    if (outputs.every(({ data }) => isFinite32(data))) return;
    throw new Error(await describeNonFinite(this.graph, this.backend, feeds));
  }
}

/** True for arrays without NaN or infinity, and for arrays that cannot hold them. */
export const isFinite32 = (data: unknown): boolean => !(data instanceof Float32Array) || data.every(Number.isFinite);

function asTyped(data: unknown, dtype: keyof typeof DTYPES): TypedArray {
  const wanted = DTYPES[dtype].Array;
  if (data instanceof wanted) return data;
  throw new Error(`internal: the runtime returned ${Object.prototype.toString.call(data)} for a ${dtype} output`);
}
