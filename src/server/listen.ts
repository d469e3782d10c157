/** The application on a port, until it is told to stop: then requests under way are answered and streams end. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";

/** What answers requests, such as an application of Hono. */
export interface Application {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

export interface Listening {
  readonly url: string;
  /** Takes no more requests and settles when those under way are answered, or `patience` milliseconds are over. */
  stop(patience: number): Promise<void>;
}

/** Longer than clients and proxies keep an idle connection: were it closed from this side, their next request could meet the end of it. */
const KEEP_ALIVE = 75_000;

/** Rejects when the port cannot be had. */
export function listen(app: Application, { host, port }: { readonly host: string; readonly port: number }): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port, serverOptions: { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: KEEP_ALIVE } }, (address) => {
      server.off("error", reject);
      resolve({ url: addressOf(host, address), stop: (patience) => stop(server as Server, patience) });
    });
    server.once("error", reject);
  });
}

function stop(server: Server, patience: number): Promise<void> {
  return new Promise((settle) => {
    const timer = setTimeout(() => server.closeAllConnections(), patience);
    server.close(() => {
      clearTimeout(timer);
      settle();
    });
    server.closeIdleConnections();
  });
}

function addressOf(host: string, { port }: AddressInfo): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
}
