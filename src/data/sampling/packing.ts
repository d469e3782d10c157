/**
 * Packing: documents side by side in windows of one length, so that no step is spent on padding. Every token keeps its
 * document (for block masks) and its place in it.
 */
export interface Windows {
  readonly count: number;
  readonly length: number;
  /** int32 [count * length] */
  readonly ids: Int32Array;
  /** int32 [count * length], number of the document within its window, from 0; -1 in padding. */
  readonly documents: Int32Array;
  /** int32 [count * length], place in the document's part of this window, from 0. */
  readonly positions: Int32Array;
}

export interface PackingOptions {
  readonly length: number;
  readonly pad: number;
  /** Put after every document, such as `sep`. */
  readonly end?: number;
  /**
   * `cut`: one stream, cut where a window is full; only the last window has padding. `whole`: documents stay whole where
   * they fit into a window, the longest are placed first; longer ones are cut into windows.
   */
  readonly fit?: "cut" | "whole";
}

interface Piece {
  readonly document: number;
  readonly tokens: Int32Array;
}

export function packDocuments(documents: readonly Int32Array[], { length, pad, end, fit = "cut" }: PackingOptions): Windows {
  if (!Number.isInteger(length) || length < 1) throw new RangeError(`packDocuments: length: expected a positive integer, got ${length}`);
  const closed = documents.filter(({ length: tokens }) => tokens > 0).map((tokens) => (end === undefined ? tokens : withEnd(tokens, end)));
  const windows = fit === "cut" ? cutStream(closed, length) : placeWhole(closed, length);
  const size = windows.length * length;
  const packed = { ids: new Int32Array(size).fill(pad), documents: new Int32Array(size).fill(-1), positions: new Int32Array(size) };
  for (const [w, pieces] of windows.entries()) {
    let at = w * length;
    for (const [d, { tokens }] of pieces.entries()) {
      packed.ids.set(tokens, at);
      packed.documents.fill(d, at, at + tokens.length);
      for (let i = 0; i < tokens.length; i++) packed.positions[at + i] = i;
      at += tokens.length;
    }
  }
  return { count: windows.length, length, ...packed };
}

function withEnd(tokens: Int32Array, end: number): Int32Array {
  const closed = new Int32Array(tokens.length + 1);
  closed.set(tokens);
  closed[tokens.length] = end;
  return closed;
}

function cutStream(documents: readonly Int32Array[], length: number): Piece[][] {
  const windows: Piece[][] = [];
  let room = 0;
  for (const [document, tokens] of documents.entries()) {
    for (let at = 0; at < tokens.length; ) {
      if (room === 0) {
        windows.push([]);
        room = length;
      }
      const piece = tokens.subarray(at, at + room);
      (windows[windows.length - 1] as Piece[]).push({ document, tokens: piece });
      room -= piece.length;
      at += piece.length;
    }
  }
  return windows;
}

/** Best fit, longest first: each piece goes where the least room is left over. Windows by room, so this takes n x length steps. */
function placeWhole(documents: readonly Int32Array[], length: number): Piece[][] {
  const pieces = documents.flatMap((tokens, document) => Array.from({ length: Math.ceil(tokens.length / length) }, (_, i) => ({ document, tokens: tokens.subarray(i * length, (i + 1) * length) })));
  pieces.sort((a, b) => b.tokens.length - a.tokens.length || a.document - b.document);
  const windows: Piece[][] = [];
  const byRoom = Array.from({ length: length + 1 }, () => [] as number[]);
  for (const piece of pieces) {
    let room = piece.tokens.length;
    while (room <= length && (byRoom[room] as number[]).length === 0) room++;
    const window = room <= length ? ((byRoom[room] as number[]).pop() as number) : windows.push([]) - 1;
    (windows[window] as Piece[]).push(piece);
    (byRoom[(room <= length ? room : length) - piece.tokens.length] as number[]).push(window);
  }
  return windows;
}
