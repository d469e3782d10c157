/** What a text model can be exported as; apart from the export, so that listing them loads nothing. */
export const EXPORT_FORMATS = ["onnx", "huggingface", "sentence-transformers"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Types that weights are exported in. */
export const EXPORT_DTYPES = ["fp32", "fp16", "int8"] as const;
export type ExportDtype = (typeof EXPORT_DTYPES)[number];
