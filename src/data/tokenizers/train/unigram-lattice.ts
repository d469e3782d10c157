/**
 * All ways to spell a word with pieces: the best one, and how often each piece is expected over all of them. Words and
 * pieces are rows of letters (numbers); a tree of the pieces finds those that begin at a place.
 */

/** Letters per node at most; keys of the tree stay exact integers. */
const FAN_OUT = 2 ** 16;

export class PieceTree {
  /** Log probability of each piece. */
  readonly scores: Float64Array;
  private readonly children = new Map<number, number>();
  private readonly pieceAt: number[] = [-1];

  constructor(pieces: readonly (readonly number[])[], scores: Float64Array) {
    this.scores = scores;
    pieces.forEach((letters, piece) => {
      let node = 0;
      for (const letter of letters) {
        const key = node * FAN_OUT + letter;
        let child = this.children.get(key);
        if (child === undefined) {
          child = this.pieceAt.push(-1) - 1;
          this.children.set(key, child);
        }
        node = child;
      }
      this.pieceAt[node] = piece;
    });
  }

  /** Calls back for every piece of a word that begins at `start`, the shortest first; `end` is the letter after it. */
  from(word: readonly number[], start: number, visit: (end: number, piece: number) => void): void {
    let node: number | undefined = 0;
    for (let at = start; at < word.length; at++) {
      node = this.children.get(node * FAN_OUT + (word[at] as number));
      if (node === undefined) return;
      const piece = this.pieceAt[node] as number;
      if (piece >= 0) visit(at + 1, piece);
    }
  }
}

export interface Path {
  readonly pieces: readonly number[];
  readonly score: number;
}

/** The likeliest spelling (Viterbi), without the piece `excluded`; undefined if there is none. */
export function bestPath(tree: PieceTree, word: readonly number[], excluded?: number): Path | undefined {
  const best = new Float64Array(word.length + 1).fill(-Infinity);
  const from = new Int32Array(word.length + 1);
  const by = new Int32Array(word.length + 1);
  best[0] = 0;
  for (let start = 0; start < word.length; start++) {
    if (best[start] === -Infinity) continue;
    tree.from(word, start, (end, piece) => {
      const score = (best[start] as number) + (tree.scores[piece] as number);
      if (piece === excluded || score <= (best[end] as number)) return;
      best[end] = score;
      from[end] = start;
      by[end] = piece;
    });
  }
  if (best[word.length] === -Infinity) return undefined;
  const pieces: number[] = [];
  for (let end = word.length; end > 0; end = from[end] as number) pieces.push(by[end] as number);
  return { pieces: pieces.reverse(), score: best[word.length] as number };
}

/** Sums up a piece's uses, weighted by the probability of the spellings (forward-backward); nothing for a word without any. */
export function addExpectedCounts(tree: PieceTree, word: readonly number[], count: number, expected: Float64Array): void {
  const { scores } = tree;
  const forward = new Float64Array(word.length + 1); // plain probabilities: words are short, sums stay far from underflow
  const backward = new Float64Array(word.length + 1);
  forward[0] = 1;
  backward[word.length] = 1;
  const arcs: number[] = []; // start, end, piece
  for (let start = 0; start < word.length; start++) {
    tree.from(word, start, (end, piece) => {
      arcs.push(start, end, piece);
      forward[end] = (forward[end] as number) + (forward[start] as number) * Math.exp(scores[piece] as number);
    });
  }
  const total = forward[word.length] as number;
  if (!(total > 0)) return;
  for (let i = arcs.length - 3; i >= 0; i -= 3) {
    const [start, end, piece] = [arcs[i] as number, arcs[i + 1] as number, arcs[i + 2] as number];
    const probability = Math.exp(scores[piece] as number);
    expected[piece] = (expected[piece] as number) + (count * (forward[start] as number) * probability * (backward[end] as number)) / total;
    backward[start] = (backward[start] as number) + probability * (backward[end] as number);
  }
}
