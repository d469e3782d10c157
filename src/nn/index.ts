/** Modules: what models are built from. */
export * as init from "./init.ts";
export type { Init, InitFactory } from "./init.ts";
export { EVALUATE, Module, nameTree } from "./module.ts";
export type { Mode, RandomSource } from "./module.ts";

export { activation } from "./activation.ts";
export type { Activation } from "./activation.ts";
export { BatchNorm } from "./batch-norm.ts";
export type { BatchNormOptions } from "./batch-norm.ts";
export { Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d } from "./conv.ts";
export type { ConvOptions, ConvTransposeOptions, ConvWeightOptions } from "./conv.ts";
export { dropout, dropPath } from "./dropout.ts";
export { FeedForward } from "./feed-forward.ts";
export type { FeedForwardOptions, FeedForwardPart } from "./feed-forward.ts";
export { gatherTokens, repeatToken, scatterTokens } from "./gather-tokens.ts";
export { GroupNorm } from "./group-norm.ts";
export type { GroupNormOptions } from "./group-norm.ts";
export { Linear } from "./linear.ts";
export type { LinearChange, LinearOptions } from "./linear.ts";
export { DeviationNorm, LayerNorm, makeNorm, RMSNorm } from "./norm.ts";
export type { LayerNormOptions, Norm, NormKind, NormOptions } from "./norm.ts";
export { ReversibleNorm } from "./reversible-norm.ts";
export type { Reversible, ReversibleNormOptions } from "./reversible-norm.ts";
export { RandomProjection } from "./random-projection.ts";
export { ResidualGate } from "./residual-gate.ts";
export type { ResidualGateOptions } from "./residual-gate.ts";

export { attend } from "./attention/attend.ts";
export type { Attended, AttendOptions } from "./attention/attend.ts";
export { Attention } from "./attention/attention.ts";
export type { AttentionInputs, AttentionOptions, AttentionOutput, KeysAndValues, KeyValueStore, ProjectionBias } from "./attention/attention.ts";
export { AdditivePool, AttentionPool, DotPool, TokenLearner } from "./attention/attention-pool.ts";
export type { AttentionPoolOptions } from "./attention/attention-pool.ts";
export { candidateLayout, candidateMask, candidateTable } from "./attention/candidate-layout.ts";
export type { CandidateLayout, CandidateLayoutOptions, CandidateVisibility } from "./attention/candidate-layout.ts";
export { allPairs, coAttend, compareFeatures, poolConcat, repeatEach } from "./attention/co-attention.ts";
export type { CoAttended } from "./attention/co-attention.ts";
export { CodePool, polyScores } from "./attention/code-pool.ts";
export type { CodePoolOptions } from "./attention/code-pool.ts";
export { CrossAttention } from "./attention/cross-attention.ts";
export type { CrossAttentionInputs, CrossAttentionOptions } from "./attention/cross-attention.ts";
export { DisentangledAttention, logBucket, RelativeVectors } from "./attention/disentangled.ts";
export type { DisentangledOptions, RelativePositions, RelativeVectorsOptions } from "./attention/disentangled.ts";
export { mergeHeads, splitHeads } from "./attention/heads.ts";
export * as mask from "./attention/mask.ts";
export type { Mask, MaskSpec, ResolvedMask } from "./attention/mask.ts";

export { PerceiverResampler } from "./attention/perceiver.ts";
export type { PerceiverOptions } from "./attention/perceiver.ts";
export { PrefixKv } from "./attention/prefix-kv.ts";
export type { PrefixKvOptions } from "./attention/prefix-kv.ts";

export { Embedding, TokenEmbedding } from "./embeddings/embedding.ts";
export type { EmbeddingOptions, TokenEmbeddingInputs, TokenEmbeddingOptions } from "./embeddings/embedding.ts";

export { alibi, alibiAt, alibiSlopes } from "./positions/alibi.ts";
export { LearnedPositions } from "./positions/learned.ts";
export type { LearnedPositionsOptions } from "./positions/learned.ts";
export { RelativeBias, t5Bucket, WindowBias } from "./positions/relative-bias.ts";
export type { RelativeBiasOptions } from "./positions/relative-bias.ts";
export { RelativeKeys } from "./positions/relative-keys.ts";
export type { RelativeKeysOptions } from "./positions/relative-keys.ts";
export { gatherRotary, leadRotary, rotary, rotary2d, rotaryAt, rotate } from "./positions/rotary.ts";
export type { RotaryOptions, RotaryTable } from "./positions/rotary.ts";
export { sinCos1d, sinCos2d, sinCos3d, sinCosOf } from "./positions/sin-cos.ts";
export type { SinCosGridOptions, SinCosOptions } from "./positions/sin-cos.ts";

export { BottleneckDecoder, EnhancedDecoder, enhancedVisibility } from "./transformer/bottleneck-decoder.ts";
export { CausalLm } from "./transformer/causal-lm.ts";
export type { CausalLmInputs, CausalLmOptions, CausalLmOutput } from "./transformer/causal-lm.ts";
export { DecoderBlock, TransformerDecoder } from "./transformer/decoder.ts";
export type { Decoded, DecoderBlockInputs, DecoderBlockOptions, DecoderInputs, DecoderOptions } from "./transformer/decoder.ts";
export { TransformerEncoder } from "./transformer/encoder.ts";
export type { Encoded, EncoderInputs, EncoderOptions } from "./transformer/encoder.ts";
export { EncoderBlock } from "./transformer/encoder-block.ts";
export type { BlockOptions, TransformerBlock } from "./transformer/encoder-block.ts";
export { Seq2Seq } from "./transformer/seq2seq.ts";
export type { Seq2SeqInputs, Seq2SeqOptions, Seq2SeqOutput } from "./transformer/seq2seq.ts";
export { TextEncoder } from "./transformer/text-encoder.ts";
export type { TextEncoderOptions, TextInputs } from "./transformer/text-encoder.ts";

export { MaeDecoder } from "./vision/mae-decoder.ts";
export type { MaeDecoderInputs, MaeDecoderOptions } from "./vision/mae-decoder.ts";
export { cropAndFlip, fromBytes } from "./vision/crop.ts";
export { kernelToPatchWeight, PatchEmbed } from "./vision/patch-embed.ts";
export type { PatchEmbedOptions } from "./vision/patch-embed.ts";
export { patchify, stackFrames, unpatchify } from "./vision/patchify.ts";
export type { PatchSize, PixelGrid } from "./vision/patchify.ts";
export { floorShare, idRows } from "./vision/token-subset.ts";
export { WeightedFeatureMaps } from "./vision/weighted-feature-maps.ts";
export type { WeightedFeatureMapsOptions } from "./vision/weighted-feature-maps.ts";
export { VisionTransformer } from "./vision/vision-transformer.ts";
export type { VisionInputs, VisionTransformerOptions } from "./vision/vision-transformer.ts";

export { KvCache } from "./generate/kv-cache.ts";
export type { KvCacheOptions } from "./generate/kv-cache.ts";

export { AdaptedFeedForward, Adapter } from "./adapt/adapter.ts";
export type { AdapterOptions } from "./adapt/adapter.ts";
export { addLora, Lora, mergeLora } from "./adapt/lora.ts";
export type { LoraOptions } from "./adapt/lora.ts";
export { prefixOfStates, PrefixStates } from "./adapt/prefix-states.ts";
export type { PrefixSharing, PrefixStatesOptions } from "./adapt/prefix-states.ts";
export { addSidedLora, SidedLora, Sides } from "./adapt/sided-lora.ts";
export { withoutChanges } from "./adapt/without-changes.ts";
export { SoftPrompt } from "./adapt/soft-prompt.ts";
export type { SoftPromptOptions } from "./adapt/soft-prompt.ts";

export { DualEncoder } from "./heads/dual-encoder.ts";
export type { DualEncoded, DualEncoderOptions, Tower } from "./heads/dual-encoder.ts";
export { lateInteraction } from "./heads/late-interaction.ts";
export type { LateInteraction, LateInteractionOptions } from "./heads/late-interaction.ts";
export { LayerMix } from "./heads/layer-mix.ts";
export { LmHead } from "./heads/lm-head.ts";
export type { LmHeadOptions } from "./heads/lm-head.ts";
export { PairEncoder } from "./heads/pair-encoder.ts";
export type { PairEncoderOptions, PairInputs } from "./heads/pair-encoder.ts";
export { pool, spanPool, weightedPool } from "./heads/pool.ts";
export type { PoolKind } from "./heads/pool.ts";
export { sparseTerms } from "./heads/sparse-terms.ts";
export { TokenTagger } from "./heads/token-tagger.ts";
export type { TokenTaggerOptions } from "./heads/token-tagger.ts";

export { CodebookBank } from "./quantize/codebook-bank.ts";
export type { CodebookBankOptions } from "./quantize/codebook-bank.ts";
export { ResidualQuantizer, VectorQuantizer } from "./quantize/vector-quantizer.ts";
export type { Quantized, VectorQuantizerOptions } from "./quantize/vector-quantizer.ts";

export { MessagePassing } from "./graph/message-passing.ts";
export type { Aggregation, Edges, MessagePassingOptions } from "./graph/message-passing.ts";

export { MemoryQueue } from "./memory/queue.ts";

export { Gru } from "./recurrent/gru.ts";
export { Elman } from "./recurrent/elman.ts";
export { Lstm } from "./recurrent/lstm.ts";
export { Recurrent } from "./recurrent/recurrent.ts";
export type { Cell, RecurrentInputs, RecurrentOptions, RecurrentOutput } from "./recurrent/recurrent.ts";

export * as pretrained from "./pretrained/index.ts";
