/**
 * Playing a clip backwards: the truth of the reversed clip. For a number of frames that is a power of two its frames are
 * the same bytes in the opposite order; for others, frame times round and a pixel may differ.
 */
import type { SceneEvent, SceneSpec } from "./spec.ts";
import { partnerOf } from "./verbs.ts";

/**
 * Spec of the clip played backwards. Throws unless every event is one of the six reversible pairs: for other verbs the
 * reversal is not an event of this world.
 */
export function reversed(spec: SceneSpec): SceneSpec {
  const events = spec.events.map((event): SceneEvent => {
    const verb = partnerOf(event.verb);
    if (verb === undefined) throw new RangeError(`scene ${spec.id}: "${event.verb}" has no reverse; only reversible pairs can be played backwards`);
    return { ...event, verb, t0: 1 - event.t1, t1: 1 - event.t0 };
  });
  return { ...spec, id: `${spec.id}/reversed`, events, camera: [...spec.camera].reverse() };
}
