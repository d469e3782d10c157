/** What the server counts, in the format of Prometheus. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

export interface Metrics {
  readonly registry: Registry;
  /** A request that was answered; `route` is the pattern, never the path. */
  answered(method: string, route: string, status: number, seconds: number): void;
  searched(seconds: number): void;
}

/** Counters of one server. `runs` gives the number of runs by status whenever somebody asks. */
export function openMetrics(runs: () => Promise<Readonly<Record<string, number>>>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({ name: "reprise_http_requests_total", help: "Requests answered", labelNames: ["method", "route", "status"], registers });
  const duration = new Histogram({ name: "reprise_http_request_seconds", help: "Time to answer", labelNames: ["method", "route"], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5], registers });
  const searches = new Histogram({ name: "reprise_search_seconds", help: "Time of a search", buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1], registers });
  new Gauge({
    name: "reprise_runs",
    help: "Runs by status",
    labelNames: ["status"],
    registers,
    async collect() {
      for (const [status, count] of Object.entries(await runs())) this.set({ status }, count);
    },
  });
  return {
    registry,
    answered(method, route, status, seconds) {
      requests.inc({ method, route, status });
      duration.observe({ method, route }, seconds);
    },
    searched: (seconds) => searches.observe(seconds),
  };
}
