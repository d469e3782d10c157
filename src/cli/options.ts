/** Options that many commands have. */
import { DEVICES } from "../engine/runtime/backend.ts";

export const DATABASE_OPTION = ["--database <place>", "a directory, or the address of a PostgreSQL server (default: REPRISE_DATABASE_URL, else your data directory)"] as const;
export const DEVICE_OPTION = ["--device <device>", `where to run: ${DEVICES.join(", ")} (default: REPRISE_DEVICE or cpu)`] as const;
export const JSON_OPTION = ["--json", "print data as JSON to stdout"] as const;
