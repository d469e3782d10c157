/**
 * How values pass between Postgres and JavaScript, alike on both hosts: bigint is a number (an error beyond 2^53), date is
 * text "YYYY-MM-DD", timestamptz a Date, numeric text, json parsed, bytea a Uint8Array, vector text. Parameters: json goes
 * in as text with `$n::jsonb` in the statement, as a JavaScript array means a Postgres array.
 */

/** Reads a bigint. Throws a RangeError when a number cannot hold it. */
export function bigintFromText(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database gave the integer ${text}, more than a number holds exactly; cast it to text in the statement`);
  return value;
}
