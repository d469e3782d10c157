/** Reading an image at points given by a tensor: onnxruntime's kernel forward, gathers and scatters backward. */
import { definePrimitive } from "../primitive.ts";
import type { OpSet } from "../primitive.ts";
import { showShape, sizeOf } from "../shape.ts";
import type { Aval, Tensor } from "../tensor.ts";
import { requireDtype } from "./elementwise.ts";
import { ramp, samplesOf } from "./samples.ts";

export interface GridSampleAttributes {
  /** What lies outside the image. */
  readonly padding: "zeros" | "border";
  /** Whether -1 and 1 are the centers of the corner pixels, or the outer edges of the image. */
  readonly alignCorners: boolean;
}

/** Bilinear reading of x [B, C, H, W] at grid [B, h, w, 2], (x, y) in [-1, 1] -> [B, C, h, w]. */
export const gridSample = definePrimitive<GridSampleAttributes>({
  name: "gridSample",
  infer: ([x, grid]) => {
    const { shape } = requireDtype("gridSample", x as Aval, ["float32"]);
    const points = requireDtype("gridSample: grid", grid as Aval, ["float32"]).shape;
    if (shape.length !== 4 || points.length !== 4 || points[3] !== 2 || points[0] !== shape[0]) throw new RangeError(`gridSample: expected x [B, C, H, W] and grid [B, h, w, 2], got ${showShape(shape)} and ${showShape(points)}`);
    return [{ shape: [shape[0] as number, shape[1] as number, points[1] as number, points[2] as number], dtype: "float32" }];
  },
  vjp: ({ ops, inputs, attributes, gradient, needs }) => {
    const [x, grid] = inputs as readonly [Tensor, Tensor];
    const [batch, channels, height, width] = x.shape as readonly [number, number, number, number];
    const count = grid.size / 2; // points of the whole batch
    const columns = alongAxis(ops, grid, 0, width, attributes);
    const rows = alongAxis(ops, grid, 1, height, attributes);
    const image = ops.mul(ops.expand(ops.reshape(ops.arange(batch), [batch, 1, 1]), grid.shape.slice(0, 3)), height * width);
    const corners = ([0, 1] as const).flatMap((dy) => ([0, 1] as const).map((dx) => ({ index: ops.reshape(ops.add(image, ops.add(ops.mul(rows.index[dy], width), columns.index[dx])), [count]), dx, dy })));
    const lines = ops.reshape(ops.transpose(gradient, [0, 2, 3, 1]), [count, channels]); // [B h w, C]
    const toImage = (): Tensor => {
      const shares = corners.map(({ dx, dy }) => ops.mul(lines, ops.reshape(ops.mul(columns.weight[dx], rows.weight[dy]), [count, 1])));
      const total = ops.scatterRows(ops.concat(corners.map(({ index }) => index), 0), ops.concat(shares, 0), [batch * height * width, channels]);
      return ops.transpose(ops.reshape(total, [batch, height, width, channels]), [0, 3, 1, 2]);
    };
    const toGrid = (): Tensor => {
      const pixels = ops.reshape(ops.transpose(x, [0, 2, 3, 1]), [batch * height * width, channels]);
      const agreement = corners.map(({ index }) => ops.reshape(ops.sum(ops.mul(lines, ops.gather(pixels, index)), 1), grid.shape.slice(0, 3)));
      const total = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => ops.add(sum, term));
      const alongX = total(corners.map(({ dx, dy }, k) => ops.mul(agreement[k] as Tensor, ops.mul(columns.slope[dx], rows.weight[dy]))));
      const alongY = total(corners.map(({ dx, dy }, k) => ops.mul(agreement[k] as Tensor, ops.mul(rows.slope[dy], columns.weight[dx]))));
      return ops.concat([ops.unsqueeze(alongX, -1), ops.unsqueeze(alongY, -1)], -1);
    };
    return [needs[0] ? toImage() : null, needs[1] ? toGrid() : null];
  },
  lower: ({ emitter, inputs, outputs, attributes: { padding, alignCorners } }) => emitter.emit("GridSample", inputs, outputs, { mode: "linear", padding_mode: padding, align_corners: Number(alignCorners) }),
  // Eight for the weights and corners of a point, and for each channel four products and three sums.
  flops: ([x, grid]) => sizeOf((grid as Aval).shape.slice(0, 3)) * (8 + 7 * ((x as Aval).shape[1] as number)),
  samples: () =>
    (["zeros", "border"] as const).flatMap((padding) =>
      [false, true].flatMap((alignCorners) => samplesOf({ padding, alignCorners }, [ramp([2, 2, 3, 4]), ramp([2, 2, 2, 2], [-0.52, 0.13, 0.47, -0.6, 0.07, 0.55, -1.12, 1.18, 1.37, -0.2, 0.3, 0.4, -0.85, -0.83, 0.6, -1.4])])),
    ),
});

/** Position, weight and derivative of the weight, by the grid's coordinate, of the two neighbours of each point along one axis; [B, h, w] each. */
interface Neighbours {
  readonly index: readonly [Tensor, Tensor];
  readonly weight: readonly [Tensor, Tensor];
  readonly slope: readonly [Tensor, Tensor];
}

function alongAxis(ops: OpSet, grid: Tensor, coordinate: number, extent: number, { padding, alignCorners }: GridSampleAttributes): Neighbours {
  const scale = alignCorners ? (extent - 1) / 2 : extent / 2;
  const position = ops.add(ops.mul(ops.select(grid, 3, coordinate), scale), (extent - 1) / 2);
  const last = extent - 1;
  const place = padding === "border" ? ops.clip(position, 0, last) : position;
  const first = ops.floor(place);
  const fraction = ops.sub(place, first);
  const side = (neighbour: Tensor, weight: Tensor, sign: 1 | -1): { index: Tensor; weight: Tensor; slope: Tensor } => {
    const both = (low: Tensor, high: Tensor): Tensor => ops.cast(ops.logicalAnd(low, high), "float32");
    // Outside the image a neighbour counts for nothing (zeros), or the point itself no longer moves (border).
    const visible = padding === "zeros" ? both(ops.greaterEqual(neighbour, 0), ops.lessEqual(neighbour, last)) : null;
    const moves = padding === "border" ? both(ops.greater(position, 0), ops.less(position, last)) : (visible as Tensor);
    return { index: ops.cast(ops.clip(neighbour, 0, last), "int32"), weight: visible === null ? weight : ops.mul(weight, visible), slope: ops.mul(moves, sign * scale) };
  };
  const left = side(first, ops.sub(1, fraction), -1);
  const right = side(ops.add(first, 1), fraction, 1);
  return { index: [left.index, right.index], weight: [left.weight, right.weight], slope: [left.slope, right.slope] };
}

export const RESAMPLE = [gridSample] as const;
