/** What was asked cannot be done as asked: an unknown system, a verb it does not have, patches that do not exist. */
export class RequestError extends Error {
  override readonly name = "RequestError";
}
