/** The card of this world: what it holds, its identity by content, and the audit that travels with it. */
import { contentHash } from "../content-hash.ts";
import { SPLITS } from "../split.ts";
import type { Split } from "../split.ts";
import { canonicalForm } from "./form.ts";
import { RECIPES, SCENE_FIXTURES, SCENE_VERSION, sceneSpec } from "./fixtures.ts";
import type { SceneFixture } from "./fixtures.ts";
import { SceneSample } from "./sample.ts";
import type { TypedArray } from "../../../engine/dtype.ts";

export interface FixtureCard {
  readonly about: string;
  readonly size: number;
  readonly frames: number;
  readonly counts: Readonly<Record<Split, number>>;
  readonly verbs: readonly string[];
  /** SHA-256 of the first items of every split: colours, ids and (solid) depth. */
  readonly hash: string;
  /** Canonical forms found in more than one split among the items looked at; must be 0. */
  readonly leaks: number;
  /** Items per second on this machine: rendered with all layers, and drawn as specs alone. */
  readonly speed: { readonly rendered: number; readonly drawn: number };
}

export interface SceneCard {
  readonly id: "scene";
  readonly version: number;
  /** Items of each split that were looked at. */
  readonly items: number;
  readonly fixtures: Readonly<Record<SceneFixture, FixtureCard>>;
}

/** Measures and hashes the first `items` items of every split of every fixture. */
export async function sceneCard(items = 16): Promise<SceneCard> {
  const entries = [];
  for (const fixture of SCENE_FIXTURES) entries.push([fixture, await fixtureCard(fixture, items)] as const);
  return { id: "scene", version: SCENE_VERSION, items, fixtures: Object.fromEntries(entries) as Record<SceneFixture, FixtureCard> };
}

async function fixtureCard(fixture: SceneFixture, items: number): Promise<FixtureCard> {
  const { about, size, frames, counts, verbs } = RECIPES[fixture];
  const started = performance.now();
  const specs = SPLITS.flatMap((split) => Array.from({ length: items }, (_, index) => ({ split, spec: sceneSpec(fixture, split, index) })));
  const drawn = performance.now();
  const layers = specs.flatMap(({ spec }) => layersOf(new SceneSample(spec, { size, frames })));
  const rendered = performance.now();
  const homes = new Map<string, Split>();
  const leaks = specs.filter(({ split, spec }) => {
    const form = canonicalForm(spec);
    const home = homes.get(form) ?? split;
    homes.set(form, home);
    return home !== split;
  }).length;
  const perSecond = (from: number, to: number): number => Math.round((specs.length / (to - from)) * 1000);
  return { about, size, frames, counts, verbs, hash: await contentHash(layers), leaks, speed: { rendered: perSecond(drawn, rendered), drawn: perSecond(started, drawn) } };
}

function layersOf(sample: SceneSample): TypedArray[] {
  const flat = [sample.frames.data, sample.ids.data];
  return sample.spec.mode === "solid" ? [...flat, sample.depth.data] : flat;
}
