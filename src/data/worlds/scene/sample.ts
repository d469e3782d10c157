/** A scene seen at a size: a lazy record that renders only what is asked for, once. */
import { hostArray } from "../../../engine/host-array.ts";
import type { HostArray } from "../../../engine/host-array.ts";
import { heldOutCells } from "./held-out.ts";
import type { HeldOutCell } from "./held-out.ts";
import { splitOfScene } from "./form.ts";
import { renderFlat } from "./render-flat.ts";
import { shadeSolid, traceSolid } from "./render-solid.ts";
import type { SolidGeometry } from "./render-solid.ts";
import type { Split } from "../split.ts";
import type { SceneCamera, SceneSpec } from "./spec.ts";
import { classOf } from "./vocabulary.ts";
import { viewFlow } from "./views.ts";
import type { ViewFlow } from "./views.ts";

export interface SceneView {
  /** Picture side S in pixels. */
  readonly size: number;
  /** Frames T of a flat clip, at (k + 0.5) / T; cameras of a solid scene, the first T. */
  readonly frames: number;
}

interface Layers {
  readonly frames: Uint8Array;
  readonly ids: Uint8Array;
  readonly boxes: Float32Array;
  readonly visible: Float32Array;
}

/** Computes on first use. */
function once<T>(compute: () => T): () => T {
  let value: { readonly held: T } | undefined;
  return () => (value ??= { held: compute() }).held;
}

export class SceneSample {
  readonly spec: SceneSpec;
  readonly size: number;
  readonly times: number;
  private readonly flat: () => Layers;
  private readonly geometry: () => readonly SolidGeometry[];
  private readonly colours: () => Uint8Array;
  private readonly pair: () => ViewFlow;

  constructor(spec: SceneSpec, view: SceneView) {
    if (spec.mode === "solid" && view.frames > spec.camera.length)
      throw new RangeError(`scene ${spec.id}: ${view.frames} views asked for, it has ${spec.camera.length} cameras`);
    this.spec = spec;
    this.size = view.size;
    this.times = view.frames;
    this.flat = once(() => this.paint());
    this.geometry = once(() => this.cameras().map((camera) => traceSolid(spec, camera, this.size)));
    this.colours = once(() => this.shade());
    this.pair = once(() => this.relate());
  }

  /** Split that the scene's canonical form belongs to. */
  get split(): Split {
    return splitOfScene(this.spec);
  }

  /** Held-out attribute cells that it touches; empty outside `ood` packs. */
  get ood(): HeldOutCell[] {
    return heldOutCells(this.spec);
  }

  /** [T, S, S, 3] uint8 sRGB. */
  get frames(): HostArray {
    return hostArray(this.spec.mode === "flat" ? this.flat().frames : this.colours(), [this.times, this.size, this.size, 3]);
  }

  /** [T, S, S] uint8: 0 = ground, else object index + 1. */
  get ids(): HostArray {
    return hostArray(this.idMap(), [this.times, this.size, this.size]);
  }

  /** [T, S, S] uint8: 0 = ground, 1..12 = shape. */
  get cls(): HostArray {
    const classes = [0, ...this.spec.objects.map((object) => classOf(object.shape))];
    return hostArray(this.idMap().map((id) => classes[id] as number), [this.times, this.size, this.size]);
  }

  /** [T, S, S] float32, depth along the optical axis in world units. Solid scenes only. */
  get depth(): HostArray {
    this.needSolid("depth");
    const area = this.size * this.size;
    const data = new Float32Array(this.times * area);
    this.geometry().forEach((geometry, time) => data.set(geometry.depth, time * area));
    return hostArray(data, [this.times, this.size, this.size]);
  }

  /** [T, N, 4] float32: left, top, right, bottom of the visible part in 0..1, NaN when hidden. Flat scenes count half pixels. */
  get boxes(): HostArray {
    const data = this.spec.mode === "flat" ? this.flat().boxes : boxesOf(this.idMap(), this.times, this.size, this.spec.objects.length);
    return hostArray(data, [this.times, this.spec.objects.length, 4]);
  }

  /** [T, N] float32: visible share of each object's footprint; 0 when absent. */
  get visible(): HostArray {
    const data = this.spec.mode === "flat" ? this.flat().visible : this.visibleSolids();
    return hostArray(data, [this.times, this.spec.objects.length]);
  }

  /** [T, 6] float32: x, y, z, yaw, pitch, focal (radians, image heights). */
  get pose(): HostArray {
    return hostArray(Float32Array.from(this.cameras().flatMap(({ x, y, z, yaw, pitch, focal }) => [x, y, z, yaw, pitch, focal])), [this.times, 6]);
  }

  /** Radians the second camera is turned against the first. Solid scenes of two views only. */
  get relativeYaw(): number {
    this.needPair("relativeYaw");
    const [first, second] = this.cameras() as [SceneCamera, SceneCamera];
    return second.yaw - first.yaw;
  }

  /** Where the pixels of view 1 are in view 2. Solid scenes of two views only. */
  get flow(): ViewFlow {
    this.needPair("flow");
    return this.pair();
  }

  private cameras(): SceneCamera[] {
    const { camera } = this.spec;
    if (this.spec.mode === "solid") return camera.slice(0, this.times);
    return Array.from({ length: this.times }, (_, k) => camera[Math.floor(((k + 0.5) / this.times) * camera.length)] as SceneCamera);
  }

  private idMap(): Uint8Array {
    if (this.spec.mode === "flat") return this.flat().ids;
    const area = this.size * this.size;
    const data = new Uint8Array(this.times * area);
    this.geometry().forEach((geometry, time) => data.set(geometry.ids, time * area));
    return data;
  }

  private paint(): Layers {
    const { times, size } = this;
    const count = this.spec.objects.length;
    const area = size * size;
    const layers: Layers = {
      frames: new Uint8Array(times * area * 3),
      ids: new Uint8Array(times * area),
      boxes: new Float32Array(times * count * 4),
      visible: new Float32Array(times * count),
    };
    for (let k = 0; k < times; k++) {
      renderFlat(this.spec, (k + 0.5) / times, size, {
        rgb: layers.frames.subarray(k * area * 3, (k + 1) * area * 3),
        ids: layers.ids.subarray(k * area, (k + 1) * area),
        boxes: layers.boxes.subarray(k * count * 4, (k + 1) * count * 4),
        visible: layers.visible.subarray(k * count, (k + 1) * count),
      });
    }
    return layers;
  }

  private shade(): Uint8Array {
    const bytes = this.size * this.size * 3;
    const data = new Uint8Array(this.times * bytes);
    this.cameras().forEach((camera, time) => shadeSolid(this.spec, camera, this.size, data.subarray(time * bytes, (time + 1) * bytes)));
    return data;
  }

  private relate(): ViewFlow {
    const [first, second] = this.cameras() as [SceneCamera, SceneCamera];
    const [one, two] = this.geometry() as [SolidGeometry, SolidGeometry];
    return viewFlow({ camera: first, depth: one.depth }, { camera: second, depth: two.depth }, this.size);
  }

  /** Pixels each solid keeps among the others, over those it has alone. */
  private visibleSolids(): Float32Array {
    const { spec, size } = this;
    return Float32Array.from(
      this.geometry().flatMap(({ ids }, time) =>
        spec.objects.map((object, index) => {
          const alone = traceSolid({ ...spec, objects: [object] }, spec.camera[time] as SceneCamera, size).ids;
          const count = (map: Uint8Array, id: number): number => map.reduce((sum, value) => sum + Number(value === id), 0);
          const whole = count(alone, 1);
          return whole === 0 ? 0 : count(ids, index + 1) / whole;
        }),
      ),
    );
  }

  private needSolid(field: string): void {
    if (this.spec.mode !== "solid") throw new TypeError(`scene ${this.spec.id}: ${field} exists for solid scenes, this one is ${this.spec.mode}`);
  }

  private needPair(field: string): void {
    this.needSolid(field);
    if (this.times < 2) throw new RangeError(`scene ${this.spec.id}: ${field} needs two views, ${this.times} asked for; pass frames: 2`);
  }
}

/** Pixel boxes of an id map [T, S, S] as [T, N, 4] in 0..1. */
function boxesOf(ids: Uint8Array, times: number, size: number, count: number): Float32Array {
  const boxes = new Float32Array(times * count * 4).fill(NaN);
  ids.forEach((id, at) => {
    if (id === 0) return;
    const time = Math.floor(at / (size * size));
    const [row, column] = [Math.floor(at / size) % size, at % size];
    const box = boxes.subarray((time * count + id - 1) * 4, (time * count + id) * 4);
    const edges = [column / size, row / size, (column + 1) / size, (row + 1) / size];
    edges.forEach((edge, side) => {
      const known = box[side] as number;
      if (Number.isNaN(known) || (side < 2 ? edge < known : edge > known)) box[side] = edge;
    });
  });
  return boxes;
}
