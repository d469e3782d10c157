/** The body of an answer as text: of the right kind, not too long, in the charset it says it is in. */
import { HarvestError } from "./errors.ts";

export type BodyKind = "xml" | "json";

const MEBIBYTE = 2 ** 20;
const CONTENT_TYPES: Readonly<Record<BodyKind, RegExp>> = {
  xml: /^(?:application|text)\/(?:[a-z0-9.-]+\+)?xml$/iu,
  json: /^(?:application|text)\/(?:[a-z0-9.-]+\+)?json$/iu,
};
/** What servers say that do not know; then the text itself decides. */
const UNSPECIFIC = /^(?:application\/octet-stream|text\/plain|text\/html|)$/iu;
const START: Readonly<Record<BodyKind, RegExp>> = { xml: /^\s*</u, json: /^\s*[[{]/u };
const HTML_START = /^\s*(?:<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>])/iu;
const SNIFFED = 1024;

/**
 * Reads a body. Throws `HarvestError` beyond `maximumBytes` (of what is unpacked: a small gzip can hold much), already at
 * the announced length; network errors and timeouts pass through.
 */
export async function readBody(response: Response, maximumBytes: number, where: string): Promise<Uint8Array> {
  const limit = `the limit of ${megabytes(maximumBytes)}`;
  const announced = Number(response.headers.get("content-length"));
  if (announced > maximumBytes) {
    await response.body?.cancel();
    throw new HarvestError(`${where}: announces ${megabytes(announced)}, more than ${limit}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (response.body) {
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > maximumBytes) throw new HarvestError(`${where}: the answer is longer than ${limit}`); // leaving the loop cancels the body
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}

/**
 * Decodes a body: byte order mark, then charset of the content type, then XML declaration, then UTF-8 (RFC 7303, 3.2).
 * Throws `HarvestError` for an unknown charset, for bytes that the charset does not have, and for the wrong kind.
 */
export function decodeBody(bytes: Uint8Array, contentType: string | null, kind: BodyKind, where: string): string {
  const [type = "", ...parameters] = (contentType ?? "").split(";").map((part) => part.trim());
  const { charset, origin } = charsetOf(bytes, parameters);
  const text = decoded(bytes, charset, `${where}: ${origin}`);
  const start = text.slice(0, SNIFFED);
  const wanted = kind.toUpperCase();
  if (HTML_START.test(start)) throw new HarvestError(`${where}: an HTML page came instead of ${wanted}${pageTitle(text)}; check the address, or wait if the site is closed for maintenance`);
  if (!CONTENT_TYPES[kind].test(type) && !UNSPECIFIC.test(type)) throw new HarvestError(`${where}: ${type} came instead of ${wanted}`);
  if (text.trim() === "") throw new HarvestError(`${where}: the answer is empty instead of ${wanted}`);
  if (!START[kind].test(start)) throw new HarvestError(`${where}: the answer is no ${wanted}; it begins with ${JSON.stringify(start.trim().slice(0, 60))}`);
  return text;
}

function charsetOf(bytes: Uint8Array, parameters: readonly string[]): { charset: string; origin: string } {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { charset: "utf-8", origin: "its byte order mark says" };
  if (a === 0xfe && b === 0xff) return { charset: "utf-16be", origin: "its byte order mark says" };
  if (a === 0xff && b === 0xfe) return { charset: "utf-16le", origin: "its byte order mark says" };
  const announced = parameters.flatMap((parameter) => /^charset\s*=\s*"?([^"]+)"?$/iu.exec(parameter)?.[1] ?? [])[0];
  if (announced !== undefined) return { charset: announced, origin: "its content type says" };
  const declared = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/u.exec(Buffer.from(bytes.subarray(0, SNIFFED)).toString("latin1"))?.[1];
  if (declared !== undefined) return { charset: declared, origin: "its XML declaration says" };
  return { charset: "utf-8", origin: "without another word it is" };
}

function decoded(bytes: Uint8Array, charset: string, says: string): string {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    throw new HarvestError(`${says} charset "${charset}", which is not known`);
  }
  try {
    return decoder.decode(bytes);
  } catch {
    throw new HarvestError(`${says} charset "${charset}", but the bytes are not of it`);
  }
}

function pageTitle(html: string): string {
  const title = /<title[^>]*>([^<]{1,120})/iu.exec(html)?.[1]?.trim();
  return title ? ` ("${title}")` : "";
}

function megabytes(bytes: number): string {
  return `${Math.round((bytes / MEBIBYTE) * 10) / 10} MiB`;
}
