/** How the further styles of `emoji/art` are frozen: drawings of other sizes and formats, in the order of a table of their own. */
import { hostArray } from "../../engine/host-array.ts";
import type { Picture } from "../image/png.ts";
import { pixelsFrom, planesOf } from "../image/planes.ts";
import type { PictureReaders } from "../image/readers.ts";
import { resizeAndCenterCrop } from "../image/resize.ts";
import type { Pack } from "../pack.ts";
import { SourceError } from "../source-error.ts";
import type { FreezeProgress, PackageFiles, PackageReference } from "../source.ts";
import { EMOJI_TABLE_FILES, emojiTable } from "./emoji-table.ts";
import { emojiTextCode } from "./emoji-text.ts";

const BETWEEN_REPORTS = 32;

/** Where a style's drawings are in its package. */
interface Style {
  readonly package: string;
  readonly folder: string;
  readonly ending: string;
  read(bytes: Uint8Array, side: number, readers: PictureReaders): Promise<Picture>;
}

const drawn: Style["read"] = (bytes, side, readers) => readers.drawSvg(bytes, side);
const decoded: Style["read"] = async (bytes, side, readers) => {
  const { data, width, height } = readers.decode(bytes);
  return { data: pixelsFrom(resizeAndCenterCrop(planesOf(data, height, width, 3), side, side)), width: side, height: side };
};

const STYLES: Readonly<Record<string, Style>> = {
  openmoji: { package: "openmoji", folder: "color/svg/", ending: ".svg", read: drawn },
  "openmoji-line": { package: "openmoji", folder: "black/svg/", ending: ".svg", read: drawn },
  "fluent-3d": { package: "@lobehub/fluent-emoji-3d", folder: "assets/", ending: ".webp", read: decoded },
};

/** Whether a part is one of these styles. */
export const isDrawnStyle = (part: string): boolean => Object.hasOwn(STYLES, part);

export function wantsOfStyle(path: string, { name, part }: PackageReference): boolean {
  const style = STYLES[part];
  if (name !== style?.package) return (EMOJI_TABLE_FILES as readonly string[]).includes(path);
  return path.startsWith(style.folder) && path.endsWith(style.ending);
}

/** The emoji of the table that the package has a drawing of; a set without some of them is no error. */
export async function freezeStyle(part: string, source: string, side: number, files: PackageFiles, progress: FreezeProgress, readers: PictureReaders): Promise<Pack> {
  const style = STYLES[part] as Style;
  const byCode = new Map([...(files.get(style.package) ?? [])].map(([path, bytes]) => [emojiTextCode(path.slice(style.folder.length, -style.ending.length)), { path, bytes }] as const));
  const rows = emojiTable(files.get("emojibase-data"), source).filter(({ code }) => byCode.has(emojiTextCode(code)));
  if (rows.length === 0) throw new SourceError(`${source}: the package ${style.package} has no drawing in ${style.folder}`);
  const size = side * side * 3;
  const pixels = new Uint8Array(rows.length * size);
  for (const [i, { code }] of rows.entries()) {
    const { path, bytes } = byCode.get(emojiTextCode(code)) as { path: string; bytes: Uint8Array };
    const { data, width, height } = await style.read(bytes, side, readers);
    if (width !== side || height !== side) throw new SourceError(`${source}: ${path} is drawn as ${width} x ${height}, expected ${side} x ${side}`);
    pixels.set(data, i * size);
    if (i % BETWEEN_REPORTS === 0) await progress(i, rows.length);
  }
  return {
    arrays: { pixels: hostArray(pixels, [rows.length, side, side, 3]) },
    meta: { codes: rows.map(({ code }) => code), names: rows.map(({ name }) => name), groups: rows.map(({ group }) => group), subgroups: rows.map(({ subgroup }) => subgroup) },
  };
}
