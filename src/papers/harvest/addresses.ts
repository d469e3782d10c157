/**
 * Keeps addresses that users give from reaching into the network this process stands in (server-side request forgery).
 *
 * Names are resolved and every address behind them is checked before the request. `fetch` resolves the name again, so a
 * name server that answers differently within milliseconds is not caught; a firewall is the answer to that.
 */
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { HarvestError } from "./errors.ts";

/** Not of the public internet: IANA special-purpose registries (RFC 6890 and its successors), multicast and reserved. */
const PRIVATE_IPV4 = ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"];
/** The last four carry an IPv4 address inside, which may be private. */
const PRIVATE_IPV6 = ["::/127", "100::/64", "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/9", "ff00::/8", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"];

/** Two lists, as one would take every IPv4 address for its mapped form in ::ffff:0:0/96. */
const BLOCKED = { ipv4: blockList(PRIVATE_IPV4, "ipv4"), ipv6: blockList(PRIVATE_IPV6, "ipv6") };

function blockList(networks: readonly string[], type: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits = ""] = network.split("/");
    list.addSubnet(address, Number(bits), type);
  }
  return list;
}

/** Resolves a name to its addresses. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const resolveByDns: Resolve = async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Whether an IP address is outside the public internet. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  const type = version === 6 ? "ipv6" : "ipv4";
  return version === 0 || BLOCKED[type].check(address, type);
}

/** Throws unless `url` is of the web and, unless private addresses are allowed, all addresses of its host are public. */
export async function checkAddress(url: URL, { allowPrivate = false, resolve = resolveByDns }: { allowPrivate?: boolean; resolve?: Resolve } = {}): Promise<void> {
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new HarvestError(`${url.href}: only http and https addresses are fetched, not ${url.protocol.slice(0, -1)}`);
  if (url.username || url.password) throw new HarvestError(`${url.protocol}//${url.host}: addresses with a user name or password in them are not fetched`);
  if (allowPrivate) return;
  const host = url.hostname.replace(/^\[|\]$/gu, "");
  const addresses = isIP(host) ? [host] : await resolve(host);
  const found = addresses.find(isPrivateAddress);
  if (found !== undefined || addresses.length === 0) {
    throw new HarvestError(`${url.host} is ${found === undefined ? "not known" : `at ${found}, which is no public address`}; feeds of a private network are fetched only when private addresses are allowed`);
  }
}
