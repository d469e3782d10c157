/** Random start and end of each verb's path, and where its target rests, on the unit canvas. */
import type { RandomStream } from "../../../engine/random/stream.ts";
import { cosine, sine } from "../sine.ts";
import { CLEARANCE, ZIGZAG } from "./motion.ts";
import { distanceBetween } from "./plane.ts";
import type { Point } from "./spec.ts";
import type { Verb } from "./vocabulary.ts";

export interface Path {
  readonly from: Point;
  readonly to: Point;
  /** Where the target rests; verbs without a target have none. */
  readonly target?: Point;
}

/** Radii of the subject and of the target, canvas units. */
export interface Radii {
  readonly subject: number;
  readonly target: number;
}

type PathLaw = (random: RandomStream, radii: Radii) => Path;

/** Least travel that can be seen at 32 pixels. */
const LEAST_TRAVEL = 0.28;

/** A centre whose disc stays inside the canvas. */
function place(random: RandomStream, radius: number): Point {
  const margin = radius + CLEARANCE;
  return [random.uniform(margin, 1 - margin), random.uniform(margin, 1 - margin)];
}

function towards(from: Point, turn: number, distance: number): Point {
  return [from[0] + cosine(turn) * distance, from[1] + sine(turn) * distance];
}

/** Position along one axis and the travel on it. */
function span(random: RandomStream, radius: number): Point {
  const margin = radius + CLEARANCE;
  const travel = random.uniform(LEAST_TRAVEL, 1 - 2 * margin);
  const start = random.uniform(margin, 1 - margin - travel);
  return [start, start + travel];
}

const across: PathLaw = (random, { subject }) => {
  const [x0, x1] = span(random, subject);
  const [, y] = place(random, subject);
  return { from: [x0, y], to: [x1, y] };
};

const down: PathLaw = (random, { subject }) => {
  const [y0, y1] = span(random, subject);
  const [x] = place(random, subject);
  return { from: [x, y0], to: [x, y1] };
};

const inPlace: PathLaw = (random, { subject }) => {
  const at = place(random, subject);
  return { from: at, to: at };
};

/** The far end is free, the near end touches the target. */
const nearer: PathLaw = (random, { subject, target }) => {
  const rests = place(random, target);
  const turn = random.uniform();
  const near = subject + target + CLEARANCE;
  return { from: towards(rests, turn, near + random.uniform(LEAST_TRAVEL, 0.5)), to: towards(rests, turn, near), target: rests };
};

const orbit: PathLaw = (random, { subject }) => {
  const reach = random.uniform(0.15, 0.25);
  const centre = place(random, subject + reach);
  return { from: towards(centre, random.uniform(), reach), to: centre };
};

const eitherWay = (law: PathLaw): PathLaw => (random, radii) => {
  const path = law(random, radii);
  return random.bernoulli(0.5) ? path : { ...path, from: path.to, to: path.from };
};

const straight: PathLaw = (random, { subject, target }) => {
  const from = place(random, subject);
  return { from, to: towards(from, random.uniform(), subject + target + random.uniform(LEAST_TRAVEL, 0.4)) };
};

/** Path laws; whatever leaves the canvas is drawn again by the grammar. */
export const PATH_LAWS: Readonly<Record<Verb, PathLaw>> = {
  "moves-right": across,
  "moves-left": across,
  falls: down,
  rises: down,
  grows: inPlace,
  shrinks: inPlace,
  appears: inPlace,
  disappears: inPlace,
  approaches: nearer,
  leaves: nearer,
  "circles-clockwise": orbit,
  "circles-anticlockwise": orbit,
  bounces: (random, { subject }) => {
    const [x, y] = place(random, subject);
    return { from: [x, y], to: [x, y - random.uniform(0.18, 0.32)] };
  },
  zigzags: eitherWay((random, { subject }) => {
    const [x0, x1] = span(random, subject);
    const [, y] = place(random, subject + ZIGZAG);
    return { from: [x0, y], to: [x1, y] };
  }),
  shakes: (random, { subject }) => {
    const at = place(random, subject);
    return { from: at, to: [at[0] + random.uniform(0.06, 0.09), at[1]] };
  },
  blinks: inPlace,
  "stays-still": inPlace,
  "changes-to": inPlace,
  hits: (random, radii) => {
    const { from, to } = straight(random, radii);
    const reach = distanceBetween(from, to);
    const share = (0.5 * (reach + radii.subject + radii.target)) / reach;
    return { from, to, target: [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share] };
  },
  "jumps-over": eitherWay((random, { subject, target }) => {
    const rests = place(random, target);
    const reach = subject + target + CLEARANCE;
    return { from: [rests[0] - reach, rests[1]], to: [rests[0] + reach, rests[1]], target: rests };
  }),
  follows: (random, radii) => {
    const path = straight(random, radii);
    return { ...path, target: path.from };
  },
  "hides-behind": (random, { subject, target }) => {
    const rests = place(random, target);
    return { from: towards(rests, random.uniform(), subject + target + random.uniform(0.1, 0.3)), to: rests, target: rests };
  },
  "swaps-with": (random, radii) => {
    const path = straight(random, radii);
    return { ...path, target: path.to };
  },
  splits: (random, { subject }) => {
    const from = place(random, subject);
    return { from, to: towards(from, random.uniform(), random.uniform(0.17, 0.25)) };
  },
};
