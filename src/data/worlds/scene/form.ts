/**
 * The canonical form of a scene: what a perfect observer would say about it, in a fixed order. Its hash decides the split.
 * Camera, light, ground and exact places are not part of it.
 */
import { splitOf } from "../split.ts";
import type { Split } from "../split.ts";
import { placementsAt } from "./motion.ts";
import { SOLID_UNITS } from "./spec.ts";
import type { SceneSpec } from "./spec.ts";
import { VERB_INFO } from "./verbs.ts";

const COLUMNS = ["left", "middle", "right"] as const;
const ROWS = ["top", "centre", "bottom"] as const;

function third(position: number): number {
  return Math.min(2, Math.max(0, Math.floor(position * 3)));
}

/** Cell of the 3 x 3 grid over the canvas (flat) or the floor (solid; top = away). */
function cell(spec: SceneSpec, x: number, y: number): string {
  const [u, v] = spec.mode === "flat" ? [x, y] : [x / SOLID_UNITS + 0.5, 0.5 - y / SOLID_UNITS];
  return `${ROWS[third(v)]} ${COLUMNS[third(u)]}`;
}

/**
 * S-expression of a scene. Places are those at half time and a reversible verb is written as its pair, so that a clip
 * and its reversal have the same form.
 */
export function canonicalForm(spec: SceneSpec): string {
  const seen = new Map(placementsAt(spec, 0.5).map((placement) => [placement.object, placement]));
  const objects = spec.objects.map((object, index) => {
    const placement = seen.get(index);
    const [x, y] = placement === undefined ? object.at : [placement.x, placement.y];
    return `(${object.size} ${object.texture} ${object.colour} ${object.shape} ${cell(spec, x, y)})`;
  });
  const events = spec.events.map((event) => {
    const target = event.target === undefined ? "" : ` ${objects[event.target]}`;
    const colour = event.colour === undefined ? "" : ` ${event.colour}`;
    return `(${VERB_INFO[event.verb].pair} ${event.adverb} ${objects[event.subject]}${target}${colour})`;
  });
  return `(${spec.mode} ${[...objects].sort().join(" ")} ${events.sort().join(" ")})`;
}

/** Split of a scene by its canonical form. */
export function splitOfScene(spec: SceneSpec): Split {
  return splitOf(canonicalForm(spec));
}
