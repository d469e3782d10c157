/** Data on Node: the cache, folders of pictures, batches made in worker threads. */
export { cacheDirectory } from "./cache-directory.node.ts";
export { writeFileAtomic } from "./atomic-file.node.ts";
export { DirectoryRefused, makeDirectory } from "./make-directory.node.ts";
export { loadImageFolder } from "./image-folder.node.ts";
export { readSquare } from "./item-files.node.ts";
export type { ImageFolder } from "./image-folder.node.ts";
export type { BrokenFile, FolderOptions } from "./item-files.node.ts";
export { loadClipFolder } from "./clip-folder.node.ts";
export { loadSceneFolder } from "./scene-folder.node.ts";
export { loadPairFolder } from "./pair-folder.node.ts";
export { prefetch, prefetchImageBatches } from "./prefetch.node.ts";
export type { PrefetchOptions, StreamRecipe } from "./prefetch.node.ts";
export { loadRecords, readLocatedRecords, readRecords, RECORD_FORMATS, RecordError } from "./text-records.node.ts";
export type { BadRecord, LoadedRecords, LocatedRecord, RecordFormat, RecordOptions } from "./text-records.node.ts";
