/** Draws the parts of a scene: objects with unlike attributes, places that do not collide, one event, a light, a ground. */
import type { RandomStream } from "../../../engine/random/stream.ts";
import { isHeldOutPair } from "./held-out.ts";
import { CLEARANCE, placementsAt } from "./motion.ts";
import type { Placement } from "./motion.ts";
import { PATH_LAWS } from "./paths.ts";
import type { Radii } from "./paths.ts";
import { length } from "./plane.ts";
import type { Point, SceneCamera, SceneEvent, SceneLight, SceneObject } from "./spec.ts";
import { ADVERBS, COLOURS, GROUND_RGB, RADIUS, SHAPES, SIZES } from "./vocabulary.ts";
import type { Adverb, Colour, Shape, Texture, Verb } from "./vocabulary.ts";
import { VERB_INFO } from "./verbs.ts";

/** What an object is, before it has a place. */
export type Looks = Omit<SceneObject, "at" | "turn">;

interface Pair {
  readonly shape: Shape;
  readonly colour: Colour;
}

const ALL_PAIRS: readonly Pair[] = SHAPES.flatMap((shape) => COLOURS.map((colour) => ({ shape, colour })));
const COMMON_PAIRS = ALL_PAIRS.filter(({ shape, colour }) => !isHeldOutPair(shape, colour));

/** `count` objects, no two with the same shape and colour. `heldOut` also admits the pairs of H2. */
export function drawLooks(random: RandomStream, count: number, textures: readonly Texture[], heldOut: boolean): Looks[] {
  const pool = heldOut ? ALL_PAIRS : COMMON_PAIRS;
  const chosen: Pair[] = [];
  while (chosen.length < count) {
    const pair = random.choice(pool);
    if (!chosen.includes(pair)) chosen.push(pair);
  }
  return chosen.map((pair) => ({ ...pair, texture: random.choice(textures), size: random.choice(SIZES) }));
}

export function drawGround(random: RandomStream): { tone: number; seed: number } {
  return { tone: random.integer(GROUND_RGB.length), seed: random.bits() };
}

/** A light within 100 degrees of the direction `facing` (turns), so that what is looked at is mostly lit. */
export function drawLight(random: RandomStream, facing: number): SceneLight {
  return { turn: facing + random.uniform(-100, 100) / 360, height: random.uniform(0.6, 0.85), ambient: random.uniform(0.3, 0.45) };
}

/** Tilt of a flat object: at most 12 degrees, so that squares and diamonds stay apart. */
export function drawTilt(random: RandomStream): number {
  return random.uniform(-12, 12) / 360;
}

/** Half-pixel offsets of the canvas at 32 px, one per 1/32 of clip time. */
export function drawShake(random: RandomStream, count: number): SceneCamera[] {
  const reach = 0.5 / 32;
  return Array.from({ length: count }, () => ({ x: random.uniform(-reach, reach), y: random.uniform(-reach, reach), z: 0, yaw: 0, pitch: 0, focal: 1 }));
}

/** Times at which a clip is checked for collisions and for leaving the canvas; symmetric about one half. */
const CHECK_TIMES = Array.from({ length: 17 }, (_, i) => i / 16);

function isInside({ x, y, radius }: Placement): boolean {
  const margin = radius + 0.5 * CLEARANCE;
  return x >= margin && x <= 1 - margin && y >= margin && y <= 1 - margin;
}

function isClear(x: number, y: number, radius: number, others: readonly { x: number; y: number; radius: number }[]): boolean {
  return others.every((other) => length(other.x - x, other.y - y) >= other.radius + radius + CLEARANCE);
}

/** What limits where objects may stand. */
interface Room {
  /** Discs that are in use already. */
  readonly taken?: readonly { x: number; y: number; radius: number }[];
  /** Whether object `index` may stand at (x, y). */
  readonly admits?: (index: number, x: number, y: number) => boolean;
}

const PLACE_ATTEMPTS = 60;

/** Places for objects that do not move and do not touch each other; undefined when the canvas is full. */
export function drawPlaces(random: RandomStream, radii: readonly number[], { taken = [], admits = () => true }: Room = {}): Point[] | undefined {
  const discs = [...taken];
  for (const [index, radius] of radii.entries()) {
    const margin = radius + CLEARANCE;
    let placed = false;
    for (let attempt = 0; attempt < PLACE_ATTEMPTS && !placed; attempt++) {
      const x = random.uniform(margin, 1 - margin);
      const y = random.uniform(margin, 1 - margin);
      placed = isClear(x, y, radius, discs) && admits(index, x, y);
      if (placed) discs.push({ x, y, radius });
    }
    if (!placed) return undefined;
  }
  return discs.slice(taken.length).map(({ x, y }) => [x, y] as const);
}

/** Shares of the segment each adverb covers, in 64ths. */
const DURATIONS: Readonly<Record<Adverb, readonly [number, number]>> = { quickly: [13, 19], plainly: [24, 34], slowly: [39, 60] };

const UNHURRIED: readonly Adverb[] = ["plainly", "slowly"];
/** Verbs that need several samples of eight to be told apart are never quick. */
const NEVER_QUICK: readonly Verb[] = ["zigzags", "hits", "jumps-over", "swaps-with"];
/** Verbs with a rhythm need most of the clip. */
const ALWAYS_SLOW: readonly Verb[] = ["blinks", "shakes", "bounces", "circles-clockwise", "circles-anticlockwise"];

/** Adverb and event window. The start is uniform over what is left, so the law is symmetric under time reversal. */
function drawWindow(random: RandomStream, verb: Verb): Pick<SceneEvent, "adverb" | "t0" | "t1"> {
  const adverb = random.choice(ALWAYS_SLOW.includes(verb) ? UNHURRIED.slice(1) : NEVER_QUICK.includes(verb) ? UNHURRIED : ADVERBS);
  const [least, most] = DURATIONS[adverb];
  const duration = least + random.integer(most - least + 1);
  const start = random.integer(64 - duration + 1);
  return { adverb, t0: start / 64, t1: (start + duration) / 64 };
}

/** Sizes that let an event be seen: a hider is smaller than its cover, a jumper has room. */
function fitSizes(looks: readonly Looks[], verb: Verb): Looks[] {
  return looks.map((look, index) => {
    if (verb === "hides-behind" && index < 2) return { ...look, size: index === 0 ? "small" : "big" };
    if ((verb === "jumps-over" || verb === "follows" || verb === "circles-clockwise" || verb === "circles-anticlockwise") && index === 0) return { ...look, size: "small" };
    return look;
  });
}

/** The new colour of `changes-to`: unlike the old one, and never an unseen or taken (shape, colour). */
function drawNewColour(random: RandomStream, looks: readonly Looks[], heldOut: boolean): Colour {
  const subject = looks[0] as Looks;
  const taken = looks.filter((look) => look.shape === subject.shape).map((look) => look.colour);
  return random.choice(COLOURS.filter((colour) => !taken.includes(colour) && (heldOut || !isHeldOutPair(subject.shape, colour))));
}

/**
 * One event among bystanders; which object acts is random. Returns undefined when the draw leaves the canvas or finds no
 * room; the caller draws again.
 */
export function drawEvent(random: RandomStream, verb: Verb, drawn: readonly Looks[], heldOut: boolean): { objects: SceneObject[]; events: SceneEvent[] } | undefined {
  const looks = fitSizes(drawn, verb);
  const radii: Radii = { subject: RADIUS[(looks[0] as Looks).size], target: RADIUS[(looks[1] ?? (looks[0] as Looks)).size] };
  const { target } = VERB_INFO[verb];
  const event = {
    verb,
    subject: 0,
    ...(target ? { target: 1 } : {}),
    ...(verb === "changes-to" ? { colour: drawNewColour(random, looks, heldOut) } : {}),
    ...drawWindow(random, verb),
  };
  const actors = looks.slice(0, target ? 2 : 1);
  for (let attempt = 0; attempt < 40; attempt++) {
    const path = PATH_LAWS[verb](random, radii);
    const acting: SceneObject[] = actors.map((look, index) => ({ ...look, at: index === 0 ? path.from : (path.target as Point), turn: 0 }));
    const events: SceneEvent[] = [{ ...event, from: path.from, to: path.to }];
    const track = CHECK_TIMES.flatMap((t) => placementsAt({ objects: acting, events }, t));
    if (!track.every(isInside)) continue;
    // Bystanders keep clear of the actors' first, middle and last places and may be passed over in between.
    const stops = [0, 0.5, 1].flatMap((t) => placementsAt({ objects: acting, events }, t));
    const bystanders = looks.slice(actors.length);
    const places = drawPlaces(random, bystanders.map((look) => RADIUS[look.size]), { taken: stops });
    if (places === undefined) continue;
    const standing = bystanders.map((look, index) => ({ ...look, at: places[index] as Point, turn: 0 }));
    return reorder(random, [...acting, ...standing].map((object) => ({ ...object, turn: drawTilt(random) })), events);
  }
  return undefined;
}

/** Shuffles the objects, so that an object's index does not tell its role. */
function reorder(random: RandomStream, objects: readonly SceneObject[], events: readonly SceneEvent[]): { objects: SceneObject[]; events: SceneEvent[] } {
  const order = [...random.permutation(objects.length)];
  const renamed = (index: number): number => order.indexOf(index);
  return {
    objects: order.map((index) => objects[index] as SceneObject),
    events: events.map((event) => ({ ...event, subject: renamed(event.subject), ...(event.target === undefined ? {} : { target: renamed(event.target) }) })),
  };
}
