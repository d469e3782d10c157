import { expect, test } from "vitest";
import { sceneSpec } from "../../../../src/data/worlds/scene/fixtures.ts";
import { canonicalForm } from "../../../../src/data/worlds/scene/form.ts";
import { placementsAt } from "../../../../src/data/worlds/scene/motion.ts";
import { reversed } from "../../../../src/data/worlds/scene/reverse.ts";
import { SceneSample } from "../../../../src/data/worlds/scene/sample.ts";
import type { SceneSpec } from "../../../../src/data/worlds/scene/spec.ts";
import { REVERSIBLE_VERBS, VERB_INFO, partnerOf } from "../../../../src/data/worlds/scene/verbs.ts";
import { VERBS } from "../../../../src/data/worlds/scene/vocabulary.ts";
import type { Verb } from "../../../../src/data/worlds/scene/vocabulary.ts";

const clips = (count: number, start = 0): SceneSpec[] => Array.from({ length: count }, (_, index) => sceneSpec("clip/single", "train", start + index));
const verbOf = (spec: SceneSpec): Verb => (spec.events[0] as SceneSpec["events"][number]).verb;
const framesOf = (spec: SceneSpec, frames: number): Uint8Array => new SceneSample(spec, { size: 32, frames }).frames.data as Uint8Array;
const acting = (spec: SceneSpec, t: number) => placementsAt(spec, t).filter(({ object }) => object === spec.events[0]?.subject);
const subjectAt = (spec: SceneSpec, t: number) => acting(spec, t)[0] as ReturnType<typeof placementsAt>[number];
const targetAt = (spec: SceneSpec, t: number) => placementsAt(spec, t).find(({ object }) => object === spec.events[0]?.target) as ReturnType<typeof placementsAt>[number];
const apart = (a: { x: number; y: number }, b: { x: number; y: number }) => Math.hypot(a.x - b.x, a.y - b.y);

test("the verbs are six reversible pairs and twelve others, and partners point at each other", () => {
  expect(VERBS).toHaveLength(24);
  expect(REVERSIBLE_VERBS).toHaveLength(12);
  for (const verb of REVERSIBLE_VERBS) {
    expect(partnerOf(partnerOf(verb) as Verb)).toBe(verb);
    expect(VERB_INFO[verb].backwards).toBe(!VERB_INFO[partnerOf(verb) as Verb].backwards);
  }
  expect(partnerOf("bounces")).toBeUndefined();
});

test("a clip of a pair played backwards is, to the byte, a clip of its partner", () => {
  const pairs = clips(144).filter((spec) => partnerOf(verbOf(spec)) !== undefined);
  expect(pairs).toHaveLength(72);
  for (const spec of pairs) {
    const back = reversed(spec);
    expect(verbOf(back)).toBe(partnerOf(verbOf(spec)));
    const [there, again] = [framesOf(spec, 8), framesOf(back, 8)];
    const frame = 32 * 32 * 3;
    for (let k = 0; k < 8; k++) expect(again.subarray((7 - k) * frame, (8 - k) * frame)).toEqual(there.subarray(k * frame, (k + 1) * frame));
    // The single frame at half time is the same picture under both labels, so one frame cannot tell the direction.
    expect(framesOf(back, 1)).toEqual(framesOf(spec, 1));
    expect(canonicalForm(back)).toBe(canonicalForm(spec));
  }
});

test("every run of 24 clips holds every verb once", () => {
  for (const start of [0, 24, 48]) expect(new Set(clips(24, start).map(verbOf)).size).toBe(24);
});

test("both verbs of a pair have windows and adverbs of one law", () => {
  const summary = (backwards: boolean) => {
    const events = Array.from({ length: 1200 }, (_, index) => sceneSpec("clip/reversible", "train", index).events[0] as SceneSpec["events"][number]).filter((event) => VERB_INFO[event.verb].backwards === backwards);
    const mean = (value: (event: SceneSpec["events"][number]) => number) => events.reduce((sum, event) => sum + value(event), 0) / events.length;
    return { count: events.length, middle: mean(({ t0, t1 }) => (t0 + t1) / 2), length: mean(({ t0, t1 }) => t1 - t0), slow: mean(({ adverb }) => Number(adverb === "slowly")) };
  };
  const [forth, back] = [summary(false), summary(true)];
  expect([forth.count, back.count]).toEqual([600, 600]);
  for (const { middle } of [forth, back]) expect(Math.abs(middle - 0.5)).toBeLessThan(0.03);
  expect(Math.abs(forth.length - back.length)).toBeLessThan(0.04);
  expect(Math.abs(forth.slow - back.slow)).toBeLessThan(0.1);
});

test("slow events cover at least 60 % of the clip, quick ones at most 30 %", () => {
  for (const { events } of clips(240)) {
    for (const { adverb, t0, t1 } of events) {
      if (adverb === "slowly") expect(t1 - t0).toBeGreaterThanOrEqual(0.6);
      if (adverb === "quickly") expect(t1 - t0).toBeLessThanOrEqual(0.3);
      expect(t0).toBeGreaterThanOrEqual(0);
      expect(t1).toBeLessThanOrEqual(1);
    }
  }
});

/** What each verb claims, said again from the start and end of the clip. */
const CLAIMS: Record<Verb, (spec: SceneSpec) => boolean> = {
  "moves-right": (spec) => subjectAt(spec, 1).x - subjectAt(spec, 0).x > 0.25 && subjectAt(spec, 1).y === subjectAt(spec, 0).y,
  "moves-left": (spec) => subjectAt(spec, 0).x - subjectAt(spec, 1).x > 0.25 && subjectAt(spec, 1).y === subjectAt(spec, 0).y,
  falls: (spec) => subjectAt(spec, 1).y - subjectAt(spec, 0).y > 0.25,
  rises: (spec) => subjectAt(spec, 0).y - subjectAt(spec, 1).y > 0.25,
  grows: (spec) => subjectAt(spec, 1).radius > 2 * subjectAt(spec, 0).radius,
  shrinks: (spec) => subjectAt(spec, 0).radius > 2 * subjectAt(spec, 1).radius,
  appears: (spec) => subjectAt(spec, 0).alpha === 0 && subjectAt(spec, 1).alpha === 1,
  disappears: (spec) => subjectAt(spec, 0).alpha === 1 && subjectAt(spec, 1).alpha === 0,
  approaches: (spec) => apart(subjectAt(spec, 0), targetAt(spec, 0)) - apart(subjectAt(spec, 1), targetAt(spec, 1)) > 0.25,
  leaves: (spec) => apart(subjectAt(spec, 1), targetAt(spec, 1)) - apart(subjectAt(spec, 0), targetAt(spec, 0)) > 0.25,
  "circles-clockwise": (spec) => sweep(spec) > 0,
  "circles-anticlockwise": (spec) => sweep(spec) < 0,
  bounces: (spec) => tops(spec) === 3,
  zigzags: (spec) => Math.abs(subjectAt(spec, 1).x - subjectAt(spec, 0).x) > 0.25 && spread(spec, "y") > 0.15,
  shakes: (spec) => spread(spec, "x") > 0.1 && spread(spec, "x") < 0.2 && spread(spec, "y") === 0,
  blinks: (spec) => eighths(spec).some(({ alpha }) => alpha === 0) && subjectAt(spec, 0).alpha === 1 && subjectAt(spec, 1).alpha === 1,
  "stays-still": (spec) => spread(spec, "x") === 0 && spread(spec, "y") === 0,
  "changes-to": (spec) => subjectAt(spec, 0).colour !== subjectAt(spec, 1).colour && subjectAt(spec, 1).colour === spec.events[0]?.colour,
  hits: (spec) => apart(targetAt(spec, 0), targetAt(spec, 1)) > 0.1 && apart(subjectAt(spec, 0), subjectAt(spec, 1)) > 0.1,
  "jumps-over": (spec) => (subjectAt(spec, 0).x - targetAt(spec, 0).x) * (subjectAt(spec, 1).x - targetAt(spec, 0).x) < 0 && spread(spec, "y") > 0.2,
  follows: (spec) => Math.abs(apart(subjectAt(spec, 0), targetAt(spec, 0)) - apart(subjectAt(spec, 1), targetAt(spec, 1))) < 1e-9 && apart(targetAt(spec, 0), targetAt(spec, 1)) > 0.25,
  "hides-behind": (spec) => apart(subjectAt(spec, 1), targetAt(spec, 1)) < 1e-9 && placementsAt(spec, 1)[0]?.object === spec.events[0]?.subject,
  "swaps-with": (spec) => apart(subjectAt(spec, 1), targetAt(spec, 0)) < 1e-9 && apart(targetAt(spec, 1), subjectAt(spec, 0)) < 1e-9,
  splits: (spec) => acting(spec, 0).length === 1 && acting(spec, 1).length === 2,
};

function moments(spec: SceneSpec) {
  return Array.from({ length: 257 }, (_, i) => subjectAt(spec, i / 256));
}

function eighths(spec: SceneSpec) {
  return Array.from({ length: 8 }, (_, k) => subjectAt(spec, (k + 0.5) / 8));
}

function spread(spec: SceneSpec, axis: "x" | "y"): number {
  const values = moments(spec).map((placement) => placement[axis]);
  return Math.max(...values) - Math.min(...values);
}

/** Highest points of the path, in the middle of the clip. */
function tops(spec: SceneSpec): number {
  const heights = moments(spec).map(({ y }) => -y);
  return heights.filter((height, i) => i > 0 && i < 256 && height > (heights[i - 1] as number) && height >= (heights[i + 1] as number)).length;
}

/** Twice the signed area of the closed path; positive is clockwise on a screen whose y points down. */
function sweep(spec: SceneSpec): number {
  const path = moments(spec);
  return path.reduce((sum, { x, y }, i) => {
    const next = path[(i + 1) % path.length] as { x: number; y: number };
    return sum + x * next.y - next.x * y;
  }, 0);
}

test.each(VERBS)("%s does what it says, inside the canvas", (verb) => {
  const label = VERBS.indexOf(verb);
  for (let round = 0; round < 12; round++) {
    const spec = sceneSpec("clip/single", "train", label + 24 * round);
    expect(verbOf(spec)).toBe(verb);
    expect(CLAIMS[verb](spec), spec.id).toBe(true);
    for (let i = 0; i <= 64; i++)
      for (const { x, y, radius } of placementsAt(spec, i / 64)) expect(Math.min(x - radius, y - radius, 1 - x - radius, 1 - y - radius), spec.id).toBeGreaterThan(0);
  }
});

test("every clip but the still ones changes between its eight frames, beyond the shake of the canvas", () => {
  for (const spec of clips(96)) {
    const steady = { ...spec, camera: [{ x: 0, y: 0, z: 0, yaw: 0, pitch: 0, focal: 1 }] };
    const frames = framesOf(steady, 8);
    const frame = 32 * 32 * 3;
    const moved = Array.from({ length: 7 }, (_, k) => frames.subarray(k * frame, (k + 1) * frame).some((value, i) => value !== frames[(k + 1) * frame + i]));
    expect(moved.includes(true), `${spec.id} ${verbOf(spec)}`).toBe(verbOf(spec) !== "stays-still");
  }
});

test("only verbs of pairs can be reversed", () => {
  const bouncing = sceneSpec("clip/single", "train", VERBS.indexOf("bounces"));
  expect(() => reversed(bouncing)).toThrow('"bounces" has no reverse');
});
