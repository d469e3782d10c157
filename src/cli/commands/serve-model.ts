/** `reprise serve MODEL`: a text model over HTTP, until Ctrl-C. */
import { once } from "node:events";
import { basename, resolve } from "node:path";
import { chosenDevice } from "../device.ts";
import { UsageError } from "../errors.ts";
import type { CliPorts } from "../ports.ts";
import { fromPretrained } from "../../tasks/index.ts";
import { hostNames } from "../../server/config.ts";
import { listen } from "../../server/listen.ts";
import { openLog } from "../../server/log.ts";
import { createModelApp } from "../../server/model/app.ts";
import { MODEL_SERVER_DEFAULTS } from "../../server/model/config.ts";
import { ModelService } from "../../server/model/model-service.ts";

export interface ServeModelOptions {
  readonly host?: string;
  readonly port?: string;
  readonly maxBatchTokens?: number;
  readonly maxTexts?: number;
  readonly wait?: number;
  readonly device?: string;
}

/** Milliseconds that requests under way have to end. */
const PATIENCE = 30_000;
const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

export async function serveModel({ home, signal, error }: CliPorts, place: string, { host = "127.0.0.1", port = "8080", maxBatchTokens, maxTexts, wait, device }: ServeModelOptions): Promise<void> {
  const token = process.env["REPRISE_TOKEN"] || null;
  const local = LOOPBACK.has(host);
  if (!local && token === null) throw new UsageError(`--host ${host}: other machines can reach it; set REPRISE_TOKEN to what they must send as a bearer token`);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError(`--port: expected a number up to 65535, got "${port}"`);
  const model = await fromPretrained(place, { device: chosenDevice(device) });
  const log = openLog(process.env["REPRISE_LOG"] || "warn");
  const service = await ModelService.open(model, {
    ...MODEL_SERVER_DEFAULTS,
    ...(maxBatchTokens === undefined ? {} : { maxBatchTokens }),
    ...(maxTexts === undefined ? {} : { maxTexts }),
    ...(wait === undefined ? {} : { waitMilliseconds: wait }),
    name: basename(resolve(place)),
    token,
    hosts: local ? hostNames({ host, publicUrl: null }) : null,
    version: home.version,
  });
  try {
    const server = await listen(createModelApp(service, log), { host, port: Number(port) });
    error(`${place} is served at ${server.url} (see ${server.url}docs)\n`);
    if (!signal.aborted) await once(signal, "abort");
    error("stopping: requests under way are answered\n");
    await server.stop(PATIENCE);
    await service.idle();
  } finally {
    await model.release();
  }
}
