import { expect, test } from "vitest";
import { cameraAxes, orbitCamera, project, rayDirection } from "../../../../src/data/worlds/scene/camera.ts";
import { sceneSpec } from "../../../../src/data/worlds/scene/fixtures.ts";
import { traceSolid } from "../../../../src/data/worlds/scene/render-solid.ts";
import { SceneSample } from "../../../../src/data/worlds/scene/sample.ts";
import { intersect, newHit, solidOf } from "../../../../src/data/worlds/scene/solids.ts";
import type { SceneSpec } from "../../../../src/data/worlds/scene/spec.ts";
import { covisibleShare, warpSecond } from "../../../../src/data/worlds/scene/views.ts";

const pairs = (count: number, start = 0) => Array.from({ length: count }, (_, index) => new SceneSample(sceneSpec("scene/view", "train", start + index), { size: 64, frames: 2 }));
const cameraOf = (spec: SceneSpec, view: number) => spec.camera[view] as SceneSpec["camera"][number];

test("camera axes are orthonormal and the point looked at is in the middle of the picture", () => {
  const camera = orbitCamera([0.3, 0.1, -0.2], 2.5, 0.7, 0.6, 1.15);
  const axes = cameraAxes(camera);
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  for (const [a, b, expected] of [[axes.right, axes.up, 0], [axes.up, axes.forward, 0], [axes.forward, axes.right, 0], [axes.up, axes.up, 1], [axes.forward, axes.forward, 1]] as const) expect(dot(a, b)).toBeCloseTo(expected, 6);
  const { u, v, depth } = project(camera, axes, [0.3, 0.1, -0.2]);
  expect(u).toBeCloseTo(0.5, 6);
  expect(v).toBeCloseTo(0.5, 6);
  expect(depth).toBeCloseTo(2.5, 5);
});

test("projecting a point of a pixel's ray gives the pixel back", () => {
  const camera = orbitCamera([0, 0, 0], 3, -1.1, 0.6, 1.2);
  const axes = cameraAxes(camera);
  const [dx, dy, dz] = rayDirection(camera, axes, 0.2, 0.9);
  const { u, v, depth } = project(camera, axes, [camera.x + 1.7 * dx, camera.y + 1.7 * dy, camera.z + 1.7 * dz]);
  expect([u, v, depth].map((value) => value.toFixed(6))).toEqual(["0.200000", "0.900000", "1.700000"]);
});

test("a ray straight down on a big ball meets it at its top", () => {
  // Radius 0.17 * 2 * 0.93 = 0.3162, standing on the floor: the top is at height 0.6324.
  const ball = solidOf({ shape: "circle", colour: "red", texture: "plain", size: "big", at: [0.4, -0.1], turn: 0 });
  const hit = newHit();
  expect(intersect(ball, 0.4, 3, -0.1, 0, -1, 0, 0, 10, hit)).toBe(true);
  expect(hit.t).toBeCloseTo(3 - 0.6324, 9);
  expect(intersect(ball, 0.8, 3, -0.1, 0, -1, 0, 0, 10, hit)).toBe(false);
});

test("a ray through the hole of a standing ring passes, one beside it does not", () => {
  const ring = solidOf({ shape: "ring", colour: "red", texture: "plain", size: "big", at: [0, 0], turn: 0 });
  const hit = newHit();
  expect(intersect(ring, 0, ring.y, -2, 0, 0, 1, 0, 10, hit)).toBe(false);
  // The tube's centre is at 0.68 radii; it is met 0.24 radii in front of it.
  expect(intersect(ring, 0.68 * 0.34, ring.y, -2, 0, 0, 1, 0, 10, hit)).toBe(true);
  expect(hit.t).toBeCloseTo(2 - 0.24 * 0.34, 2);
});

test("the floor's depth is the height over the slope of the ray", () => {
  const spec = { ...sceneSpec("scene/view", "train", 0), objects: [] };
  const camera = orbitCamera([0, 0, 0], 2, 0, Math.PI / 6, 1);
  const { depth, ids } = traceSolid(spec, camera, 64);
  // Height 1, looking down 30 degrees from 2 away; one pixel row is 1/64 of the height, centres half a pixel off.
  const slope = (row: number) => Math.sin(Math.PI / 6) - ((0.5 - (row + 0.5) / 64) / 1) * Math.cos(Math.PI / 6);
  for (const row of [10, 32, 63]) expect(depth[row * 64 + 20]).toBeCloseTo(1 / slope(row), 3);
  expect(ids.every((id) => id === 0)).toBe(true);
});

test("yaws differ by 5 to 35 degrees to either side and half of every picture or more is seen twice", () => {
  const samples = pairs(60);
  const yaws = samples.map((sample) => (sample.relativeYaw / Math.PI) * 180);
  expect(yaws.every((yaw) => Math.abs(yaw) >= 4.999 && Math.abs(yaw) <= 35.001)).toBe(true);
  expect(yaws.some((yaw) => yaw > 20) && yaws.some((yaw) => yaw < -20)).toBe(true);
  expect(Math.min(...samples.map((sample) => covisibleShare(sample.flow)))).toBeGreaterThan(0.5);
});

test("warping the second view along the flow explains the first where both see", () => {
  let [warpedError, plainError, count] = [0, 0, 0];
  for (const sample of pairs(40)) {
    const frames = sample.frames.data as Uint8Array;
    const second = frames.subarray(64 * 64 * 3);
    const flow = sample.flow;
    const warped = warpSecond(second, flow, 64);
    flow.covisible.forEach((seen, at) => {
      if (seen === 0) return;
      for (let channel = 3 * at; channel < 3 * at + 3; channel++) {
        warpedError += Math.abs((warped[channel] as number) - (frames[channel] as number));
        plainError += Math.abs((second[channel] as number) - (frames[channel] as number));
        count++;
      }
    });
  }
  expect(warpedError / count).toBeLessThan(6);
  expect(warpedError).toBeLessThan(0.3 * plainError);
});

test("depth maps of two views describe one surface: a ray from the second camera to a co-visible point meets nothing before it", () => {
  let [checked, blocked] = [0, 0];
  for (const sample of pairs(40, 100)) {
    const [first, second] = [cameraOf(sample.spec, 0), cameraOf(sample.spec, 1)];
    const axes = cameraAxes(first);
    const depth = sample.depth.data as Float32Array;
    const solids = sample.spec.objects.map(solidOf);
    const hit = newHit();
    sample.flow.covisible.forEach((seen, at) => {
      if (seen === 0 || at % 7 !== 0) return;
      const z = depth[at] as number;
      const [dx, dy, dz] = rayDirection(first, axes, ((at % 64) + 0.5) / 64, (Math.floor(at / 64) + 0.5) / 64);
      const ray = [first.x + z * dx - second.x, first.y + z * dy - second.y, first.z + z * dz - second.z] as const;
      checked++;
      if (solids.some((solid) => intersect(solid, second.x, second.y, second.z, ...ray, 0, 0.96, hit))) blocked++;
    });
  }
  expect(checked).toBeGreaterThan(10_000);
  expect(blocked / checked).toBeLessThan(0.01);
});

test("nearer objects hide farther ones: the id on top belongs to the least depth", () => {
  for (const { spec } of pairs(20)) {
    const camera = cameraOf(spec, 0);
    const whole = traceSolid(spec, camera, 64);
    const alone = spec.objects.map((object) => traceSolid({ ...spec, objects: [object] }, camera, 64));
    whole.depth.forEach((depth, at) => expect(depth).toBe(Math.min(...alone.map((layer) => layer.depth[at] as number))));
  }
});

test("camouflage changes colours and leaves depth and classes alone", () => {
  const spec = sceneSpec("scene/view", "train", 5);
  const view = { size: 64, frames: 1 };
  const [plain, hidden] = [new SceneSample(spec, view), new SceneSample({ ...spec, style: "camouflage" }, view)];
  expect(hidden.depth.data).toEqual(plain.depth.data);
  expect(hidden.cls.data).toEqual(plain.cls.data);
  expect(hidden.frames.data).not.toEqual(plain.frames.data);
  // Objects and ground share one range of colours.
  const greens = (want: boolean) => Array.from(hidden.ids.data as Uint8Array).flatMap((id, at) => (id > 0 === want ? [hidden.frames.data[at * 3 + 1] as number] : []));
  expect(Math.max(...greens(true))).toBeLessThanOrEqual(Math.max(...greens(false)) + 3);
});

test("a ball behind another is seen in part, and not at all when the nearer one covers it", () => {
  const ball = { shape: "circle", texture: "plain", turn: 0 } as const;
  const camera = [{ x: 0, y: 0.3, z: -3, yaw: 0, pitch: 0, focal: 1 }];
  const seen = (x: number) => {
    const objects = [{ ...ball, colour: "red", size: "big", at: [0, 0] }, { ...ball, colour: "blue", size: "small", at: [x, 1] }] as const;
    return [...new SceneSample({ ...sceneSpec("scene/view", "train", 0), objects, camera }, { size: 64, frames: 1 }).visible.data].map(Number);
  };
  expect(seen(0)).toEqual([1, 0]);
  expect(seen(2)).toEqual([1, 1]);
  const [near, far] = seen(0.4) as [number, number];
  expect(near).toBe(1);
  expect(far).toBeGreaterThan(0.2);
  expect(far).toBeLessThan(0.8);
});
