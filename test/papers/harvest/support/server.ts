/** A web server on localhost for one test. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PoliteFetcher } from "../../../../src/papers/harvest/fetcher.ts";
import type { FetcherOptions } from "../../../../src/papers/harvest/fetcher.ts";

export interface TestServer {
  readonly base: string;
  /** Paths with query of the requests so far. */
  readonly requests: string[];
  readonly headers: IncomingMessage["headers"][];
}

export type Answer = (request: { url: URL; headers: IncomingMessage["headers"]; count: number }, response: ServerResponse) => void;

/** Runs `work` with a server that answers with `answer`; `count` is 1 for the first request. */
export async function withServer<T>(answer: Answer, work: (server: TestServer) => Promise<T>): Promise<T> {
  const requests: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    headers.push(request.headers);
    answer({ url: new URL(request.url ?? "/", "http://localhost"), headers: request.headers, count: requests.length }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work({ base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, headers });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Ends an answer. */
export function send(response: ServerResponse, body: string | Uint8Array, { type = "application/xml", status = 200, headers = {} }: { type?: string; status?: number; headers?: Record<string, string> } = {}): void {
  response.writeHead(status, { "content-type": type, ...headers }).end(body);
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  send(response, JSON.stringify(value), { type: "application/json", status });
}

/** A fetcher without pauses. */
export function quickFetcher(options: Partial<FetcherOptions> = {}): PoliteFetcher {
  return new PoliteFetcher({ userAgent: "reprise-test", pause: 0, backoff: 1, timeout: 5_000, ...options });
}
