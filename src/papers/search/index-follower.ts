/** Keeps the indexes in this process in step with the database. */
import { ChangeLog } from "./change-log.ts";
import type { LexicalStage } from "./lexical.ts";
import type { TextEncoderPort } from "./models/port.ts";
import { openLexical } from "./open-lexical.ts";
import type { LexicalOptions } from "./open-lexical.ts";
import { fittingKind, openNeighbours } from "./open-neighbours.ts";
import type { NeighbourKind, Neighbours } from "./neighbours.ts";
import { findModel } from "./vector-store.ts";
import type { StoredModel } from "./vector-store.ts";
import type { Database } from "../store/database.ts";

export interface Indexes {
  readonly lexical: LexicalStage;
  /** Undefined without an encoder, or before anything was encoded with it. */
  readonly neighbours?: Neighbours;
  readonly model?: StoredModel;
}

export interface FollowerOptions extends LexicalOptions {
  /** How nearest neighbours are found; default what fits their number. */
  readonly neighbours?: NeighbourKind;
}

export class IndexFollower {
  readonly database: Database;
  private readonly encoder: Pick<TextEncoderPort, "id" | "dimension"> | undefined;
  private readonly options: FollowerOptions;
  private readonly log = new ChangeLog();
  private current: Indexes | undefined;
  private running: Promise<void> | undefined;
  private refreshedAt = 0;
  private closed = false;
  private changes = 0;

  private constructor(database: Database, encoder: Pick<TextEncoderPort, "id" | "dimension"> | undefined, options: FollowerOptions) {
    this.database = database;
    this.encoder = encoder;
    this.options = options;
  }

  static async open(database: Database, encoder: Pick<TextEncoderPort, "id" | "dimension"> | undefined, options: FollowerOptions = {}): Promise<IndexFollower> {
    const follower = new IndexFollower(database, encoder, options);
    await follower.refresh();
    return follower;
  }

  get indexes(): Indexes {
    if (!this.current) throw new Error("the indexes are not loaded yet");
    return this.current;
  }

  /** Another number whenever the indexes have changed. */
  get version(): number {
    return this.changes;
  }

  /** Takes in all that was committed before the call. */
  async refresh(): Promise<void> {
    // a look that is under way may have begun before the change the caller made
    await this.running?.catch(() => undefined);
    return this.start();
  }

  /** Begins a refresh in the background unless one is under way or the last is recent. */
  refreshIfOlder(milliseconds: number, onProblem: (error: unknown) => void): void {
    if (this.running || this.closed || performance.now() - this.refreshedAt < milliseconds) return;
    this.start().catch(onProblem);
  }

  /** Waits for what is under way and looks no more. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running?.catch(() => undefined);
  }

  private start(): Promise<void> {
    if (this.closed) return Promise.resolve();
    return (this.running ??= this.update().finally(() => {
      this.running = undefined;
      this.refreshedAt = performance.now();
    }));
  }

  private async update(): Promise<void> {
    const { papers, all } = await this.log.next(this.database);
    try {
      if (all || !this.current) this.current = { lexical: await openLexical(this.database, this.options), ...(await this.openDense()) };
      else if (papers.length > 0) {
        await this.current.lexical.refresh(papers);
        if (this.current.neighbours) await this.current.neighbours.refresh(papers);
        if (this.outgrown(this.current)) this.current = { lexical: this.current.lexical, ...(await this.openDense()) };
      }
    } catch (error) {
      this.log.forget();
      throw error;
    } finally {
      if (papers.length > 0 || all) this.changes++; // after the change: what was answered meanwhile may have seen none of it
    }
  }

  private async openDense(): Promise<Omit<Indexes, "lexical">> {
    const model = this.encoder && (await findModel(this.database, this.encoder.id));
    if (!model || !this.encoder) return {};
    if (model.dimension !== this.encoder.dimension) throw new Error(`vectors of ${model.dimension} numbers are stored for the model "${model.name}", which gives ${this.encoder.dimension}; give the other weights another name`);
    const neighbours = await openNeighbours(this.database, model, this.options.neighbours);
    return neighbours.size === 0 ? {} : { neighbours, model };
  }

  /** Whether the dense stage is missing or no longer of the kind that fits. Twice as many vectors may come and go before it is rebuilt. */
  private outgrown({ neighbours }: Indexes): boolean {
    if (!this.encoder) return false;
    if (!neighbours) return true;
    if (this.options.neighbours !== undefined || neighbours.kind === fittingKind(this.database, neighbours.size)) return false;
    return neighbours.kind === "exact" ? fittingKind(this.database, neighbours.size / 2) !== "exact" : fittingKind(this.database, neighbours.size * 2) === "exact";
  }
}
