/** A heap of pairs of symbols: the most frequent first, among equals the one with the smaller ids. */

export interface CountedPair {
  readonly count: number;
  readonly left: number;
  readonly right: number;
}

const before = (a: CountedPair, b: CountedPair): boolean => {
  if (a.count !== b.count) return a.count > b.count;
  return a.left !== b.left ? a.left < b.left : a.right < b.right;
};

export class PairHeap {
  private readonly items: CountedPair[] = [];

  push(pair: CountedPair): void {
    const { items } = this;
    let at = items.push(pair) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(pair, items[parent] as CountedPair)) break;
      items[at] = items[parent] as CountedPair;
      at = parent;
    }
    items[at] = pair;
  }

  pop(): CountedPair | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1] as CountedPair, items[child] as CountedPair)) child++;
      if (!before(items[child] as CountedPair, last)) break;
      items[at] = items[child] as CountedPair;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
