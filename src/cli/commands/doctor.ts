/** `reprise doctor`: what this machine offers, and whether it is set up. */
import { statfs } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import { env, listSupportedBackends } from "onnxruntime-node";
import { chosenDevice } from "../device.ts";
import { printJson } from "../ports.ts";
import type { CliPorts } from "../ports.ts";
import { matrixSpeed } from "../speed.ts";
import { machine } from "../../lab/node/provenance.ts";
import { cacheDirectory } from "../../data/node/cache-directory.node.ts";
import { makeDirectory } from "../../data/node/make-directory.node.ts";

const GIB = 2 ** 30;

export async function doctor(ports: CliPorts, { device: wanted, json = false }: { device?: string; json?: boolean }): Promise<void> {
  const device = chosenDevice(wanted);
  const cache = cacheDirectory();
  makeDirectory(cache);
  const disk = await statfs(cache);
  const findings = {
    version: ports.home.version,
    node: process.versions.node,
    onnxruntime: env.versions.node ?? env.versions.common,
    /** Execution providers in this build of onnxruntime; whether the hardware is there shows when one is used. */
    devices: listSupportedBackends().map(({ name }) => name),
    machine: machine(),
    memoryFreeGiB: round(freemem() / GIB),
    memoryTotalGiB: round(totalmem() / GIB),
    cacheDirectory: cache,
    diskFreeGiB: round((disk.bavail * disk.bsize) / GIB),
    device,
    gigaflopsPerSecond: round(await matrixSpeed(device)),
  };
  if (json) return printJson(ports, findings);
  const { memoryFreeGiB, memoryTotalGiB, diskFreeGiB, devices } = findings;
  const lines: readonly (readonly [string, string])[] = [
    ["reprise", findings.version],
    ["node", findings.node],
    ["onnxruntime", findings.onnxruntime],
    ["built in", devices.join(", ")],
    ["machine", findings.machine],
    ["memory", `${memoryFreeGiB} GiB free of ${memoryTotalGiB}`],
    ["cache", `${cache}, ${diskFreeGiB} GiB free`],
    ["speed", `${findings.gigaflopsPerSecond} GFLOP/s in float32 matrix products on ${device}`],
  ];
  for (const [name, value] of lines) ports.out(`${name.padEnd(12)} ${value}\n`);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
