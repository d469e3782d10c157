/** A hub of Hugging Face on localhost: what its `resolve` routes answer, and what can go wrong with them. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

export interface FakeHub {
  readonly endpoint: string;
  /** `METHOD path`, with the range asked for. */
  readonly requests: string[];
  /** Hosts that saw a token. */
  readonly tokenSeenBy: Set<string>;
  readonly files: Map<string, Uint8Array>;
  /** Called before the usual answer; true when it has answered. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  commit: string;
  close(): Promise<void>;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const gitHash = (bytes: Uint8Array): string => createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** Files ending in .safetensors are redirected to a store on another host name, as large files are; others come from the hub. */
export async function startHub(files: Map<string, Uint8Array>, { token }: { readonly token?: string } = {}): Promise<FakeHub> {
  const hub: { -readonly [K in keyof FakeHub]: FakeHub[K] } = { endpoint: "", requests: [], tokenSeenBy: new Set(), files, intercept: () => false, commit: COMMIT, close: () => Promise.resolve() };
  const server = createServer((request, response) => {
    const path = request.url as string;
    const host = (request.headers.host as string).split(":")[0] as string;
    hub.requests.push(`${request.method} ${path}${request.headers.range === undefined ? "" : ` ${request.headers.range}`}`);
    if (request.headers.authorization !== undefined) hub.tokenSeenBy.add(host);
    if (hub.intercept(request, response)) return;
    const found = /^\/(store\/)?org\/model\/resolve\/([^/]+)\/(.+)$/.exec(path);
    if (found === null) return void response.writeHead(404, { "x-error-code": "RepoNotFound" }).end();
    const [, store, revision, name] = found as unknown as [string, string | undefined, string, string];
    if (store === undefined && token !== undefined && request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    if (revision !== "main" && revision !== hub.commit) return void response.writeHead(404, { "x-error-code": "RevisionNotFound" }).end();
    const bytes = hub.files.get(name);
    if (bytes === undefined) return void response.writeHead(404, { "x-error-code": "EntryNotFound", "x-repo-commit": hub.commit }).end();
    const large = name.endsWith(".safetensors");
    const about = { "x-repo-commit": hub.commit, etag: `"${gitHash(bytes)}"` };
    if (large && store === undefined) {
      const { port } = server.address() as AddressInfo;
      return void response.writeHead(302, { ...about, location: `http://127.0.0.1:${port}/store${path}`, "x-linked-etag": `"${sha256(bytes)}"`, "x-linked-size": bytes.length, "content-length": 0 }).end();
    }
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    const from = range === null ? 0 : Number(range[1]);
    const headers = { ...about, "content-length": bytes.length - from, ...(range === null ? {} : { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }) };
    response.writeHead(range === null ? 200 : 206, headers);
    if (request.method === "HEAD") return void response.end();
    response.end(bytes.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  hub.endpoint = `http://localhost:${(server.address() as AddressInfo).port}`;
  hub.close = () => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
  return hub;
}
