/** Where a page of a sorted list ended, as a word for an address. */
import { z } from "zod";

export interface PageCursor {
  readonly order: string;
  /** Of the last paper, what the list is sorted by. */
  readonly key: string;
  readonly id: string;
}

/** What was given is not a cursor, or one of another order. */
export class CursorError extends Error {
  override readonly name = "CursorError";
}

export function encodeCursor({ order, key, id }: PageCursor): string {
  return Buffer.from(JSON.stringify([order, key, id])).toString("base64url");
}

/** Throws `CursorError` unless `text` came from `encodeCursor` with the same `order`; `keyShape` is what its key must be. */
export function decodeCursor(text: string, order: string, keyShape: z.ZodType<string>): PageCursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    value = undefined;
  }
  const parts = z.tuple([z.literal(order), keyShape, z.string()]).safeParse(value);
  if (!parts.success) throw new CursorError(`"${text}" does not continue a list in the order "${order}"; take the cursor from the page before, or leave it out for the first page`);
  const [, key, id] = parts.data;
  return { order, key, id };
}
