/** Port to decoders that need more than plain JavaScript; the host that builds packs brings them. */
import type { Picture } from "./png.ts";

export interface PictureReaders {
  /** A PNG, JPEG or WebP file, told apart by its first bytes, on white. */
  decode(bytes: Uint8Array): Picture;
  /** An SVG file drawn `width` pixels wide, on white. */
  drawSvg(bytes: Uint8Array, width: number): Promise<Picture>;
}
