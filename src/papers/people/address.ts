/** Mail addresses: what is accepted, and the one form that is stored and compared. */
import { domainToASCII } from "node:url";

/** An address that cannot be used; the message says why, for the person who typed it. */
export class AddressError extends Error {
  override readonly name = "AddressError";
}

/** RFC 5321 4.5.3.1: octets. */
const LONGEST = 254;
const LONGEST_LOCAL_PART = 64;
/** An unquoted local part (RFC 5321 Dot-string), ASCII. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The address in its stored form: without surrounding spaces, the domain in lower-case ASCII (punycode), the local part in
 * lower case, since every provider in use reads it so and one person shall not be two subscribers.
 *
 * Throws AddressError. Quoted local parts, address literals ("[1.2.3.4]") and non-ASCII local parts are refused.
 */
export function normaliseAddress(text: string): string {
  const address = text.trim();
  const at = address.lastIndexOf("@");
  if (at < 1) throw new AddressError('expected an address such as "name@example.org"');
  const local = address.slice(0, at).toLowerCase();
  if (!LOCAL_PART.test(local) || local.length > LONGEST_LOCAL_PART) {
    throw new AddressError("the part before the @ may have up to 64 letters, digits and .!#$%&'*+/=?^_`{|}~-, with single dots inside");
  }
  const written = address.slice(at + 1);
  const domain = /^[a-z0-9.\-\u{80}-\u{10ffff}]+$/iu.test(written) ? domainToASCII(written) : ""; // the conversion would cut at / and ?
  const labels = domain.split(".");
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1) ?? "")) {
    throw new AddressError('the part after the @ must be a domain such as "example.org"');
  }
  const normal = `${local}@${domain}`;
  if (normal.length > LONGEST) throw new AddressError(`an address has at most ${LONGEST} characters`);
  return normal;
}

/** The address with most of it hidden, for logs and lists: `j***@example.org`. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf("@");
  return at < 1 ? "***" : `${address.slice(0, 1)}***${address.slice(at)}`;
}
