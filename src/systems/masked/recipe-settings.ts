/** Settings that the recipes of this family share: the size of pictures, patches and stacks, and how pictures are cropped. */
import { z } from "zod";
import { floorShare } from "../../nn/index.ts";
import type { CropOptions } from "../../data/index.ts";
import type { PatchGrid } from "../../lab/index.ts";

/** Width, depth and heads of a transformer, with its defaults. */
export function stackSettings(stack: string, { width, depth, heads }: { readonly width: number; readonly depth: number; readonly heads: number }) {
  return z
    .strictObject({
      width: z.int().min(1).max(8192).default(width).describe(`features of a token in the ${stack}`),
      depth: z.int().min(1).max(128).default(depth).describe(`blocks of the ${stack}`),
      heads: z.int().min(1).max(128).default(heads).describe(`attention heads of the ${stack}; they divide its width`),
    })
    .refine((stackOf) => stackOf.width % stackOf.heads === 0, "heads must divide width")
    .prefault({});
}

export const pictureSettings = {
  image: z.int().min(8).max(1024).default(64).describe("side of the pictures in pixels; larger ones are cropped to their centre and resized"),
  patch: z.int().min(1).max(256).default(8).describe("side of a patch in pixels; it divides the picture"),
  cropArea: z.number().positive().max(1).default(0.5).describe("smallest share of a picture that a random crop keeps; 0.2 is usual for photographs, 1 does not crop"),
  flip: z.number().min(0).max(1).default(0.5).describe("share of pictures that are mirrored; 0 where left and right differ, as in text"),
};

type PictureSettings = z.output<z.ZodObject<typeof pictureSettings>>;

/** Longest sequence of patches that is built: attention's cost grows with its square. */
const LONGEST = 4096;

/** What must hold between picture and patch; pass it to `check` of the schema. */
export const patchesFit = ({ value: { image, patch }, issues }: z.core.ParsePayload<Pick<PictureSettings, "image" | "patch">>): void => {
  const report = (message: string): void => void issues.push({ code: "custom", path: ["patch"], message, input: patch });
  if (image % patch !== 0) report(`patches of ${patch} pixels do not divide pictures of ${image}`);
  else if ((image / patch) ** 2 > LONGEST) report(`pictures of ${image} pixels hold ${(image / patch) ** 2} patches of ${patch}, at most ${LONGEST} are allowed`);
};

/** What must hold between a share of hidden patches, the setting `name`, and the number of patches; pass it to `check` of the schema. */
export const somePatchVisible = <N extends string>(name: N) => ({ value, issues }: z.core.ParsePayload<Pick<PictureSettings, "image" | "patch"> & { readonly [K in N]: number }>): void => {
  const { rows, columns } = patchGrid(value);
  if (floorShare(1 - value[name], rows * columns) < 1) issues.push({ code: "custom", path: [name], message: `hides all ${rows * columns} patches`, input: value[name] });
};

/** Positions of all items of a set. */
export const everyItem = ({ count }: { readonly count: number }): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

export const cropping = ({ cropArea, flip }: Pick<PictureSettings, "cropArea" | "flip">): CropOptions => ({ crop: { kind: "randomResizedCrop", scale: [cropArea, 1] }, flip });

export const patchGrid = ({ image, patch }: Pick<PictureSettings, "image" | "patch">): PatchGrid => ({ rows: image / patch, columns: image / patch });
