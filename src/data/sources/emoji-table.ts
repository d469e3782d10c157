/** The table of emoji in `emojibase-data`: codes, names, groups and subgroups, spelled as in the packages of the Google and Twitter drawings. */
import { SourceError } from "../source-error.ts";

export interface EmojiRow {
  /** Code points, `1F3C3-200D-2640-FE0F`. */
  readonly code: string;
  /** The name of the Unicode charts with hyphens, `woman-running`. */
  readonly name: string;
  readonly group: string;
  readonly subgroup: string;
}

export const EMOJI_TABLE_FILES = ["en/data.json", "meta/groups.json"] as const;

/** The fields read from an entry of `en/data.json`. Entries in a skin tone stand inside others and are not read. */
interface TableEntry {
  readonly hexcode: string;
  readonly emoji: string;
  readonly label: string;
  /** 1 when it is a picture without a presentation selector. */
  readonly type: 0 | 1;
  /** Of the emoji standard. */
  readonly version: number;
  /** Missing for letters of flags. */
  readonly group?: number;
  readonly subgroup?: number;
  readonly order?: number;
}

type Names = Readonly<Record<string, string>>;

const GROUPS: Names = {
  "smileys-emotion": "Smileys & Emotion",
  "people-body": "People & Body",
  component: "Component",
  "animals-nature": "Animals & Nature",
  "food-drink": "Food & Drink",
  "travel-places": "Travel & Places",
  activities: "Activities",
  objects: "Objects",
  symbols: "Symbols",
  flags: "Flags",
};
/** Subgroups that are spelled in another way; all others are the same. */
const SUBGROUPS: Names = { "sky-weather": "sky & weather", "arts-crafts": "arts & crafts", "light-video": "light & video" };
/** The standard of the other drawings. */
const VERSION = 16;
/** Not emoji of their own in the other packages. */
const PARTS_OF_EMOJI = "hair-style";

/** Rows in chart order, without skin-tone copies. `files` are those of the package. */
export function emojiTable(files: ReadonlyMap<string, Uint8Array> | undefined, source: string): EmojiRow[] {
  const [entries, names] = EMOJI_TABLE_FILES.map((path) => {
    const file = files?.get(path);
    if (!file) throw new SourceError(`${source}: the package emojibase-data has no ${path}`);
    return JSON.parse(new TextDecoder().decode(file)) as unknown;
  }) as [TableEntry[], { readonly groups: Names; readonly subgroups: Names }];
  const nameOf = (kind: "groups" | "subgroups", id: number | undefined): string => {
    const name = names[kind][String(id)];
    if (name === undefined) throw new SourceError(`${source}: meta/groups.json of emojibase-data has no ${kind} ${String(id)}`);
    return name;
  };
  return entries
    .filter(({ group, version }) => group !== undefined && version <= VERSION)
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map((entry) => ({ entry, group: nameOf("groups", entry.group), subgroup: nameOf("subgroups", entry.subgroup) }))
    .filter(({ subgroup }) => subgroup !== PARTS_OF_EMOJI)
    .map(({ entry, group, subgroup }) => ({ code: codeOf(entry), name: slug(entry.label), group: GROUPS[group] ?? group, subgroup: SUBGROUPS[subgroup] ?? subgroup }));
}

/** A single character has a selector only where it would be text without one; sequences are fully qualified. */
function codeOf({ hexcode, emoji, type }: TableEntry): string {
  if (!hexcode.includes("-")) return type === 0 ? `${hexcode}-FE0F` : hexcode;
  return Array.from(emoji, (character) => (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")).join("-");
}

const slug = (label: string): string => label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
