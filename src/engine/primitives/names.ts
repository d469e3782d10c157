/** Names of the convolution primitives, whose FLOPs count as products. */
export const conv1d2dNames: readonly string[] = ["conv", "convTranspose", "convWeightGradient"];
