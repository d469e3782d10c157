/** Training on a machine with files: checkpoints in directories, logs. */
export { CheckpointDirectory } from "./checkpoint-directory.ts";
export { RunLog } from "./run-log.ts";
