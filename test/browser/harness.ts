/**
 * Runs a module of this repository in a real browser. An entry file exports a default function from JSON to JSON;
 *
 *     const page = await openPage("test/browser/entries/trajectory.ts");
 *     const losses = await page.run({ steps: 20 });
 *     await page.close();
 *
 * The entry and everything it imports are bundled for the browser, the page is served from this machine, and nothing
 * else is reached.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";

export interface PageOptions {
  /** Serve the headers that isolate the page from other origins, which threads need. Default false. */
  readonly isolated?: boolean;
  /** Offer WebGPU, computed on the CPU by SwiftShader: right, but slow. Default false. */
  readonly webgpu?: boolean;
}

export interface BrowserPage {
  /** Calls the entry's default function in the page. Errors thrown there are thrown here. */
  run<R>(argument: unknown): Promise<R>;
  /** Files of the bundle with their sizes in bytes. */
  readonly bundle: ReadonlyMap<string, number>;
  /** Text of the bundle, all files. */
  readonly source: string;
  close(): Promise<void>;
}

const ROOT = resolve(import.meta.dirname, "../..");
const WASM_FILES = join(ROOT, "node_modules/onnxruntime-web/dist");
const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const FLAGS = ["--headless", "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

const PAGE = `<!doctype html>
<title>test</title>
<link rel="icon" href="data:,">
<script type="module">
  import entry from "/entry.js";
  globalThis.runEntry = async (argument) => {
    try {
      return { value: await entry(argument) };
    } catch (error) {
      return { error: error.message + "\\n" + error.stack };
    }
  };
</script>`;
const SOFTWARE_WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Browser of this machine; null where there is none. */
export const browserPath: string | null = [process.env["REPRISE_CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => path !== undefined && existsSync(path)) ?? null;

export async function openPage(entry: string, { isolated = false, webgpu = false }: PageOptions = {}): Promise<BrowserPage> {
  if (browserPath === null) throw new Error("openPage: found no Chromium; install it or set REPRISE_CHROMIUM to its path");
  const files = await bundleForBrowser(entry);
  const server = await serve(files, isolated);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await chromium.launch({ executablePath: browserPath, args: [...FLAGS, ...(webgpu ? SOFTWARE_WEBGPU : ["--disable-gpu"])] });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(address);
  await page.waitForFunction("'runEntry' in globalThis").catch(async () => {
    await browser.close();
    throw new Error(`openPage: ${entry} did not load. ${complaints.join("\n")}`);
  });
  return {
    async run<R>(argument: unknown): Promise<R> {
      const outcome = await page.evaluate<{ readonly value?: unknown; readonly error?: string }>(`runEntry(${JSON.stringify(argument)})`);
      if (outcome.error !== undefined) throw new Error(`in the page: ${outcome.error}${complaints.length === 0 ? "" : `\nconsole: ${complaints.join("\n")}`}`);
      return outcome.value as R;
    },
    bundle: new Map([...files].map(([name, bytes]) => [name, bytes.length])),
    source: [...files.values()].map((bytes) => Buffer.from(bytes).toString()).join("\n"),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Browser bundle of entry files, the first one named `/entry.js`: names to contents. */
export async function bundleForBrowser(...entries: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: entries.map((entry, i) => ({ in: join(ROOT, entry), out: i === 0 ? "entry" : `entry${i}` })),
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    outdir: "/",
    write: false,
    logLevel: "silent",
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}

async function serve(files: ReadonlyMap<string, Uint8Array>, isolated: boolean): Promise<Server> {
  const server = createServer((request, response) => {
    void (async () => {
      const path = new URL(request.url ?? "/", "http://localhost").pathname;
      const content = path === "/" ? Buffer.from(PAGE) : (files.get(path) ?? (await wasmFile(path)));
      const headers = { "content-type": path === "/" ? "text/html" : (TYPES[extname(path)] ?? "application/octet-stream"), ...(isolated ? { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" } : {}) };
      response.writeHead(content === null ? 404 : 200, headers).end(content);
    })();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

/** Files of onnxruntime-web under /wasm/, and none beside them. */
async function wasmFile(path: string): Promise<Uint8Array | null> {
  const name = /^\/wasm\/([\w.-]+\.(?:mjs|wasm))$/.exec(path)?.[1];
  return name === undefined ? null : readFile(join(WASM_FILES, name)).catch(() => null);
}
