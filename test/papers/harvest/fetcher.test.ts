import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { isPrivateAddress } from "../../../src/papers/harvest/addresses.ts";
import { HarvestError, SourceUnavailable } from "../../../src/papers/harvest/errors.ts";
import { parseXml, childText } from "../../../src/papers/harvest/xml.ts";
import { quickFetcher, send, withServer } from "./support/server.ts";
import type { Answer } from "./support/server.ts";

const XML = "<?xml version='1.0'?><a>Grüße</a>";

/** The error of fetching from a server that answers so. */
async function failure(answer: Answer, options: Parameters<typeof quickFetcher>[0] = {}): Promise<Error> {
  return withServer(answer, async ({ base }) => {
    const error: unknown = await quickFetcher({ retries: 0, ...options })
      .get(new URL(`${base}/x?api_key=secret`), { kind: "xml" })
      .catch((reason: unknown) => reason);
    if (!(error instanceof Error)) throw new Error("expected an error");
    expect(error.message).not.toContain("secret");
    return error;
  });
}

test("says who asks, asks only if something changed, and gives what to ask with the next time", async () => {
  await withServer(
    ({ headers }, response) => {
      if (headers["if-none-match"] === '"v1"') response.writeHead(304).end();
      else send(response, XML, { headers: { etag: '"v1"', "last-modified": "Mon, 01 Apr 2024 00:00:00 GMT" } });
    },
    async ({ base, headers }) => {
      const fetcher = quickFetcher({ userAgent: "reprise/1 (+https://example.org)" });
      const first = await fetcher.get(new URL(base), { kind: "xml" });
      expect(first).toMatchObject({ changed: true, text: XML, validators: { etag: '"v1"', lastModified: "Mon, 01 Apr 2024 00:00:00 GMT" } });
      expect(await fetcher.get(new URL(base), { kind: "xml", validators: { etag: '"v1"', lastModified: null } })).toEqual({ changed: false });
      expect(headers[0]?.["user-agent"]).toBe("reprise/1 (+https://example.org)");
    },
  );
});

test("tries again after 500 and a broken connection, and then gives the answer", async () => {
  const answer: Answer = ({ count }, response) => {
    if (count === 1) send(response, "sorry", { status: 500 });
    else if (count === 2) response.destroy();
    else if (count === 3) response.writeHead(200, { "content-type": "application/xml", "content-length": "1000" }).write("<a>", () => response.destroy());
    else send(response, XML);
  };
  await withServer(answer, async ({ base, requests }) => {
    expect(await quickFetcher().get(new URL(base), { kind: "xml" })).toMatchObject({ text: XML });
    expect(requests).toHaveLength(4);
  });
});

test("waits as long as a 429 says, and gives up with the time when that is too long", async () => {
  const answer: Answer = ({ count }, response) => {
    if (count === 1) send(response, "", { status: 429, headers: { "retry-after": "1" } });
    else send(response, XML);
  };
  await withServer(answer, async ({ base }) => {
    const start = performance.now();
    await quickFetcher().get(new URL(base), { kind: "xml" });
    expect(performance.now() - start).toBeGreaterThan(950);
  });
  const at = new Date(Date.parse("2024-04-01T00:00:00Z"));
  const error = await failure((_, response) => send(response, "", { status: 429, headers: { "retry-after": "Mon, 01 Apr 2024 01:00:00 GMT" } }), { retries: 5, now: () => at.getTime() });
  expect(error).toBeInstanceOf(SourceUnavailable);
  expect(error).toMatchObject({ retryAt: new Date("2024-04-01T01:00:00Z") });
  expect(error.message).toMatch(/answered 429 .*after 1 attempts, the server asks to wait until 2024-04-01T01:00:00/u);
});

test("gives up after its retries, saying what happened", async () => {
  await withServer((_, response) => send(response, "", { status: 503 }), async ({ base, requests }) => {
    await expect(quickFetcher({ retries: 2 }).get(new URL(base), { kind: "xml" })).rejects.toThrow(/answered 503 .*gave up after 3 attempts/u);
    expect(requests).toHaveLength(3);
  });
});

test("a server that hangs, before or in the middle of its answer, ends by timeout", async () => {
  expect((await failure(() => undefined, { timeout: 100 })).message).toContain("no whole answer within 0.1 s");
  expect((await failure((_, response) => response.writeHead(200, { "content-type": "application/xml" }).write("<a>"), { timeout: 100 })).message).toContain("no whole answer within 0.1 s");
});

test("an abort stops at once, also while waiting for a retry", async () => {
  await withServer((_, response) => send(response, "", { status: 500 }), async ({ base }) => {
    const controller = new AbortController();
    const waiting = quickFetcher({ signal: controller.signal, backoff: 60_000, random: () => 0.99 }).get(new URL(base), { kind: "xml" });
    setTimeout(() => controller.abort(new Error("stopped")), 50);
    await expect(waiting).rejects.toThrow("stopped");
  });
});

test("refuses what announces or has more bytes than the limit, packed or not, without a retry", async () => {
  const requests: number[] = [];
  const announced = await failure(({ count }, response) => {
    requests.push(count);
    response.writeHead(200, { "content-type": "application/xml", "content-length": String(200 * 2 ** 20) });
    response.flushHeaders();
  }, { retries: 3 });
  expect(announced.message).toMatch(/announces 200 MiB, more than the limit of 64 MiB/u);
  expect(requests).toEqual([1]);
  const packed = gzipSync(`<a>${" ".repeat(2_000_000)}</a>`);
  expect(packed.byteLength).toBeLessThan(10_000);
  const error = await failure((_, response) => send(response, packed, { headers: { "content-encoding": "gzip" } }), { maximumBytes: 100_000 });
  expect(error.message).toContain("longer than the limit of 0.1 MiB");
});

test("unpacks gzip", async () => {
  await withServer((_, response) => send(response, gzipSync(XML), { headers: { "content-encoding": "gzip" } }), async ({ base }) => {
    expect(await quickFetcher().get(new URL(base), { kind: "xml" })).toMatchObject({ text: XML });
  });
});

test.each<[string, string, Uint8Array, string]>([
  ["charset of the content type", "text/xml; charset=iso-8859-1", Buffer.from("<a>Grüße</a>", "latin1"), "Grüße"],
  ["XML declaration", "application/xml", Buffer.from("<?xml version='1.0' encoding='ISO-8859-1'?><a>Grüße</a>", "latin1"), "Grüße"],
  ["byte order mark", "application/xml; charset=iso-8859-1", Buffer.from("\uFEFF<a>Grüße</a>", "utf8"), "Grüße"],
  ["UTF-16", "application/xml", Buffer.from("\uFEFF<a>Grüße</a>", "utf16le"), "Grüße"],
  ["nothing said", "application/xml", Buffer.from("<a>Grüße</a>", "utf8"), "Grüße"],
])("reads the charset: %s", async (_, type, body, expected) => {
  await withServer((_request, response) => send(response, body, { type }), async ({ base }) => {
    const answer = await quickFetcher().get(new URL(base), { kind: "xml" });
    expect(answer.changed && childText(parseXml(answer.text, "test"), "a")).toBe(expected);
  });
});

test.each<[string, Answer, RegExp]>([
  ["the wrong charset", (_, response) => send(response, Buffer.from("<a>Grüße</a>", "latin1"), { type: "text/xml; charset=utf-8" }), /its content type says charset "utf-8", but the bytes are not of it/u],
  ["an unknown charset", (_, response) => send(response, XML, { type: "text/xml; charset=klingon" }), /charset "klingon", which is not known/u],
  ["HTML instead of XML", (_, response) => send(response, "<!DOCTYPE html><html><head><title>Down for maintenance</title></head></html>", { type: "text/html" }), /an HTML page came instead of XML \("Down for maintenance"\)/u],
  ["HTML that says it is XML", (_, response) => send(response, "<html><body>no</body></html>"), /an HTML page came instead of XML/u],
  ["JSON instead of XML", (_, response) => send(response, "{}", { type: "application/json" }), /application\/json came instead of XML/u],
  ["a picture", (_, response) => send(response, "GIF89a", { type: "image/gif" }), /image\/gif came instead of XML/u],
  ["nothing", (_, response) => send(response, ""), /the answer is empty/u],
  ["plain words", (_, response) => send(response, "Rate exceeded.", { type: "text/plain" }), /is no XML; it begins with "Rate exceeded\."/u],
  ["404", (_, response) => send(response, "", { status: 404 }), /answered 404/u],
  ["a redirect to a file", (_, response) => send(response, "", { status: 302, headers: { location: "file:///etc/passwd" } }), /only http and https addresses are fetched, not file/u],
  ["a redirect to nowhere", (_, response) => send(response, "", { status: 302, headers: { location: "http://" } }), /which is no address/u],
  ["endless redirects", ({ url }, response) => send(response, "", { status: 302, headers: { location: `${url.pathname}x` } }), /more than 5 redirects/u],
])("a clear error at once: %s", async (_, answer, message) => {
  const error = await failure(answer, { retries: 3 });
  expect(error).toBeInstanceOf(HarvestError);
  expect(error).not.toBeInstanceOf(SourceUnavailable);
  expect(error.message).toMatch(message);
});

test("asks one host one thing at a time, with a pause between", async () => {
  let open = 0;
  let most = 0;
  const answer: Answer = (_, response) => {
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      send(response, XML);
    }, 30);
  };
  await withServer(answer, async ({ base }) => {
    const fetcher = quickFetcher({ pause: 100 });
    const start = performance.now();
    await Promise.all([1, 2, 3].map(() => fetcher.get(new URL(base), { kind: "xml" })));
    expect(most).toBe(1);
    expect(performance.now() - start).toBeGreaterThan(2 * 100 + 3 * 30 - 20);
  });
});

test("addresses of users must be public: numbers, names, and where redirects lead", async () => {
  const fetcher = quickFetcher({ retries: 0, resolve: async (host) => (host === "inside.example" ? ["93.184.215.14", "10.0.0.7"] : ["93.184.215.14"]) });
  const get = (url: string): Promise<unknown> => fetcher.get(new URL(url), { kind: "xml", publicOnly: true });
  for (const url of ["http://127.0.0.1/", "http://[::1]/", "http://192.168.1.1/feed", "http://169.254.169.254/latest/meta-data", "http://0x7f.1/", "http://[::ffff:10.0.0.1]/", "http://inside.example/feed"]) {
    await expect(get(url), url).rejects.toThrow(/no public address/u);
  }
  const lost = quickFetcher({ retries: 1, resolve: () => Promise.reject(new Error("getaddrinfo ENOTFOUND nowhere.example")) });
  await expect(lost.get(new URL("http://nowhere.example/"), { kind: "xml", publicOnly: true })).rejects.toThrow(/ENOTFOUND nowhere\.example; gave up after 2 attempts/u);
  await expect(get("http://user:pass@example.org/")).rejects.toThrow(/user name or password/u);
  await withServer((_, response) => send(response, XML), async ({ base }) => {
    await expect(get(`${base}/feed`)).rejects.toThrow(/no public address/u);
    expect(await quickFetcher().get(new URL(base), { kind: "xml" })).toMatchObject({ changed: true });
  });
});

test.each([
  ["8.8.8.8", false],
  ["172.15.0.1", false],
  ["172.16.0.1", true],
  ["100.64.1.1", true],
  ["0.0.0.0", true],
  ["224.0.0.1", true],
  ["2606:4700::1111", false],
  ["fe80::1", true],
  ["fd00::1", true],
  ["::", true],
  ["::ffff:8.8.8.8", true],
  ["64:ff9b::a00:1", true],
  ["no address", true],
])("%s is private: %s", (address, expected) => {
  expect(isPrivateAddress(address)).toBe(expected);
});

test.each<[string, string, RegExp]>([
  ["cut short", "<feed><entry><title>Half", /cut short or not well formed/u],
  ["not well formed", "<a><b></a></b>", /cut short or not well formed.*Line 1/u],
  ["a document type", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', /document type declaration/u],
  ["too deep", `${"<a>".repeat(200)}${"</a>".repeat(200)}`, /cannot be read: .*nested/iu],
])("XML that is %s is refused", (_, xml, message) => {
  expect(() => parseXml(xml, "test")).toThrow(message);
});

test("XML text is decoded once, with numeric references, and a document type inside CDATA is only text", () => {
  expect(childText(parseXml("<a>M&#252;ller &amp;amp; S&#xF8;n &lt;b&gt;</a>", "test"), "a")).toBe("Müller &amp; Søn <b>");
  expect(childText(parseXml("<a><![CDATA[<!DOCTYPE html> &amp;]]></a>", "test"), "a")).toBe("<!DOCTYPE html> &amp;");
});
