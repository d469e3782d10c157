/** Settings that cannot be used; the message lists all that is wrong. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}
