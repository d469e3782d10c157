/** The application on a port, until it is told to stop: then requests under way are answered and streams end. */
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { serve } from "@hono/node-server";

/** What answers requests, such as an application of Hono. */
export interface Application {
  readonly fetch: (request: Request, bindings?: object) => Response | Promise<Response>;
}

export interface Listening {
  readonly url: string;
  /** Takes no more requests, nor connections, and settles when those under way are answered, or `patience` milliseconds are over. */
  stop(patience: number): Promise<void>;
}

/** Longer than clients and proxies keep an idle connection: were it closed from this side, their next request could meet the end of it. */
const KEEP_ALIVE = 75_000;

/** Rejects when the port cannot be had. */
export function listen(app: Application, { host, port }: { readonly host: string; readonly port: number }): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const connections = new Connections();
    const server = serve({ fetch: (request, bindings) => (connections.ending ? new Response("the server is stopping\n", { status: 503 }) : app.fetch(request, bindings)), hostname: host, port, serverOptions: { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: KEEP_ALIVE } }, (address) => {
      server.off("error", reject);
      resolve({ url: addressOf(host, address), stop: (patience) => stop(server as Server, connections, patience) });
    });
    connections.watch(server as Server);
    server.once("error", reject);
  });
}

/** Open connections and answers under way. Closing a server ends neither those that have yet to ask nor those that are kept for the next request. */
class Connections {
  private readonly sockets = new Set<Socket>();
  private readonly answers = new Set<ServerResponse>();
  ending = false;

  watch(server: Server): void {
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
    });
    // Before the application has it: an answer may be sent at once.
    server.prependListener("request", (_request, answer) => {
      if (this.ending) answer.setHeader("Connection", "close");
      this.answers.add(answer);
      answer.once("close", () => {
        this.answers.delete(answer);
        if (this.ending) server.closeIdleConnections(); // of answers that had begun, such as streams
      });
    });
  }

  /** Those in use end with their answers, the others at once. */
  end(server: Server): void {
    this.ending = true;
    for (const answer of this.answers) if (!answer.headersSent) answer.setHeader("Connection", "close");
    for (const socket of this.sockets) if (socket.bytesRead === 0) socket.destroy();
    server.closeIdleConnections();
  }
}

function stop(server: Server, connections: Connections, patience: number): Promise<void> {
  return new Promise((settle) => {
    const timer = setTimeout(() => server.closeAllConnections(), patience);
    server.close(() => {
      clearTimeout(timer);
      settle();
    });
    connections.end(server);
  });
}

function addressOf(host: string, { port }: AddressInfo): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
}
