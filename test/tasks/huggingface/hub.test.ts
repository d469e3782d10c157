/** Downloads from a hub on localhost: layout of the cache, resuming, checks, offline, two processes at once. */
import { spawn } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { fromPretrained } from "../../../src/tasks/index.ts";
import { hubCacheDirectory } from "../../../src/tasks/huggingface/hub-cache.ts";
import { hubFiles } from "../../../src/tasks/huggingface/hub.ts";
import type { HubOptions, HubProgress } from "../../../src/tasks/huggingface/hub.ts";
import { COMMIT, startHub } from "./fake-hub.ts";
import type { FakeHub } from "./fake-hub.ts";
import { modelFolder, temporary, TEXTS } from "./folders.ts";

const folder = modelFolder("bert-features");
const modelFiles = (): Map<string, Uint8Array> => new Map(["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"].map((name) => [name, readFileSync(join(folder, name))]));

let hub: FakeHub;
afterEach(() => hub.close());

async function start(options: Parameters<typeof startHub>[1] = {}): Promise<{ cache: string; options: HubOptions & { environment: Record<string, string> } }> {
  hub = await startHub(modelFiles(), options);
  const cache = temporary();
  return { cache, options: { cacheDirectory: cache, retries: 2, retryDelay: 1, environment: { HF_ENDPOINT: hub.endpoint } } };
}

const WEIGHTS = "model.safetensors";
const blobs = (cache: string): string[] => readdirSync(join(cache, "models--org--model", "blobs"));

describe("a model by its id", () => {
  test("is fetched once into the shared layout, and gives what its folder gives", async () => {
    const { cache, options } = await start();
    const events: HubProgress[] = [];
    const model = await fromPretrained("org/model", { ...options, onProgress: (event) => events.push(event) });
    const local = await fromPretrained(folder);
    expect(await model.embed(TEXTS)).toEqual(await local.embed(TEXTS));
    const root = join(cache, "models--org--model");
    expect(readFileSync(join(root, "refs", "main"), "utf8")).toBe(COMMIT);
    const pointer = join(root, "snapshots", COMMIT, WEIGHTS);
    expect(lstatSync(pointer).isSymbolicLink()).toBe(true);
    expect(readlinkSync(pointer)).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
    expect(readlinkSync(join(root, "snapshots", COMMIT, "config.json"))).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
    expect(blobs(cache).every((name) => /^[0-9a-f]+$/.test(name))).toBe(true);
    const ofWeights = events.filter((event) => event.status !== "ready" && event.file === WEIGHTS);
    expect(ofWeights.map(({ status }) => status).filter((status, i, all) => status !== all[i - 1])).toEqual(["initiate", "download", "progress", "done"]);
    const last = ofWeights.filter((event) => event.status === "progress").at(-1);
    expect(last).toMatchObject({ loaded: readFileSync(join(folder, WEIGHTS)).length, progress: 100 });
    expect(events.at(-1)).toEqual({ status: "ready", name: "org/model" });
    // The second time asks whether the branch has moved, and fetches nothing.
    hub.requests.length = 0;
    await fromPretrained("org/model", options);
    expect(hub.requests.filter((line) => line.startsWith("GET"))).toEqual([]);
    expect(hub.requests.length).toBeGreaterThan(0);
    // A commit never changes: no request at all.
    hub.requests.length = 0;
    await fromPretrained("org/model", { ...options, revision: COMMIT });
    expect(hub.requests).toEqual([]);
  });

  test("follows a branch that has moved, keeping the old commit", async () => {
    const { cache, options } = await start();
    await (await hubFiles("org/model", options)).locate("config.json");
    hub.commit = "f".repeat(40);
    hub.files.set("config.json", new TextEncoder().encode('{"new": true}'));
    const path = (await (await hubFiles("org/model", options)).locate("config.json")) as string;
    expect(readFileSync(path, "utf8")).toBe('{"new": true}');
    expect(readdirSync(join(cache, "models--org--model", "snapshots")).sort()).toEqual([COMMIT, "f".repeat(40)]);
    expect(readFileSync(join(cache, "models--org--model", "refs", "main"), "utf8")).toBe("f".repeat(40));
  });

  test("offline: from the cache without a request, or a clear error", async () => {
    const { options } = await start();
    await fromPretrained("org/model", options);
    hub.requests.length = 0;
    const model = await fromPretrained("org/model", { ...options, environment: { ...options.environment, HF_HUB_OFFLINE: "1" } });
    expect(model.config["model_type"]).toBe("bert");
    await expect(fromPretrained("org/model", { ...options, localFilesOnly: true, cacheDirectory: temporary() })).rejects.toThrow(/revision "main" is not in the cache .*nothing may be fetched/);
    expect(hub.requests).toEqual([]);
  });

  test("unreachable hub: what the cache has is used", async () => {
    const { options } = await start();
    await fromPretrained("org/model", options);
    const dead = { ...options, retries: 0, environment: { HF_ENDPOINT: "http://localhost:9" } };
    expect((await fromPretrained("org/model", dead)).config["model_type"]).toBe("bert");
    await expect(fromPretrained("org/model", { ...dead, cacheDirectory: temporary() })).rejects.toThrow(/localhost:9.*no connection/);
    for (const status of [429, 500, 503]) {
      hub.intercept = (_, response) => (response.writeHead(status, { "retry-after": "0" }).end(), true);
      expect((await fromPretrained("org/model", options)).config["model_type"]).toBe("bert");
    }
  });

  test("a hub that falls silent half way: no file is taken for absent", async () => {
    const { options } = await start();
    hub.intercept = (request, response) => request.url?.endsWith("/tokenizer_config.json") === true && (response.destroy(), true);
    await expect(fromPretrained("org/model", { ...options, retries: 0 })).rejects.toThrow(/tokenizer_config\.json: no connection/);
  });
});

describe("what goes wrong", () => {
  test("a broken connection is resumed where it broke, and the whole is checked", async () => {
    const { cache, options } = await start();
    const bytes = hub.files.get(WEIGHTS) as Uint8Array;
    let broken = 0;
    hub.intercept = (request, response) => {
      if (request.method !== "GET" || !request.url?.startsWith("/store") || broken++ > 0) return false;
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 5000), () => setTimeout(() => response.destroy(), 50));
      return true;
    };
    const path = (await (await hubFiles("org/model", options)).locate(WEIGHTS)) as string;
    expect(readFileSync(path)).toEqual(Buffer.from(bytes));
    expect(hub.requests.filter((line) => line.includes("/store")).map((line) => line.split(" ").slice(2).join(" "))).toEqual(["", "bytes=5000-"]);
    expect(blobs(cache)).toHaveLength(1);
  });

  test("bytes of an earlier process are used; a server without ranges sends all", async () => {
    const { cache, options } = await start();
    const bytes = hub.files.get(WEIGHTS) as Uint8Array;
    hub.intercept = (request, response) => {
      if (request.method !== "GET" || !request.url?.startsWith("/store")) return false;
      response.writeHead(200, { "content-length": bytes.length }).end(bytes);
      return true;
    };
    const files = await hubFiles("org/model", options);
    mkdirSync(join(cache, "models--org--model", "blobs"), { recursive: true });
    const hash = (await import("node:crypto")).createHash("sha256").update(bytes).digest("hex");
    writeFileSync(join(cache, "models--org--model", "blobs", `${hash}.reprise-incomplete`), bytes.subarray(0, 100));
    expect(readFileSync((await files.locate(WEIGHTS)) as string)).toEqual(Buffer.from(bytes));
    expect(hub.requests.at(-1)).toMatch(/bytes=100-$/);
  });

  test("content that is not what the hub announced is thrown away", async () => {
    const { cache, options } = await start();
    const bytes = Uint8Array.from(hub.files.get(WEIGHTS) as Uint8Array);
    bytes[bytes.length - 1]! ^= 1;
    hub.intercept = (request, response) => {
      if (request.method !== "GET" || !request.url?.startsWith("/store")) return false;
      response.writeHead(200, { "content-length": bytes.length }).end(bytes);
      return true;
    };
    const files = await hubFiles("org/model", options);
    await expect(files.locate(WEIGHTS)).rejects.toThrow(/the content has hash [0-9a-f]{64}, the hub says [0-9a-f]{64}/);
    expect(blobs(cache)).toEqual([]);
    expect(existsSync(join(cache, "models--org--model", "snapshots", COMMIT, WEIGHTS))).toBe(false);
  });

  test("a small file is checked by Git's hash", async () => {
    const { options } = await start();
    hub.intercept = (request, response) => {
      if (request.method !== "GET") return false;
      response.writeHead(200, { "content-length": (hub.files.get("config.json") as Uint8Array).length }).end("x".repeat((hub.files.get("config.json") as Uint8Array).length));
      return true;
    };
    await expect((await hubFiles("org/model", options)).locate("config.json")).rejects.toThrow(/the content has hash [0-9a-f]{40}/);
  });

  test("more bytes than announced: stopped, not stored", async () => {
    const { options } = await start();
    hub.intercept = (request, response) => {
      if (request.method !== "GET" || !request.url?.startsWith("/store")) return false;
      response.writeHead(200);
      const more = (): void => void (response.write(Buffer.alloc(65536)) ? setImmediate(more) : response.once("drain", more));
      more();
      return true;
    };
    await expect((await hubFiles("org/model", options)).locate(WEIGHTS)).rejects.toThrow(/more than the \d+ bytes the hub announced/);
  });

  test("silence ends the wait, and is tried again", async () => {
    const { options } = await start();
    let asked = 0;
    hub.intercept = (request) => request.method === "GET" && asked++ === 0;
    const patient = { ...options, environment: { ...options.environment, HF_HUB_DOWNLOAD_TIMEOUT: "0.2" } };
    expect(await (await hubFiles("org/model", patient)).locate("config.json")).toBeDefined();
    expect(asked).toBe(2);
  });

  test("429 and 503: waits as asked, then gives up with the reason", async () => {
    const { options } = await start();
    let refused = 0;
    hub.intercept = (_, response) => {
      if (refused++ >= 2) return false;
      response.writeHead(refused === 1 ? 429 : 503, { "retry-after": "0" }).end();
      return true;
    };
    expect(await (await hubFiles("org/model", options)).locate("config.json")).toBeDefined();
    hub.intercept = (_, response) => (response.writeHead(429, { "retry-after": "0" }).end(), true);
    await expect((await hubFiles("org/model", { ...options, cacheDirectory: temporary() })).locate("config.json")).rejects.toThrow(/org\/model: the hub asks to wait: too many requests/);
  });

  test("404: no such model, no such revision, no such file", async () => {
    const { options } = await start();
    await expect((await hubFiles("org/other", options)).locate("config.json")).rejects.toThrow(/org\/other: there is no such folder or model, or it is private or gated/);
    await expect((await hubFiles("org/model", { ...options, revision: "v9" })).locate("config.json")).rejects.toThrow(/no such revision/);
    expect(await (await hubFiles("org/model", options)).locate("modules.json")).toBeUndefined();
  });

  test("private models need the token, which is sent to the hub alone and is in no message", async () => {
    const { options } = await start({ token: "hf_secret" });
    const error = await (await hubFiles("org/model", options)).locate(WEIGHTS).catch((cause: Error) => cause);
    expect((error as Error).message).toMatch(/private or gated; .*HF_TOKEN/);
    const wrong = await (await hubFiles("org/model", { ...options, environment: { ...options.environment, HF_TOKEN: "hf_wrong" } })).locate(WEIGHTS).catch((cause: Error) => cause);
    expect((wrong as Error).message).not.toContain("hf_wrong");
    expect(await (await hubFiles("org/model", { ...options, environment: { ...options.environment, HF_TOKEN: "hf_secret" } })).locate(WEIGHTS)).toBeDefined();
    expect([...hub.tokenSeenBy]).toEqual(["localhost"]); // the store is 127.0.0.1
  });

  test("a token or an address that cannot be sent is refused, and not told", async () => {
    const { options } = await start();
    const inEnvironment = (added: Record<string, string>): Promise<unknown> => hubFiles("org/model", { ...options, environment: { ...options.environment, ...added } }).catch((cause: unknown) => cause);
    for (const [added, expected] of [[{ HF_TOKEN: "hf_secret\nx" }, /^HF_TOKEN: expected letters/], [{ HF_ENDPOINT: "http://user:hf_secret@localhost" }, /^HF_ENDPOINT: expected an address/], [{ HF_ENDPOINT: "hub.example.org" }, /^HF_ENDPOINT: expected an address/]] as const) {
      const error = await inEnvironment(added);
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toMatch(expected);
      expect(`${(error as Error).stack} ${String((error as Error).cause)}`).not.toContain("hf_secret");
    }
  });

  test("hashes, commits and names that lead out of the cache are refused", async () => {
    const { options } = await start();
    const answer = (headers: Record<string, string>): void => {
      hub.intercept = (_, response) => (response.writeHead(200, { "content-length": "5", ...headers }).end(), true);
    };
    answer({ etag: '"../../../../evil"', "x-repo-commit": COMMIT });
    await expect((await hubFiles("org/model", { ...options, retries: 0 })).locate("config.json")).rejects.toThrow(/no usable hash/);
    answer({ etag: '"abc"', "x-repo-commit": "../../evil" });
    await expect((await hubFiles("org/model", { ...options, retries: 0 })).locate("config.json")).rejects.toThrow(/names no commit/);
    await expect((await hubFiles("org/model", options)).locate("../config.json")).rejects.toThrow(/expected the name of a file in the model's folder/);
    await expect(hubFiles("../org/model", options)).rejects.toThrow(/neither a folder nor the id of a model/);
    await expect(hubFiles("org/model", { ...options, revision: "../main" })).rejects.toThrow(/revision/);
  });
});

test("two processes at once fetch the weights once", async () => {
  const { cache, options } = await start();
  const script = fileURLToPath(new URL("./locate-process.ts", import.meta.url));
  const run = (): Promise<string> => new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", script, cache, options.environment["HF_ENDPOINT"] as string], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(`ended with ${code}`))));
  });
  const paths = await Promise.all([run(), run()]);
  expect(paths[0]).toBe(paths[1]);
  expect(readFileSync(paths[0] as string)).toEqual(Buffer.from(hub.files.get(WEIGHTS) as Uint8Array));
  expect(hub.requests.filter((line) => line.startsWith("GET /store"))).toHaveLength(1);
  expect(blobs(cache)).toHaveLength(1);
});

test("the cache is where the environment says", async () => {
  hub = await startHub(new Map());
  expect(hubCacheDirectory({ HF_HUB_CACHE: "/a/b", HF_HOME: "/c" })).toBe("/a/b");
  expect(hubCacheDirectory({ HF_HOME: "/c" })).toBe("/c/hub");
  expect(hubCacheDirectory({ XDG_CACHE_HOME: "/x" })).toBe("/x/huggingface/hub");
  expect(hubCacheDirectory({ HF_HOME: "~/models" })).toBe(join(homedir(), "models", "hub"));
  expect(hubCacheDirectory({})).toBe(join(homedir(), ".cache", "huggingface", "hub"));
});
