/** Names a field that records of a task do not have. */
export class ColumnsError extends RangeError {
  override readonly name = "ColumnsError";
}
