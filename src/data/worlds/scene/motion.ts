/**
 * Where everything is at clip time t. An event moves its subject (and sometimes its target) along the path from -> to:
 * u runs 0..1 during the event and rests before and after. Verbs of a reversible pair share a row and differ in the
 * sense in which u runs.
 */
import { cosine, sine } from "../sine.ts";
import { distanceBetween } from "./plane.ts";
import { RADIUS } from "./vocabulary.ts";
import type { Colour, Verb } from "./vocabulary.ts";
import { VERB_INFO } from "./verbs.ts";
import type { Point, SceneEvent, SceneSpec } from "./spec.ts";

/** Gap kept between an actor and what it passes, canvas units. */
export const CLEARANCE = 0.03;
/** Height of a zigzag above its line. */
export const ZIGZAG = 0.09;

/** One drawn copy of an object, in canvas units. */
export interface Placement {
  readonly object: number;
  x: number;
  y: number;
  radius: number;
  colour: Colour;
  /** Opacity 0..1; an object counts as present from one half. */
  alpha: number;
}

/** Path parameter of an event at time t. Both senses use the same division, so that reversal is exact to the bit. */
function progress(event: SceneEvent, t: number): number {
  const elapsed = VERB_INFO[event.verb].backwards ? event.t1 - t : t - event.t0;
  return Math.min(1, Math.max(0, elapsed / (event.t1 - event.t0)));
}

function between(from: Point, to: Point, u: number): Point {
  return [from[0] + (to[0] - from[0]) * u, from[1] + (to[1] - from[1]) * u];
}

function put(placement: Placement, at: Point): void {
  [placement.x, placement.y] = at;
}

/** Point at distance `gap` before `to` on the way from -> to. */
function short(from: Point, to: Point, gap: number): Point {
  const span = distanceBetween(from, to);
  return between(from, to, 1 - gap / span);
}

/** Arc from -> to that leaves the straight line by `lift` (canvas units, to the left of the direction of travel) half-way. */
function arc(from: Point, to: Point, u: number, lift: number): Point {
  const [x, y] = between(from, to, u);
  const span = distanceBetween(from, to);
  const bow = (4 * u * (1 - u) * lift) / span;
  return [x + (to[1] - from[1]) * bow, y - (to[0] - from[0]) * bow];
}

/** What an event does to its subject and its target at path parameter u; `extra` adds a second copy of the subject. */
type Rule = (stage: { subject: Placement; target: Placement; event: SceneEvent; extra: (copy: Placement) => void }, u: number) => void;

const travel: Rule = ({ subject, event }, u) => put(subject, between(event.from, event.to, u));
const rest: Rule = () => undefined;

const scale: Rule = ({ subject }, u) => {
  subject.radius *= 0.5 + 0.75 * u;
};

const fade: Rule = ({ subject }, u) => {
  subject.alpha = u;
};

/** from: the point at u = 0; to: the centre. The y axis points down, so a positive turn is clockwise on the screen. */
const circle: Rule = ({ subject, event }, u) => {
  const [dx, dy] = [event.from[0] - event.to[0], event.from[1] - event.to[1]];
  const [c, s] = [cosine(u), sine(u)];
  put(subject, [event.to[0] + dx * c - dy * s, event.to[1] + dx * s + dy * c]);
};

const RULES: Readonly<Record<Verb, Rule>> = {
  "moves-right": travel,
  "moves-left": travel,
  falls: travel,
  rises: travel,
  grows: scale,
  shrinks: scale,
  appears: fade,
  disappears: fade,
  approaches: travel,
  leaves: travel,
  "circles-clockwise": circle,
  "circles-anticlockwise": circle,
  // from: the ground point; to: the top of a hop. Three hops.
  bounces: ({ subject, event }, u) => put(subject, between(event.from, event.to, Math.abs(sine(1.5 * u)))),
  zigzags: ({ subject, event }, u) => {
    const [x, y] = between(event.from, event.to, u);
    const phase = 2 * u + 0.25;
    put(subject, [x, y + ZIGZAG * (1 - 4 * Math.abs(phase - Math.floor(phase) - 0.5))]);
  },
  // to: the right end of the swing about from.
  shakes: ({ subject, event }, u) => put(subject, between(event.from, event.to, sine(2.5 * u))),
  blinks: ({ subject }, u) => {
    if (u < 1 && Math.floor(u * 4) % 2 === 1) subject.alpha = 0;
  },
  "stays-still": rest,
  "changes-to": ({ subject, event }, u) => {
    if (u >= 0.5 && event.colour !== undefined) subject.colour = event.colour;
  },
  // from: the subject's start; to: the target's end, the target rests on the line between them.
  hits: ({ subject, target, event }, u) => {
    const start: Point = [target.x, target.y];
    put(subject, between(event.from, short(event.from, start, subject.radius + target.radius), Math.min(1, 2 * u)));
    put(target, between(start, event.to, Math.max(0, 2 * u - 1)));
  },
  "jumps-over": ({ subject, target, event }, u) => {
    const [x, y] = between(event.from, event.to, u);
    put(subject, [x, y - 4 * u * (1 - u) * (subject.radius + target.radius + CLEARANCE)]);
  },
  // from -> to is the target's path; the subject keeps a fixed distance behind it.
  follows: ({ subject, target, event }, u) => {
    const span = distanceBetween(event.from, event.to);
    const behind = (subject.radius + target.radius + CLEARANCE) / span;
    put(target, between(event.from, event.to, u));
    put(subject, between(event.from, event.to, u - behind));
  },
  "hides-behind": travel,
  "swaps-with": ({ subject, target, event }, u) => {
    const lift = (subject.radius + target.radius) / 2 + CLEARANCE;
    put(subject, arc(event.from, event.to, u, lift));
    put(target, arc(event.to, event.from, u, lift));
  },
  // to: where one half ends; the other half mirrors it.
  splits: ({ subject, event, extra }, u) => {
    subject.radius *= 1 - 0.35 * u;
    put(subject, between(event.from, event.to, u));
    if (u > 0) extra({ ...subject, x: event.from[0] - (subject.x - event.from[0]), y: event.from[1] - (subject.y - event.from[1]) });
  },
};

/** Drawn copies at clip time t (0..1), in painting order: actors above bystanders, `hides-behind` below its target. */
export function placementsAt(spec: Pick<SceneSpec, "objects" | "events">, t: number): Placement[] {
  const placements: Placement[] = spec.objects.map((object, index) => ({
    object: index,
    x: object.at[0],
    y: object.at[1],
    radius: RADIUS[object.size],
    colour: object.colour,
    alpha: 1,
  }));
  let order = placements;
  for (const event of spec.events) {
    const subject = placements[event.subject] as Placement;
    const target = placements[event.target ?? event.subject] as Placement;
    const copies: Placement[] = [subject];
    RULES[event.verb]({ subject, target, event, extra: (copy) => copies.push(copy) }, progress(event, t));
    const others = order.filter((placement) => placement !== subject);
    order = event.verb === "hides-behind" ? [...copies, ...others] : [...others, ...copies];
  }
  return order;
}
