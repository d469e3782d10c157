/**
 * Answers while typing: titles, keywords and authors that have a word which begins as typed, and go on as typed. Every word
 * of a label has an entry in a sorted list, so an answer is a binary search. New labels wait in a short list of their own
 * until it is worth sorting them in.
 */
import type { SearchDocument } from "./documents.ts";
import type { Suggestion } from "./port.ts";

interface Label {
  readonly suggestion: Suggestion;
  /** Folded, for comparing. */
  readonly key: string;
  /** In how many papers; 0: gone. */
  papers: number;
}

interface Entry {
  /** The label's key from one of its words on. */
  readonly rest: string;
  readonly label: Label;
}

const SHORT_LIST = 4096;
/** Entries looked at for one answer; common beginnings have more. */
const MOST_ENTRIES = 2000;
const MOST_WORDS = 12;
const LONGEST = 200;

export class Suggestions {
  private sorted: Entry[] = [];
  private waiting: Entry[] = [];
  private readonly labels = new Map<string, Label>();

  add(document: SearchDocument): void {
    for (const suggestion of labelsOf(document)) {
      const name = nameOf(suggestion);
      const known = this.labels.get(name);
      if (known) {
        known.papers++;
        continue;
      }
      const label: Label = { suggestion, key: fold(suggestion.text), papers: 1 };
      this.labels.set(name, label);
      for (const rest of beginnings(label.key)) this.waiting.push({ rest, label });
    }
  }

  remove(document: SearchDocument): void {
    for (const suggestion of labelsOf(document)) {
      const name = nameOf(suggestion);
      const label = this.labels.get(name);
      if (label && --label.papers === 0) this.labels.delete(name); // its entries are passed over, and dropped at the next sorting
    }
  }

  /** At most `limit`; labels that begin as typed first, papers before keywords and authors, then by number of papers and length. */
  find(typed: string, limit: number): Suggestion[] {
    const wanted = fold(typed.slice(0, LONGEST));
    if (wanted === "") return [];
    if (this.waiting.length > SHORT_LIST) this.settle();
    const found = new Set<Label>();
    for (let i = firstAtLeast(this.sorted, wanted), seen = 0; i < this.sorted.length && seen < MOST_ENTRIES; i++, seen++) {
      const { rest, label } = this.sorted[i] as Entry;
      if (!rest.startsWith(wanted)) break;
      if (label.papers > 0) found.add(label);
    }
    for (const { rest, label } of this.waiting) if (label.papers > 0 && rest.startsWith(wanted)) found.add(label);
    const rank = ({ suggestion, key }: Label): number => (key.startsWith(wanted) ? 0 : 2) + (suggestion.kind === "paper" ? 0 : 1);
    return [...found]
      .sort((a, b) => rank(a) - rank(b) || b.papers - a.papers || a.key.length - b.key.length || (a.key < b.key ? -1 : 1))
      .slice(0, limit)
      .map(({ suggestion }) => suggestion);
  }

  /** Sorts in what waits; worth calling after many papers were added. */
  settle(): void {
    const waiting = this.waiting.filter(({ label }) => label.papers > 0).sort((a, b) => (a.rest < b.rest ? -1 : 1));
    const kept = this.sorted.filter(({ label }) => label.papers > 0);
    const merged: Entry[] = [];
    let next = 0;
    for (const entry of kept) {
      while (next < waiting.length && (waiting[next] as Entry).rest < entry.rest) merged.push(waiting[next++] as Entry);
      merged.push(entry);
    }
    for (; next < waiting.length; next++) merged.push(waiting[next] as Entry);
    this.sorted = merged;
    this.waiting = [];
  }
}

function labelsOf({ id, title, keywords, authors }: SearchDocument): Suggestion[] {
  return [{ kind: "paper", text: title, id }, ...[...new Set(keywords)].map((text): Suggestion => ({ kind: "keyword", text })), ...[...new Set(authors)].map((text): Suggestion => ({ kind: "author", text }))];
}

function nameOf({ kind, text, id }: Suggestion): string {
  return `${kind} ${id ?? ""} ${text}`;
}

function fold(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function beginnings(key: string): string[] {
  const starts = [...key.matchAll(/\S+/gu)].slice(0, MOST_WORDS);
  return starts.map(({ index }) => key.slice(index));
}

function firstAtLeast(entries: readonly Entry[], wanted: string): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as Entry).rest < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
