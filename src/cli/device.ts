/** The device asked for on the command line. */
import { resolveDevice } from "../engine/index.ts";
import type { Device } from "../engine/index.ts";
import { UsageError } from "./errors.ts";

/** `option`, else `REPRISE_DEVICE`, else the CPU. Throws a usage error on unknown names. */
export function chosenDevice(option?: string): Device {
  try {
    return resolveDevice(option);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
