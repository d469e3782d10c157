/** Models of a hub by their id: files are fetched when they are first needed and kept in the shared cache. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { withFileLock } from "../../lab/node/file-lock.ts";
import { RequestError } from "../request-error.ts";
import { CachedModel, hubCacheDirectory, isCommit } from "./hub-cache.ts";
import type { Environment } from "./hub-cache.ts";
import { describe, download, HubRefusal, HubUnreachable } from "./hub-download.ts";
import type { RemoteFile, Requests } from "./hub-download.ts";
import { requirePlainPath } from "./model-files.ts";
import type { ModelFiles } from "./model-files.ts";

/** As transformers.js reports them. */
export type HubProgress =
  | { readonly status: "initiate" | "download" | "done"; readonly name: string; readonly file: string }
  | { readonly status: "progress"; readonly name: string; readonly file: string; readonly loaded: number; readonly total: number; /** Percent. */ readonly progress: number }
  | { readonly status: "ready"; readonly name: string };

export interface HubOptions {
  /** Branch, tag or commit; default "main". */
  readonly revision?: string;
  /** Default that of the environment: HF_HUB_CACHE, HF_HOME/hub, ~/.cache/huggingface/hub. */
  readonly cacheDirectory?: string;
  /** Makes no request; default HF_HUB_OFFLINE. */
  readonly localFilesOnly?: boolean;
  readonly onProgress?: (event: HubProgress) => void;
  /** How often a failed request is made again; default 4. */
  readonly retries?: number;
  /** First pause before that, milliseconds, doubled each time; default 500. */
  readonly retryDelay?: number;
  /** Variables read: HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT and those of the cache. Default `process.env`. */
  readonly environment?: Environment;
}

const ENDPOINT = "https://huggingface.co";
const TIMEOUT_SECONDS = 10;

const isTrue = (value: string | undefined): boolean => ["1", "true", "yes", "on"].includes((value ?? "").toLowerCase());

function endpointOf(text = ""): string {
  const endpoint = (text === "" ? ENDPOINT : text).replace(/\/+$/, "");
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  // The address is part of messages, so nothing secret may be in it.
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") throw new RequestError("HF_ENDPOINT: expected an address such as https://hub.example.org, without user and password");
  return endpoint;
}

/** A token that cannot stand in a header would be told in the error of whatever sends it. */
function tokenOf(text = ""): string | undefined {
  const token = text.trim();
  if (!/^[\x21-\x7e]*$/.test(token)) throw new RequestError("HF_TOKEN: expected letters, digits and signs of ASCII without spaces between them");
  return token === "" ? undefined : token;
}

/** The files of a model. Throws a `RequestError` for what cannot be an id. */
export async function hubFiles(id: string, options: HubOptions = {}): Promise<ModelFiles> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/.test(id) || id.includes("..") || id.includes("--")) throw new RequestError(`${id}: neither a folder nor the id of a model such as "org/name"`);
  const revision = requirePlainPath(options.revision ?? "main", `${id}: revision`);
  return Promise.resolve(new HubModel(id, revision, options));
}

class HubModel implements ModelFiles {
  readonly label: string;
  private readonly id: string;
  private revision: string;
  /** Whether the hub has answered: from then on silence is a failure, and does not mean that a file is not there. */
  private reached = false;
  private readonly cached: CachedModel;
  private readonly endpoint: string;
  private readonly offline: boolean;
  private readonly requests: Requests;
  private readonly report: NonNullable<HubOptions["onProgress"]>;

  constructor(id: string, revision: string, { cacheDirectory, localFilesOnly, onProgress = () => undefined, retries = 4, retryDelay = 500, environment = process.env }: HubOptions) {
    const { HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT } = environment;
    const seconds = Number(HF_HUB_DOWNLOAD_TIMEOUT ?? NaN);
    this.label = id;
    this.id = id;
    this.revision = revision;
    this.cached = new CachedModel(cacheDirectory ?? hubCacheDirectory(environment), id);
    this.endpoint = endpointOf(HF_ENDPOINT);
    this.offline = localFilesOnly ?? isTrue(HF_HUB_OFFLINE);
    this.requests = { token: tokenOf(HF_TOKEN), timeout: (seconds > 0 ? seconds : TIMEOUT_SECONDS) * 1000, retries, retryDelay };
    this.report = onProgress;
  }

  async locate(name: string): Promise<string | undefined> {
    requirePlainPath(name, this.id);
    const known = await this.cached.commitOf(this.revision);
    if (this.offline) return this.offlineFile(known, name);
    // What a commit holds never changes; a branch may have moved on.
    if (known !== undefined && isCommit(this.revision)) {
      const path = await this.cached.file(known, name);
      if (path !== undefined) return path;
      if (await this.cached.isAbsent(known, name)) return undefined;
    }
    const remote = await this.describe(name, known);
    if (remote === null) return known === undefined ? undefined : this.cached.file(known, name);
    if (remote === "absent") return undefined;
    const path = (await this.cached.file(remote.commit, name)) ?? (await this.bring(remote, name));
    await this.pin(remote.commit);
    return path;
  }

  /** From here on all files come from one commit. */
  private async pin(commit: string): Promise<void> {
    this.reached = true;
    await this.cached.setCommit(this.revision, commit);
    this.revision = commit;
  }

  private async offlineFile(commit: string | undefined, name: string): Promise<string | undefined> {
    if (commit === undefined) throw new Error(`${this.id}: revision "${this.revision}" is not in the cache ${this.cached.directory}, and nothing may be fetched (HF_HUB_OFFLINE or localFilesOnly)`);
    return this.cached.file(commit, name);
  }

  /** What the hub says of a file; null where it cannot be reached, or is too busy or broken to say, and the cache has this revision. */
  private async describe(name: string, known: string | undefined): Promise<RemoteFile | "absent" | null> {
    const url = `${this.endpoint}/${this.id}/resolve/${encodeURIComponent(this.revision)}/${name.split("/").map(encodeURIComponent).join("/")}`;
    try {
      return await describe(url, this.requests);
    } catch (error) {
      const silent = error instanceof HubUnreachable || (error instanceof HubRefusal && (error.status === 429 || error.status >= 500));
      if (silent && known !== undefined && !this.reached) return null;
      if (error instanceof HubUnreachable && known === undefined) throw new Error(`${this.id}: there is no such folder, and the hub cannot be asked for a model of that id (${error.message})`, { cause: error });
      if (!(error instanceof HubRefusal)) throw error;
      const { status, code, commit } = error;
      if (status === 404 && code === "EntryNotFound") {
        if (commit !== null && isCommit(commit)) {
          await this.cached.setAbsent(commit, name);
          await this.pin(commit);
        }
        return "absent";
      }
      throw new Error(`${this.id}: ${REASONS[code ?? ""] ?? REASONS[String(status)] ?? `the hub refused ${name}`} (${error.message})`, { cause: error });
    }
  }

  private async bring(remote: RemoteFile, name: string): Promise<string> {
    const blob = this.cached.blob(remote.hash);
    const event = { name: this.id, file: name };
    this.report({ status: "initiate", ...event });
    await withFileLock(join(this.cached.directory, "..", ".locks", `models--${this.id.replaceAll("/", "--")}`, `${remote.hash}.reprise`), async () => {
      // The process that held the lock before may have brought it.
      if (await stat(blob).then(({ size }) => size === remote.size, () => false)) return;
      this.report({ status: "download", ...event });
      await download(remote, blob, `${blob}.reprise-incomplete`, this.requests, (loaded) => this.report({ status: "progress", ...event, loaded, total: remote.size, progress: remote.size === 0 ? 100 : (100 * loaded) / remote.size }));
    });
    const path = await this.cached.link(remote.commit, name, remote.hash);
    this.report({ status: "done", ...event });
    return path;
  }
}

const ASK_FOR_ACCESS = "there is no such folder or model, or it is private or gated; check the name, and set HF_TOKEN to a token that may read it";
const REASONS: Readonly<Record<string, string>> = {
  RepoNotFound: ASK_FOR_ACCESS,
  RevisionNotFound: "there is no such revision",
  GatedRepo: "the model is gated: accept its terms on its page, and set HF_TOKEN",
  "401": ASK_FOR_ACCESS,
  "403": ASK_FOR_ACCESS,
  "404": ASK_FOR_ACCESS,
  "429": "the hub asks to wait: too many requests; try again later, or set HF_TOKEN",
};
