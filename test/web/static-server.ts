/** A static host as there are many: files below a path, index.html for folders, 404.html for the rest. No headers but types. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm", ".xml": "application/xml", ".atom": "application/atom+xml" };

export interface StaticServer {
  /** Scheme, host and port. */
  readonly origin: string;
  close(): void;
}

export async function serveFolder(folder: string, base: string): Promise<StaticServer> {
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      const name = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : undefined;
      const path = name === undefined ? undefined : join(folder, name.endsWith("/") ? `${name}index.html` : name);
      const content = path === undefined ? null : await readFile(path).catch(() => null);
      const type = content === null ? ".html" : extname(path ?? "");
      response.writeHead(content === null ? 404 : 200, { "content-type": TYPES[type] ?? "application/octet-stream" }).end(content ?? (await readFile(join(folder, "404.html"))));
    })();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}
