/** What the command's exit code says. A negative verdict is a result: it exits with 0. */
export const EXIT = {
  success: 0,
  /** Something went wrong while doing what was asked. */
  failure: 1,
  /** What was asked is not understood: unknown command, option, slug or value. */
  usage: 2,
  /** Stopped by Ctrl-C (128 + SIGINT). */
  interrupted: 130,
  /** Stopped by a termination signal (128 + SIGTERM). */
  terminated: 143,
} as const;
