/** Tokens that a vocabulary keeps free, as marks of the parts of a row. */
import type { Tokenizer } from "../../data/index.ts";

/** Ids of marks, by the names a system gives them: `markIds(tokenizer, { title: "[unused2]" }, "xmen")`. Throws where the vocabulary lacks one. */
export function markIds<M extends Readonly<Record<string, string>>>(tokenizer: Pick<Tokenizer, "idOf">, marks: M, user: string): Readonly<Record<keyof M, number>> {
  return Object.fromEntries(Object.entries(marks).map(([name, token]) => {
    const id = tokenizer.idOf(token);
    if (id === undefined) throw new RangeError(`${user}: the vocabulary has no ${token} to mark parts of a row with; train the tokenizer with reserved ids`);
    return [name, id] as const;
  })) as Record<keyof M, number>;
}
