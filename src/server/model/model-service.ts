/** A text model behind a batcher: texts in, rows out, with the limits of the server. */
import { Batcher } from "./batcher.ts";
import type { ModelServerConfig } from "./config.ts";
import { HTTPException } from "hono/http-exception";
import { openModelMetrics } from "./metrics.ts";
import type { ModelMetrics } from "./metrics.ts";
import { RequestError } from "../../tasks/index.ts";
import type { EncodedText, PretrainedText, TextInput, TextSession } from "../../tasks/index.ts";

export interface Encoded {
  readonly texts: readonly EncodedText[];
  readonly tokens: number;
}

export class ModelService {
  readonly model: PretrainedText;
  readonly config: ModelServerConfig;
  readonly metrics: ModelMetrics;
  /** Vectors, or scores of labels. */
  readonly gives: "vectors" | "scores";
  private readonly batcher: Batcher;

  private constructor(model: PretrainedText, session: TextSession, config: ModelServerConfig) {
    this.model = model;
    this.config = config;
    this.gives = model.pretrained.task === "sequence-classification" ? "scores" : "vectors";
    this.metrics = openModelMetrics(() => this.batcher.queuedTokens);
    this.batcher = new Batcher({ ...config, run: (texts) => session.batch(texts), onBatch: (batch) => this.metrics.ran(batch) });
  }

  static async open(model: PretrainedText, config: ModelServerConfig): Promise<ModelService> {
    if (model.sides !== undefined) throw new RequestError("serve: the model reads queries and documents differently, and requests do not say which their texts are; use embed and search of reprise/tasks");
    return new ModelService(model, await model.session(model.pretrained.task === "sequence-classification" ? "scores" : "embed"), config);
  }

  /** Throws 413 for too many texts, for texts that are too long unless they may be cut, and 422 for tokens that the model does not know. */
  encode(inputs: readonly TextInput[], truncate: boolean): Encoded {
    const { maxTexts } = this.config;
    if (inputs.length > maxTexts) throw new HTTPException(413, { message: `${inputs.length} texts; a request may have ${maxTexts}` });
    const { longest } = this.model.tokenizer;
    const texts = inputs.map((input, i) => {
      const whole = this.tokens(input, truncate ? longest : Infinity);
      if (whole.ids.length <= longest) return whole;
      throw new HTTPException(413, { message: `text ${i} has ${whole.ids.length} tokens, the model takes ${longest}; shorten it, or ask with truncate: true` });
    });
    return { texts, tokens: texts.reduce((sum, { ids }) => sum + ids.length, 0) };
  }

  private tokens(input: TextInput, most: number): EncodedText {
    try {
      return this.model.tokenizer.encode(input, most);
    } catch (error) {
      if (error instanceof RequestError) throw new HTTPException(422, { message: error.message, cause: error });
      throw error;
    }
  }

  rows({ texts }: Encoded): Promise<Float32Array[]> {
    return this.batcher.submit(texts);
  }

  /** Throws 422 when the model gives something else. */
  require(what: "vectors" | "scores", route: string): void {
    if (this.gives !== what) throw new HTTPException(422, { message: `${route} needs a model that gives ${what}; this one gives ${this.gives}` });
  }

  async idle(): Promise<void> {
    await this.batcher.idle();
  }
}
