/** Reads a mail as a mail program does: headers unfolded and decoded, parts decoded. */

export interface ReadMail {
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** By content type. */
  readonly parts: ReadonlyMap<string, string>;
}

export function readMail(raw: string): ReadMail {
  const { headers, body } = splitEntity(raw);
  const boundary = /boundary="?([^";]+)"?/.exec(headers.get("content-type") ?? "")?.[1];
  const parts = (boundary === undefined ? [] : body.split(`--${boundary}`).slice(1, -1)).map((text) => splitEntity(text.replace(/^\r\n/, "")));
  return { headers, parts: new Map(parts.map((part) => [part.headers.get("content-type")?.split(";")[0] ?? "", decodeBody(part.body, part.headers.get("content-transfer-encoding") ?? "")])) };
}

function splitEntity(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.indexOf("\r\n\r\n");
  const lines = raw.slice(0, end).replace(/\r\n[ \t]+/g, " ").split("\r\n");
  return { headers: new Map(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), decodeWords(line.slice(line.indexOf(":") + 1).trim())])), body: raw.slice(end + 4) };
}

/** RFC 2047, words in base64 or Q of UTF-8. */
function decodeWords(text: string): string {
  return text
    .replace(/\?= +=\?/g, "?==?")
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, word: string) => (encoding.toLowerCase() === "b" ? Buffer.from(word, "base64").toString("utf8") : quotedPrintable(word.replaceAll("_", " "))));
}

function decodeBody(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case "base64":
      return Buffer.from(body, "base64").toString("utf8");
    case "quoted-printable":
      return quotedPrintable(body.replace(/=\r\n/g, ""));
    case "7bit":
      return body;
    default:
      throw new Error(`unknown transfer encoding "${encoding}"`);
  }
}

function quotedPrintable(text: string): string {
  return Buffer.from(text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), "latin1").toString("utf8");
}
