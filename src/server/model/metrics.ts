/** What a model server counts, in the format of Prometheus. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface ModelMetrics {
  readonly registry: Registry;
  /** A request that was answered; `route` is the pattern, never the path. */
  answered(method: string, route: string, status: number, seconds: number): void;
  ran(batch: { readonly texts: number; readonly tokens: number; readonly seconds: number }): void;
}

/** Counters of one server; `queued` gives the tokens that wait. */
export function openModelMetrics(queued: () => number): ModelMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({ name: "reprise_http_requests_total", help: "Requests answered", labelNames: ["method", "route", "status"], registers });
  const duration = new Histogram({ name: "reprise_http_request_seconds", help: "Time to answer", labelNames: ["method", "route"], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10], registers });
  const texts = new Counter({ name: "reprise_model_texts_total", help: "Texts that went through the model", registers });
  const tokens = new Counter({ name: "reprise_model_tokens_total", help: "Tokens that went through the model, padding included", registers });
  const sizes = new Histogram({ name: "reprise_model_batch_texts", help: "Texts of a batch", buckets: [1, 2, 4, 8, 16, 32, 64, 128], registers });
  const seconds = new Histogram({ name: "reprise_model_batch_seconds", help: "Time of a batch", buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1], registers });
  new Gauge({ name: "reprise_model_queued_tokens", help: "Tokens that wait", registers, collect() { this.set(queued()); } });
  return {
    registry,
    answered(method, route, status, time) {
      requests.inc({ method, route, status });
      duration.observe({ method, route }, time);
    },
    ran(batch) {
      texts.inc(batch.texts);
      tokens.inc(batch.tokens);
      sizes.observe(batch.texts);
      seconds.observe(batch.seconds);
    },
  };
}
