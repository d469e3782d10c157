/** What must hold for every scene: layers of one sample agree with each other and with the spec. */
import { cameraAxes, project } from "./camera.ts";
import { solidOf } from "./solids.ts";
import type { SceneSample } from "./sample.ts";
import { classOf } from "./vocabulary.ts";
import { FAR_DEPTH } from "./render-solid.ts";

/** Complaints about a sample in words, empty when all is well. */
export function checkScene(sample: SceneSample): string[] {
  return [...checkObjects(sample), ...checkMaps(sample), ...checkBoxes(sample), ...checkVisible(sample), ...(sample.spec.mode === "solid" ? checkSolid(sample) : [])];
}

function checkObjects({ spec }: SceneSample): string[] {
  const pairs = spec.objects.map(({ shape, colour }) => `${colour} ${shape}`);
  const twice = pairs.filter((pair, index) => pairs.indexOf(pair) !== index);
  const events = spec.events.filter(({ t0, t1 }) => !(t0 >= 0 && t1 <= 1 && t0 < t1)).map(({ verb }) => `${verb}: window outside 0..1`);
  return [...twice.map((pair) => `two objects are a ${pair}`), ...events];
}

/** Every id names an object and the class map is its shape. */
function checkMaps(sample: SceneSample): string[] {
  const [ids, classes] = [sample.ids.data as Uint8Array, sample.cls.data as Uint8Array];
  const expected = [0, ...sample.spec.objects.map((object) => classOf(object.shape))];
  const wrong = ids.findIndex((id, at) => classes[at] !== expected[id]);
  return wrong < 0 ? [] : [`pixel ${wrong}: id ${ids[wrong]} has class ${classes[wrong]}`];
}

/** Every pixel of an object lies in its box (to a pixel), and a hidden object has no pixels. */
function checkBoxes(sample: SceneSample): string[] {
  const { size } = sample;
  const ids = sample.ids.data as Uint8Array;
  const boxes = sample.boxes.data as Float32Array;
  const count = sample.spec.objects.length;
  const complaints: string[] = [];
  ids.forEach((id, at) => {
    if (id === 0) return;
    const time = Math.floor(at / (size * size));
    const [row, column] = [(Math.floor(at / size) % size) / size, (at % size) / size];
    const [left, top, right, bottom] = boxes.subarray((time * count + id - 1) * 4) as unknown as [number, number, number, number];
    const slack = 1 / size + 1e-6;
    if (!(column >= left - slack && row >= top - slack && column <= right && row <= bottom)) complaints.push(`frame ${time}: pixel (${column}, ${row}) of object ${id} outside its box`);
  });
  return complaints;
}

/** Visible shares are shares, and zero exactly where the box is unknown. */
function checkVisible(sample: SceneSample): string[] {
  const visible = sample.visible.data as Float32Array;
  const boxes = sample.boxes.data as Float32Array;
  return Array.from(visible).flatMap((share, index) => {
    const hidden = Number.isNaN(boxes[index * 4] as number);
    if (!(share >= 0 && share <= 1)) return [`object ${index}: visible share ${share}`];
    return hidden === (share === 0) ? [] : [`object ${index}: hidden ${hidden} but visible share ${share}`];
  });
}

/** Depth is in front of the camera everywhere, and an object's pixels are as deep as its ball allows. */
function checkSolid(sample: SceneSample): string[] {
  const { size, spec } = sample;
  const ids = sample.ids.data as Uint8Array;
  const depth = sample.depth.data as Float32Array;
  const complaints: string[] = [];
  const reach = spec.camera.map((camera) => {
    const axes = cameraAxes(camera);
    return spec.objects.map(solidOf).map((solid) => ({ centre: project(camera, axes, [solid.x, solid.y, solid.z]).depth, bound: solid.bound }));
  });
  ids.forEach((id, at) => {
    const z = depth[at] as number;
    if (!(z > 0 && z < FAR_DEPTH)) complaints.push(`pixel ${at}: depth ${z}`);
    if (id === 0) return;
    const { centre, bound } = reach[Math.floor(at / (size * size))]?.[id - 1] as { centre: number; bound: number };
    if (Math.abs(z - centre) > bound + 1e-4) complaints.push(`pixel ${at}: depth ${z}, object ${id} is at ${centre} +- ${bound}`);
  });
  return complaints;
}
