/**
 * Which verbs undo each other and which need a second object.
 *
 * A reversible pair shares one path; the verb only says in which sense it is travelled. Played backwards, a clip of one
 * verb is therefore an equally likely clip of its partner, and no bag of frames can tell them apart.
 */
import { VERBS } from "./vocabulary.ts";
import type { Verb } from "./vocabulary.ts";

export interface VerbInfo {
  /** Name shared by both members of a reversible pair; the verb itself otherwise. */
  readonly pair: string;
  /** Whether the path is travelled from its end to its start. */
  readonly backwards: boolean;
  /** Whether the event needs a second object. */
  readonly target: boolean;
}

function forwards(pair: string, target = false): VerbInfo {
  return { pair, backwards: false, target };
}

function backwards(pair: string, target = false): VerbInfo {
  return { pair, backwards: true, target };
}

export const VERB_INFO: Readonly<Record<Verb, VerbInfo>> = {
  "moves-right": forwards("moves-across"),
  "moves-left": backwards("moves-across"),
  falls: forwards("moves-up-or-down"),
  rises: backwards("moves-up-or-down"),
  grows: forwards("changes-size"),
  shrinks: backwards("changes-size"),
  appears: forwards("changes-presence"),
  disappears: backwards("changes-presence"),
  approaches: forwards("changes-distance", true),
  leaves: backwards("changes-distance", true),
  "circles-clockwise": forwards("circles"),
  "circles-anticlockwise": backwards("circles"),
  bounces: forwards("bounces"),
  zigzags: forwards("zigzags"),
  shakes: forwards("shakes"),
  blinks: forwards("blinks"),
  "stays-still": forwards("stays-still"),
  "changes-to": forwards("changes-to"),
  hits: forwards("hits", true),
  "jumps-over": forwards("jumps-over", true),
  follows: forwards("follows", true),
  "hides-behind": forwards("hides-behind", true),
  "swaps-with": forwards("swaps-with", true),
  splits: forwards("splits"),
};

/** The twelve verbs of the six reversible pairs. */
export const REVERSIBLE_VERBS: readonly Verb[] = VERBS.filter((verb) => VERB_INFO[verb].pair !== verb);

/** The partner of a reversible verb; undefined for the other twelve. */
export function partnerOf(verb: Verb): Verb | undefined {
  return REVERSIBLE_VERBS.find((other) => other !== verb && VERB_INFO[other].pair === VERB_INFO[verb].pair);
}
