/**
 * Cells of the attribute tables that no train, dev or test scene contains; only `ood` packs do.
 * H1: 15 % of (verb pair, colour, shape). H2: 12 of the 96 (shape, colour), one colour per shape.
 */
import { hashUnit } from "../split.ts";
import { COLOURS, SHAPES } from "./vocabulary.ts";
import type { Colour, Shape, Verb } from "./vocabulary.ts";
import { VERB_INFO } from "./verbs.ts";
import type { SceneSpec } from "./spec.ts";

export type HeldOutCell = "H1" | "H2";

const H1_SHARE = 0.15;

/** Whether (shape, colour) is one of the 12 pairs of H2. The stride 5 spreads the pairs over all eight colours. */
export function isHeldOutPair(shape: Shape, colour: Colour): boolean {
  return COLOURS[(SHAPES.indexOf(shape) * 5 + 3) % COLOURS.length] === colour;
}

/** Whether (verb, colour, shape) is in H1. Both verbs of a reversible pair are in or out together. */
export function isHeldOutTriple(verb: Verb, colour: Colour, shape: Shape): boolean {
  return hashUnit(`scene/H1 ${VERB_INFO[verb].pair} ${colour} ${shape}`) < H1_SHARE;
}

/** The held-out cells a scene touches. */
export function heldOutCells(spec: Pick<SceneSpec, "objects" | "events">): HeldOutCell[] {
  const cells: HeldOutCell[] = [];
  const triples = spec.events.map((event) => ({ verb: event.verb, object: spec.objects[event.subject] }));
  if (triples.some(({ verb, object }) => object !== undefined && isHeldOutTriple(verb, object.colour, object.shape))) cells.push("H1");
  if (spec.objects.some((object) => isHeldOutPair(object.shape, object.colour))) cells.push("H2");
  return cells;
}
