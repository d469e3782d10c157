/**
 * `emoji/art`: every emoji as drawn by Google and Twitter, 64 x 64, with its group and subgroup of the Unicode charts; when
 * asked for also as drawn by OpenMoji, in colour and as black lines, and in Microsoft's three-dimensional style.
 */
import { hostArray } from "../../engine/host-array.ts";
import { foldOf } from "../folds.ts";
import { decodePng } from "../image/png.ts";
import type { ImageSet } from "../image/image-set.ts";
import { SourceError } from "../source-error.ts";
import { defineSource, provenanceOf } from "../source.ts";
import type { LoadedPack, SourceCard } from "../source.ts";
import { splitKeyOf } from "./emoji-concept.ts";
import { freezeStyle, isDrawnStyle, wantsOfStyle } from "./emoji-drawings.ts";

export interface EmojiSet extends ImageSet {
  /** Code points of each picture, `1F3C3-200D-2640-FE0F`. */
  readonly codes: readonly string[];
  /** Short English name, `woman-running`; styles name some emoji in other words, codes are the same. */
  readonly names: readonly string[];
  /** Style of each picture, an index into `styleNames`. */
  readonly styles: Int32Array;
  readonly styleNames: readonly string[];
  /** Fine class of each picture, an index into `subgroupNames`. */
  readonly subgroups: Int32Array;
  readonly subgroupNames: readonly string[];
  /** Split keys per subgroup; one with a single key cannot be both trained and tested on. */
  readonly subgroupKeyCounts: Int32Array;
}

/** The fields read from an entry of `emoji.json`. */
interface EmojiEntry {
  readonly unified: string;
  readonly image: string;
  readonly short_name: string;
  readonly category: string;
  readonly subcategory: string;
  readonly sort_order: number;
  readonly [field: `has_img_${string}`]: boolean;
}

const SIDE = 64;
const SIZE = SIDE * SIDE * 3;
const BETWEEN_REPORTS = 128;

const TABLE = {
  registry: "npm",
  name: "emojibase-data",
  version: "17.0.0",
  integrity: "sha512-Yvgb5AWoHViHV/gq1qr5ZAarcBip+B27/ZLRsUJkbgAEaLlZ/fof9g882LTpmEpyhBNEC0m2SEmItljHsTygjA==",
  bytes: 6_711_091,
} as const;
const OPENMOJI = {
  registry: "npm",
  name: "openmoji",
  version: "17.0.0",
  integrity: "sha512-EBnYrNGdcdw+OSXmENeNE1yBNRu6tOraTmoOyUbJkTmvT/+XETp8RZLSJFzD3lrPc5N9CzsyPnRTk0Vp4UaI9w==",
  bytes: 4_339_458,
} as const;
const FLUENT = {
  registry: "npm",
  name: "@lobehub/fluent-emoji-3d",
  version: "1.1.0",
  integrity: "sha512-Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==",
  bytes: 15_792_027,
} as const;

const card: SourceCard = {
  id: "emoji/art",
  version: 1,
  title: "Emoji drawings in two styles, and three more when asked for",
  licence: "MIT (packages); Noto Emoji images Apache-2.0, Twemoji graphics CC-BY-4.0, OpenMoji CC-BY-SA-4.0, Fluent emoji MIT",
  packages: [
    {
      registry: "npm",
      name: "emoji-datasource-google",
      version: "16.0.0",
      integrity: "sha512-ZRexfzs7MVoLnmzZmNsO4TKhnAJp5D++Vm6PpUpH/jEQQlemp3l88CjZ+DoZ2faM9R4QxZkOPJCoT8DlPhfQ3A==",
      bytes: 74_344_091,
      part: "google",
    },
    {
      registry: "npm",
      name: "emoji-datasource-twitter",
      version: "16.0.0",
      integrity: "sha512-7F+uCuHH+7Qnrc15P5tnbvKkg9E6tlzi4MnT2uW1RlN4pLYTza6cP/dstIfSDMtpjFLWuZewWg8jBbuL2eyELQ==",
      bytes: 61_683_754,
      part: "twitter",
    },
  ],
  optional: ["openmoji", "openmoji-line", "fluent-3d"].flatMap((part) => [TABLE, part === "fluent-3d" ? FLUENT : OPENMOJI].map((reference) => ({ ...reference, part }))),
  records: 3822,
  splitKey: "base concept: copies in skin tone, gender, direction and style, and drawings too alike to tell apart, share a fold",
  description: "1,911 base emoji per style in 10 groups and 99 subgroups, without skin-tone copies. Transparent pixels are laid on white paper. Parts that are loaded when asked for: openmoji and openmoji-line (1,911 each, drawn from vector graphics), fluent-3d (1,852). Their near-identical drawings are not joined: flags in lines are one outline, in any fold.",
};

export const emojiArt = defineSource<EmojiSet>({
  card,
  wants: (path, reference) => (isDrawnStyle(reference.part) ? wantsOfStyle(path, reference) : path === "emoji.json" || path.startsWith(`img/${reference.part}/64/`)),

  async freeze(part, files, progress, readers) {
    if (isDrawnStyle(part)) return freezeStyle(part, card.id, SIDE, files, progress, readers);
    const contents = files.get(`emoji-datasource-${part}`);
    const table = contents?.get("emoji.json");
    if (!contents || !table) throw new SourceError(`${card.id}: the package of style ${part} has no emoji.json`);
    const entries = (JSON.parse(new TextDecoder().decode(table)) as EmojiEntry[]).filter((entry) => entry[`has_img_${part}`]).sort((a, b) => a.sort_order - b.sort_order);
    const pixels = new Uint8Array(entries.length * SIZE);
    for (const [i, { image }] of entries.entries()) {
      const png = contents.get(`img/${part}/64/${image}`);
      if (!png) throw new SourceError(`${card.id}: the package of style ${part} has no img/${part}/64/${image}`);
      const { data, width, height } = decodePng(png);
      if (width !== SIDE || height !== SIDE) throw new SourceError(`${card.id}: ${image} is ${width} x ${height}, expected ${SIDE} x ${SIDE}`);
      pixels.set(data, i * SIZE);
      if (i % BETWEEN_REPORTS === 0) await progress(i, entries.length);
    }
    return {
      arrays: { pixels: hostArray(pixels, [entries.length, SIDE, SIDE, 3]) },
      meta: {
        codes: entries.map((entry) => entry.unified),
        names: entries.map((entry) => entry.short_name),
        groups: entries.map((entry) => entry.category),
        subgroups: entries.map((entry) => entry.subcategory),
      },
    };
  },

  thaw(packs) {
    const column = (name: string): string[] => packs.flatMap(({ pack }) => pack.meta[name] as string[]);
    const codes = column("codes");
    const groups = column("groups");
    const subgroups = column("subgroups");
    const labelNames = distinct(groups);
    const subgroupNames = distinct(subgroups);
    const keys = codes.map(splitKeyOf);
    return {
      pixels: concatenated(packs),
      count: codes.length,
      height: SIDE,
      width: SIDE,
      channels: 3,
      labels: indexed(groups, labelNames),
      labelNames,
      keys,
      folds: Uint8Array.from(keys, foldOf),
      provenance: provenanceOf(card, packs),
      codes,
      names: column("names"),
      styles: Int32Array.from(packs.flatMap(({ pack }, style) => (pack.meta["codes"] as string[]).map(() => style))),
      styleNames: packs.map(({ part }) => part),
      subgroups: indexed(subgroups, subgroupNames),
      subgroupNames,
      subgroupKeyCounts: Int32Array.from(subgroupNames, (name) => new Set(keys.filter((_, i) => subgroups[i] === name)).size),
    };
  },
});

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

function indexed(values: readonly string[], names: readonly string[]): Int32Array {
  const index = new Map(names.map((name, i) => [name, i]));
  return Int32Array.from(values, (value) => index.get(value) as number);
}

function concatenated(packs: readonly LoadedPack[]): Uint8Array {
  const blocks = packs.map(({ pack }) => pack.arrays["pixels"]?.data as Uint8Array);
  const [first] = blocks;
  if (blocks.length === 1 && first) return first;
  const pixels = new Uint8Array(blocks.reduce((total, block) => total + block.length, 0));
  let offset = 0;
  for (const block of blocks) {
    pixels.set(block, offset);
    offset += block.length;
  }
  return pixels;
}
