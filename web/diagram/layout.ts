/**
 * Places the stages of a method from top to bottom: a stage stands below all it reads, an input right above its first
 * reader. Lines that pass a row go through a gap of their own in it, so that they cross no box.
 */
import { sourcesOf } from "../../src/papers/catalogue/family.ts";
import type { Stage } from "../../src/papers/catalogue/family.ts";

/** `narrow` is the width of boxes where four or more stand in a row. */
export const BOX = { width: 186, narrow: 156, height: 54 };
const GAP = { across: 22, down: 34, lane: 14 };

export interface PlacedStage {
  readonly stage: Stage;
  /** Of the upper left corner. */
  readonly x: number;
  readonly y: number;
}

/** From the bottom of one box, through gaps, to the top of another. */
export interface PlacedLine {
  readonly from: number;
  readonly to: number;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface DiagramLayout {
  readonly boxWidth: number;
  readonly width: number;
  readonly height: number;
  /** In the order of the diagram. */
  readonly stages: readonly PlacedStage[];
  readonly lines: readonly PlacedLine[];
  /** Boxes in the fullest row. */
  readonly columns: number;
}

/** A box, or the gap of a line in a row between its ends. */
interface Cell {
  readonly stage: number | null;
  readonly above: Cell[];
  readonly below: Cell[];
  place: number;
  x: number;
}

export function layoutDiagram(diagram: readonly Stage[]): DiagramLayout {
  const sources = diagram.map((stage, position) => sourcesOf(stage, position));
  const ranks = ranksOf(sources);
  const rows: Cell[][] = Array.from({ length: Math.max(...ranks) + 1 }, () => []);
  const boxes = ranks.map((rank, stage) => addCell(rows, rank, stage));
  const chains = sources.flatMap((read, to) => read.map((from) => ({ from, to, cells: chain(rows, boxes, ranks, from, to) })));
  orderRows(rows);

  const columns = Math.max(...rows.map((row) => row.filter(({ stage }) => stage !== null).length));
  const boxWidth = columns > 3 ? BOX.narrow : BOX.width;
  const width = placeCells(rows, boxWidth);
  const top = (rank: number): number => rank * (BOX.height + GAP.down);
  return {
    boxWidth,
    width,
    height: top(rows.length - 1) + BOX.height,
    stages: diagram.map((stage, index) => ({ stage, x: (boxes[index] as Cell).x - boxWidth / 2, y: top(ranks[index] as number) })),
    lines: chains.map(({ from, to, cells }) => ({ from, to, points: pointsOf(cells, boxWidth, ranks[from] as number, top) })),
    columns,
  };
}

/** The row of each stage: one below the lowest it reads; what reads nothing stands right above its first reader. */
function ranksOf(sources: readonly (readonly number[])[]): number[] {
  const ranks: number[] = [];
  for (const read of sources) ranks.push(read.length === 0 ? 0 : 1 + Math.max(...read.map((source) => ranks[source] ?? 0)));
  return ranks.map((rank, stage) => {
    const readers = sources.flatMap((read, reader) => (read.includes(stage) ? [ranks[reader] as number] : []));
    return (sources[stage] as readonly number[]).length === 0 && readers.length > 0 ? Math.min(...readers) - 1 : rank;
  });
}

function addCell(rows: readonly Cell[][], rank: number, stage: number | null): Cell {
  const row = rows[rank] as Cell[];
  const cell: Cell = { stage, above: [], below: [], place: row.length, x: 0 };
  row.push(cell);
  return cell;
}

/** Joins two boxes through a gap in each row between them; returns the cells from the first to the last. */
function chain(rows: readonly Cell[][], boxes: readonly Cell[], ranks: readonly number[], from: number, to: number): Cell[] {
  const between = Array.from({ length: (ranks[to] as number) - (ranks[from] as number) - 1 }, (_, i) => addCell(rows, (ranks[from] as number) + 1 + i, null));
  const cells = [boxes[from] as Cell, ...between, boxes[to] as Cell];
  for (const [index, cell] of cells.slice(1).entries()) {
    (cells[index] as Cell).below.push(cell);
    cell.above.push(cells[index] as Cell);
  }
  return cells;
}

/** Orders each row by the mean place of its neighbours, down and up again, which leaves few crossings. */
function orderRows(rows: readonly Cell[][]): void {
  const order = (row: Cell[], side: "above" | "below"): void => {
    const wish = new Map(row.map((cell) => [cell, cell[side].length === 0 ? cell.place : cell[side].reduce((sum, { place }) => sum + place, 0) / cell[side].length]));
    row.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || a.place - b.place);
    for (const [place, cell] of row.entries()) cell.place = place - (row.length - 1) / 2;
  };
  for (let sweep = 0; sweep < 4; sweep++) {
    for (const row of rows) order(row, "above");
    for (const row of [...rows].reverse()) order(row, "below");
  }
}

/** Sets the cells of each row side by side around the middle; returns the width of the widest row. */
function placeCells(rows: readonly Cell[][], boxWidth: number): number {
  const cellWidth = ({ stage }: Cell): number => (stage === null ? GAP.lane : boxWidth);
  const widthOf = (row: readonly Cell[]): number => row.reduce((sum, cell) => sum + cellWidth(cell), 0) + GAP.across * (row.length - 1);
  const width = Math.max(...rows.map(widthOf));
  for (const row of rows) {
    let x = (width - widthOf(row)) / 2;
    for (const cell of row) {
      cell.x = x + cellWidth(cell) / 2;
      x += cellWidth(cell) + GAP.across;
    }
  }
  return width;
}

/** Lines into and out of a box spread over its edge, in the order of where they come from or go to. */
function pointsOf(cells: readonly Cell[], boxWidth: number, rank: number, top: (rank: number) => number): (readonly [number, number])[] {
  const [from, to] = [cells[0] as Cell, cells.at(-1) as Cell];
  const start: readonly [number, number] = [from.x + spread(from.below, cells[1] as Cell, boxWidth), top(rank) + BOX.height];
  const end: readonly [number, number] = [to.x + spread(to.above, cells.at(-2) as Cell, boxWidth), top(rank + cells.length - 1)];
  const between = cells.slice(1, -1).flatMap(({ x }, index): (readonly [number, number])[] => [
    [x, top(rank + 1 + index)],
    [x, top(rank + 1 + index) + BOX.height],
  ]);
  return [start, ...between, end];
}

function spread(neighbours: readonly Cell[], cell: Cell, boxWidth: number): number {
  const place = [...neighbours].sort((a, b) => a.x - b.x).indexOf(cell);
  return (place - (neighbours.length - 1) / 2) * Math.min(40, (boxWidth * 0.7) / neighbours.length);
}
