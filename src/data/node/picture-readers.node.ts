/** Decoders on Node. SVG is drawn by resvg compiled to WebAssembly: the same pixels on every machine. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { compositeOnWhite } from "../image/png.ts";
import type { Picture } from "../image/png.ts";
import type { PictureReaders } from "../image/readers.ts";
import { decodePicture } from "./decode-picture.node.ts";

const WASM = "@resvg/resvg-wasm/index_bg.wasm";

type Resvg = typeof import("@resvg/resvg-wasm").Resvg;
let loading: Promise<Resvg> | undefined;

/** Loaded on first use, once: the module can be initialised only once. */
function resvg(): Promise<Resvg> {
  loading ??= (async () => {
    const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
    await initWasm(await readFile(createRequire(import.meta.url).resolve(WASM)));
    return Resvg;
  })();
  return loading;
}

export const pictureReaders: PictureReaders = {
  decode: decodePicture,

  async drawSvg(bytes, width): Promise<Picture> {
    const Renderer = await resvg();
    // Fonts of the machine would make the pixels depend on it.
    const renderer = new Renderer(bytes, { fitTo: { mode: "width", value: width }, background: "white", font: { fontBuffers: [] } });
    const image = renderer.render();
    try {
      return compositeOnWhite(image.pixels, image.width, image.height, 4);
    } finally {
      image.free();
      renderer.free();
    }
  },
};
