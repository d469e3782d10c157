/** Contact sheets: what a fixture looks like, as one PNG. */
import { encode } from "fast-png";
import { recipeOf, sceneSpec } from "./fixtures.ts";
import type { SceneFixture, SceneSplit } from "./fixtures.ts";
import { SceneSample } from "./sample.ts";
import { COLOUR_RGB, COLOURS } from "./vocabulary.ts";
import type { SceneStyle } from "./spec.ts";

/** A square picture, [size, size, 3] sRGB bytes. */
export type Tile = Uint8Array;

export interface SheetRequest {
  readonly fixture: SceneFixture;
  readonly split: SceneSplit;
  readonly count: number;
  readonly start?: number;
  readonly style?: SceneStyle;
  /** Pixels on the sheet per pixel of a tile. */
  readonly zoom?: number;
  /** Items beside each other. */
  readonly columns?: number;
}

/** PNG bytes of a sheet: per item its frames, then (solid) depth, classes and flow of the first view. */
export function contactSheet({ fixture, split, count, start = 0, style, zoom = 2, columns = 1 }: SheetRequest): Uint8Array {
  const { size, frames } = recipeOf(fixture);
  const rows: Tile[][] = [];
  for (let item = 0; item < count; item++) {
    const spec = sceneSpec(fixture, split, start + item);
    const tiles = tilesOf(new SceneSample(style === undefined ? spec : { ...spec, style }, { size, frames }));
    if (item % columns === 0) rows.push(tiles);
    else rows.at(-1)?.push(...tiles);
  }
  return encodeTiles(rows, size, zoom);
}

/** Pictures that show all layers of a sample. */
function tilesOf(sample: SceneSample): Tile[] {
  const { size } = sample;
  const area = size * size;
  const frames = sample.frames.data as Uint8Array;
  const tiles = Array.from({ length: sample.times }, (_, time) => frames.slice(time * area * 3, (time + 1) * area * 3));
  if (sample.spec.mode === "flat") return tiles;
  const { flow, covisible } = sample.flow;
  return [...tiles, depthTile((sample.depth.data as Float32Array).subarray(0, area)), classTile((sample.cls.data as Uint8Array).subarray(0, area)), flowTile(flow, covisible)];
}

/** Near is light. */
export function depthTile(depth: Float32Array): Tile {
  const near = depth.reduce((least, value) => Math.min(least, value), Infinity);
  return colourise(depth.length, (at) => {
    const grey = (255 * near) / (depth[at] as number);
    return [grey, grey, grey];
  });
}

/** One colour per class; the ground is black. */
export function classTile(classes: Uint8Array): Tile {
  return colourise(classes.length, (at) => {
    const id = classes[at] as number;
    if (id === 0) return [0, 0, 0];
    const [red, green, blue] = COLOUR_RGB[COLOURS[(id - 1) % COLOURS.length] as (typeof COLOURS)[number]];
    return id > COLOURS.length ? [red / 2, green / 2, blue / 2] : [red, green, blue];
  });
}

/** Red grows to the right, green downwards; pixels the second view does not see are blue. */
export function flowTile(flow: Float32Array, covisible: Uint8Array): Tile {
  const byte = (value: number): number => Math.min(255, Math.max(0, 128 + 6 * value));
  return colourise(covisible.length, (at) => [byte(flow[2 * at] as number), byte(flow[2 * at + 1] as number), covisible[at] === 1 ? 0 : 255]);
}

function colourise(length: number, colour: (at: number) => readonly [number, number, number]): Tile {
  const tile = new Uint8Array(length * 3);
  for (let at = 0; at < length; at++) tile.set(colour(at), at * 3);
  return tile;
}

/** Lays out rows of tiles with a gap of two pixels and encodes them. */
export function encodeTiles(rows: readonly (readonly Tile[])[], size: number, zoom: number): Uint8Array {
  const pitch = size * zoom + 2;
  const width = pitch * Math.max(...rows.map((row) => row.length));
  const height = pitch * rows.length;
  const data = new Uint8Array(width * height * 3).fill(255);
  rows.forEach((row, i) =>
    row.forEach((tile, j) => {
      for (let y = 0; y < size * zoom; y++) {
        for (let x = 0; x < size * zoom; x++) {
          const from = (Math.floor(y / zoom) * size + Math.floor(x / zoom)) * 3;
          data.set(tile.subarray(from, from + 3), ((i * pitch + y) * width + j * pitch + x) * 3);
        }
      }
    }),
  );
  return encode({ width, height, data, channels: 3, depth: 8 });
}
