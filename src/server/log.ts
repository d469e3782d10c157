/** The server's log: one JSON object a line on stderr. Never an address, a query, a body or a token. */
import pino from "pino";
import type { Logger } from "pino";

export type Log = Pick<Logger, "info" | "warn" | "error" | "debug">;

export function openLog(level: string, destination: pino.DestinationStream = pino.destination(2)): Log {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: pino.stdSerializers.err } }, destination);
}
