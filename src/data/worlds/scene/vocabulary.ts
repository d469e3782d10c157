/** What a scene can contain, named once: shapes, colours, textures, sizes, verbs. Positions in these lists are class ids. */

export const SHAPES = ["circle", "square", "triangle", "star", "cross", "ring", "diamond", "heart", "hexagon", "crescent", "arrow", "bar"] as const;
export type Shape = (typeof SHAPES)[number];

export const COLOURS = ["red", "green", "blue", "yellow", "purple", "orange", "white", "cyan"] as const;
export type Colour = (typeof COLOURS)[number];

export const TEXTURES = ["plain", "striped", "dotted"] as const;
export type Texture = (typeof TEXTURES)[number];

export const SIZES = ["small", "big"] as const;
export type Size = (typeof SIZES)[number];

export const VERBS = [
  "moves-right",
  "moves-left",
  "falls",
  "rises",
  "grows",
  "shrinks",
  "appears",
  "disappears",
  "approaches",
  "leaves",
  "circles-clockwise",
  "circles-anticlockwise",
  "bounces",
  "zigzags",
  "shakes",
  "blinks",
  "stays-still",
  "changes-to",
  "hits",
  "jumps-over",
  "follows",
  "hides-behind",
  "swaps-with",
  "splits",
] as const;
export type Verb = (typeof VERBS)[number];

/** Adverb of an event: `slowly` covers at least 60 % of the segment, `quickly` at most 30 %. */
export const ADVERBS = ["quickly", "plainly", "slowly"] as const;
export type Adverb = (typeof ADVERBS)[number];

/** sRGB bytes. */
export const COLOUR_RGB: Readonly<Record<Colour, readonly [number, number, number]>> = {
  red: [214, 40, 40],
  green: [40, 160, 60],
  blue: [45, 80, 210],
  yellow: [240, 210, 40],
  purple: [140, 60, 180],
  orange: [240, 130, 30],
  white: [245, 245, 245],
  cyan: [60, 200, 215],
};

/** Six muted grounds, sRGB bytes. */
export const GROUND_RGB: readonly (readonly [number, number, number])[] = [
  [112, 118, 128],
  [130, 120, 105],
  [104, 122, 108],
  [126, 110, 122],
  [92, 100, 112],
  [138, 134, 124],
];

/** Radius of the disc that holds an object, as a fraction of the canvas side. */
export const RADIUS: Readonly<Record<Size, number>> = { small: 0.11, big: 0.17 };

/** Class of a shape in class maps; 0 is the ground. */
export function classOf(shape: Shape): number {
  return SHAPES.indexOf(shape) + 1;
}
