/** All operations as free functions with NumPy and PyTorch names. */
export * from "./arithmetic.ts";
export * from "./channel-norm.ts";
export * from "./convolution.ts";
export * from "./cumulative.ts";
export * from "./einsum.ts";
export * from "./index-select.ts";
export * from "./layout.ts";
export * from "./lift.ts";
export * from "./masked-softmax.ts";
export * from "./normalize.ts";
export * from "./order.ts";
export * from "./pad.ts";
export * from "./pooling.ts";
export * from "./product.ts";
export * from "./random.ts";
export * from "./reduction.ts";
export * from "./resample.ts";
