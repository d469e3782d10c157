/** Records that nothing can be learnt from. */
export class UselessRecords extends Error {
  override readonly name = "UselessRecords";
}
